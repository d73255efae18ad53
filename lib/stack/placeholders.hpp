#pragma once
// Finds texts that the engine expands as Go templates (text/template) and would refuse. It would do
// so in the middle of a release, with the value in its message.
#include <optional>
#include <string>
#include <string_view>

namespace skep::stack {

/// Who expands a text. The names that its placeholders may use depend on it.
enum class Expander {
  swarm,    // environment, hostname, mounts (moby/swarmkit template/context.go, expand.go)
  payload,  // secrets and configs with a template_driver (the same files)
  logging,  // the tag of a log driver (moby daemon/logger/loggerutils/log_tag.go)
};

struct BadPlaceholder {
  int line = 0;       // of the text, from 0
  std::string what;   // why the engine would refuse it; quotes no word of the text
  std::string word;   // the word that it is about; may be empty
  std::string meant;  // what was probably meant; may be empty
  bool operator==(const BadPlaceholder&) const = default;
};

/// The first placeholder of a text that the engine would refuse. Where that depends on something
/// that only the engine knows (an argument's type, a value that is indexed), the text counts as
/// good.
std::optional<BadPlaceholder> bad_placeholder(std::string_view text, Expander expander);

}  // namespace skep::stack
