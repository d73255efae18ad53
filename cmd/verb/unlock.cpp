#include "ops/unlock.hpp"

#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace skep::cmd {
namespace {

std::string format(const ops::UnlockResult& result) {
  if (!result.holder) return fmt::format("{}: nobody holds the lock", result.stack);
  return fmt::format("{}: freed; {} had held it since {}", result.stack, result.holder->holder,
                     result.holder->since);
}

Json to_json(const ops::UnlockResult& result) {
  if (!result.holder) return {{"stack", result.stack}, {"holder", nullptr}};
  return {
      {"stack", result.stack}, {"holder", result.holder->holder}, {"since", result.holder->since}};
}

}  // namespace

Runner bind_unlock(Flags& flags) {
  auto options = std::make_shared<project::Options>();
  add_project_flags(flags, *options);
  return [options](Session& session) {
    session.print(ops::unlock(session.deps(), *options), format, to_json);
    return 0;
  };
}

}  // namespace skep::cmd
