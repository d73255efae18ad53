#include "mongo/script.hpp"

#include "base/visible.hpp"
#include "embedded.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vector>

namespace skep::mongo {
namespace {

constexpr const char* kShellLine =
    "if command -v mongosh >/dev/null 2>&1; then exec mongosh --quiet --norc --nodb {0}; "
    "elif command -v mongo >/dev/null 2>&1; then exec mongo --quiet --norc --nodb {0}; "
    "else echo '{1}{{\"error\":{{\"step\":\"find mongosh\",\"message\":\"neither mongosh nor mongo "
    "is in the image\"}}}}'; fi";

}  // namespace

std::string script(const Json& input) {
  // Some of what JSON has as it is would end a line of JavaScript.
  return fmt::format("var input = {};\n{}", visible_json(dump_json(input)),
                     embedded_mongo().front().text);
}

std::vector<std::string> command() {
  return {"sh", "-c", fmt::format(fmt::runtime(kShellLine), kScriptPath, kResultMark)};
}

}  // namespace skep::mongo
