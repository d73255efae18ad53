#include "deploy/stack_name.hpp"

#include "engine/system.hpp"
#include "project/project.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace skep::deploy {

void require_swarm(const std::string& pinned, const std::string& cluster) {
  if (pinned.empty() || pinned == cluster) return;
  throw Error(
      Kind::preflight,
      fmt::format("this is swarm {}, but the project is pinned to swarm {}", cluster, pinned),
      "choose the engine with -H or DOCKER_HOST, or correct `swarm:` in skep.yml");
}

std::string stack_name(Deps& deps, const project::Options& options) {
  const bool named = !options.stack.empty() && options.file.empty() && options.environment.empty();
  if (named) return options.stack;
  const auto project = project::load_project(options, deps.env);
  if (!project.swarm.empty()) {
    require_swarm(project.swarm,
                  engine::text_of(engine::inspect_swarm(deps.engine(), deps.stop), "ID"));
  }
  return project.stack;
}

}  // namespace skep::deploy
