#include "base/error.hpp"
#include "base/json.hpp"
#include "cmd/run.hpp"
#include "cmd/verbs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <ostream>

namespace skep::cmd {
namespace {

// Words that are no flag make the verb, the longest one that is known. A flag's own value may be
// taken for one: then nothing is offered but file names.
constexpr const char* kScript = R"(# bash completion of skep: source <(skep completion)
_skep() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} words=() word offer="" at
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=${{COMP_WORDS[at]}}
    [[ $word == -* ]] || words+=("$word")
  done
  case "${{words[*]:0:2}}" in
{first}    *)
      case "${{words[0]}}" in
{second}        "") offer="{verbs}" ;;
      esac ;;
  esac
  COMPREPLY=($(compgen -W "$offer" -- "$current"))
}}
complete -o default -F _skep skep
)";

/// "auth refresh" is offered in two steps: "auth", then "refresh".
std::string script() {
  std::string two;
  std::string one;
  std::string verbs;
  std::map<std::string, std::string> members;
  for (const auto& verb : kVerbs) {
    const std::string name = verb.name;
    const auto blank = name.find(' ');
    const std::string flags = fmt::format("{}", fmt::join(flag_names(verb), " "));
    if (blank != std::string::npos) {
      members[name.substr(0, blank)] += " " + name.substr(blank + 1);
      two += fmt::format("    \"{}\") offer=\"{}\" ;;\n", name, flags);
    } else {
      members[name] += " " + flags;
    }
  }
  for (const auto& [name, offer] : members) {
    verbs += (verbs.empty() ? "" : " ") + name;
    one += fmt::format("        {}) offer=\"{}\" ;;\n", name, offer.substr(1));
  }
  return fmt::format(fmt::runtime(kScript), fmt::arg("first", two), fmt::arg("second", one),
                     fmt::arg("verbs", verbs));
}

}  // namespace

Runner bind_completion(Flags& flags) {
  auto shell = std::make_shared<std::string>("bash");
  flags.positional("SHELL", *shell, false, "bash; zsh takes the script after `bashcompinit`");
  return [shell](Session& session) {
    if (*shell != "bash")
      throw Error(
          Kind::usage, fmt::format("there is no completion for \"{}\"", *shell),
          "skep completion bash; zsh takes it after `autoload -U bashcompinit; bashcompinit`");
    session.print_document({script(), dump_json(Json{{"shell", "bash"}, {"script", script()}})});
    return 0;
  };
}

}  // namespace skep::cmd
