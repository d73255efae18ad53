# Sourced: long steps say what they do while they do it, on standard error. Wants `set -o pipefail`.
# shellcheck shell=bash

# counted WHAT LOG COMMAND…: the command's output goes to LOG. Where it counts as ninja does ([31/93]), so does the line; on
# a terminal one line that moves, else one every 15 s; at the end always one.
counted() {
  local what=$1 log=$2
  shift 2
  "$@" 2>&1 | tell_count "$what" "$log"
}

tell_count() { # WHAT LOG
  local what=$1 log=$2 begin=$SECONDS said=$SECONDS ended=0 part rest='' count='' now
  : >"$log"
  while [ "$ended" = 0 ]; do
    if IFS= read -r -t 1 part; then
      printf '%s\n' "$rest$part" >>"$log"
      [[ ! $rest$part =~ ^\[([0-9]+)/([0-9]+)\] ]] || count="${BASH_REMATCH[1]} of ${BASH_REMATCH[2]} files, "
      rest=''
    elif [ $? -gt 128 ]; then # nothing for a second
      rest+=$part
    else
      ended=1
      [ -z "$rest$part" ] || printf '%s\n' "$rest$part" >>"$log"
    fi
    now="$what: $count$((SECONDS - begin)) s"
    if [ -t 2 ]; then
      printf '\r%s\e[K' "$now" >&2
      [ "$ended" = 0 ] || echo >&2
    elif [ "$ended" = 1 ] || [ $((SECONDS - said)) -ge 15 ]; then
      printf '%s\n' "$now" >&2
      said=$SECONDS
    fi
  done
}

# spoken WHAT COMMAND…: the command's output comes through; after 15 s without a line one says how long it has been.
spoken() {
  local what=$1
  shift
  "$@" 2>&1 | tell_silence "$what"
}

tell_silence() { # WHAT
  local what=$1 begin=$SECONDS part rest=''
  while :; do
    if IFS= read -r -t 15 part; then
      printf '%s\n' "$rest$part" >&2
      rest=''
    elif [ $? -gt 128 ]; then
      rest+=$part
      printf '%s: %s s\n' "$what" $((SECONDS - begin)) >&2
    else
      break
    fi
  done
  [ -z "$rest$part" ] || printf '%s\n' "$rest$part" >&2
}
