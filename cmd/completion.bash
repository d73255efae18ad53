# bash completion of skep: source <(skep completion)
_skep() {
  local current=${COMP_WORDS[COMP_CWORD]} words=() word offer="" at
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=${COMP_WORDS[at]}
    [[ $word == -* ]] || words+=("$word")
  done
  case "${words[*]:0:2}" in
    # verbs of two words
    *)
      case "${words[0]}" in
        # verbs of one word
        "") offer="VERBS" ;;
      esac ;;
  esac
  COMPREPLY=($(compgen -W "$offer" -- "$current"))
}
complete -o default -F _skep skep
