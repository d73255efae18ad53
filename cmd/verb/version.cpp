#include "ops/version.hpp"

#include "cmd/verbs.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_version(Flags& flags) {
  auto engine = std::make_shared<bool>(false);
  flags.flag("--engine", *engine, "Also ask the engine for its version");
  return [engine](Session& session) {
    const auto result = ops::version(session.deps(), *engine, SKEP_VERSION);
    session.print(result);
    return 0;
  };
}

}  // namespace skep::cmd
