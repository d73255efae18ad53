#include "base/error.hpp"
#include "cmd/run.hpp"
#include "cmd/verbs.hpp"
#include "embedded.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace skep::cmd {
namespace {

/// Puts `text` where `mark` stands in the script.
void fill(std::string& script, std::string_view mark, const std::string& text) {
  const auto at = script.find(mark);
  if (at == std::string::npos) throw Error(Kind::internal, fmt::format("no \"{}\" to fill", mark));
  script.replace(at, mark.size(), text);
}

/// Words that are no flag make the verb, the longest one that is known. A flag's own value may be
/// taken for one: then nothing is offered but file names. "auth refresh" is offered in two steps:
/// "auth", then "refresh".
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
  std::string script(embedded_completion().front().text);
  fill(script, "    # verbs of two words\n", two);
  fill(script, "        # verbs of one word\n", one);
  fill(script, "VERBS", verbs);
  return script;
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
    if (session.json()) {
      session.print_json({{"shell", "bash"}, {"script", script()}});
    } else {
      session.print_document(script());
    }
    return 0;
  };
}

}  // namespace skep::cmd
