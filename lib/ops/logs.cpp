#include "ops/logs.hpp"

#include "base/json_at.hpp"
#include "deploy/stack_name.hpp"
#include "engine/logs.hpp"
#include "engine/nodes.hpp"
#include "engine/services.hpp"
#include "engine/tasks.hpp"
#include "swarm/owner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace skep::ops {
namespace {

constexpr const char* kTaskDetail = "com.docker.swarm.task.id";

std::optional<std::uint64_t> lines(const std::string& text) {
  if (text == "all") return std::nullopt;
  std::uint64_t value = 0;
  const auto end = text.data() + text.size();
  const auto [at, failed] = std::from_chars(text.data(), end, value);
  if (failed != std::errc() || at != end || text.empty()) {
    throw Error(Kind::usage, fmt::format("--tail \"{}\" is neither a number nor all", text));
  }
  return value;
}

struct Timed {
  std::string time;
  LogLine line;
};

std::vector<swarm::Service> chosen(deploy::Deps& deps, const std::string& stack,
                                   const std::string& service) {
  auto services = engine::list_services(deps.engine(), {}, engine::of_stack(stack), deps.stop);
  if (services.empty()) {
    throw Error(Kind::not_found, fmt::format("there is no stack \"{}\" on this swarm", stack),
                "`skep ls` lists the stacks");
  }
  if (service.empty()) return services;
  std::vector<std::string> names;
  for (const auto& candidate : services) names.push_back(swarm::short_name(stack, candidate.name));
  services.erase(std::remove_if(services.begin(), services.end(),
                                [&](const swarm::Service& candidate) {
                                  return candidate.name != swarm::full_name(stack, service) &&
                                         candidate.name != service;
                                }),
                 services.end());
  if (services.empty()) {
    throw Error(Kind::not_found, fmt::format("stack \"{}\" has no service \"{}\"", stack, service),
                fmt::format("it has {}", fmt::join(names, ", ")));
  }
  return services;
}

/// "shop_web.1@node1" by the id of each task of these services.
std::map<std::string, std::string> sources_of(deploy::Deps& deps, const std::string& stack,
                                              const std::vector<swarm::Service>& services) {
  std::map<std::string, std::string> hosts;
  for (const auto& node : engine::list_nodes(deps.engine(), deps.stop))
    hosts[node.id] = node.hostname;
  std::map<std::string, std::string> sources;
  for (const auto& task : engine::list_tasks(deps.engine(), engine::of_stack(stack), deps.stop)) {
    const auto service = std::find_if(services.begin(), services.end(), [&](const auto& candidate) {
      return candidate.id == task.service_id;
    });
    if (service == services.end()) continue;
    sources[task.id] = fmt::format("{}.{}@{}", service->name, task.slot, hosts[task.node_id]);
  }
  return sources;
}

}  // namespace

void logs(deploy::Deps& deps, const LogsOptions& options,
          const std::function<void(const LogLine&)>& sink) {
  const std::string stack = deploy::stack_name(deps, options.project);
  const auto services = chosen(deps, stack, options.service);
  if (options.follow && services.size() > 1) {
    throw Error(Kind::usage, "--follow needs one service", "name it with --service");
  }
  const auto sources = sources_of(deps, stack, services);
  std::vector<Timed> collected;
  for (const auto& service : services) {
    engine::LogOptions how;
    how.follow = options.follow;
    how.timestamps = true;
    how.details = true;
    how.tail = lines(options.tail);
    how.tty = flag_at(service.live, {"TaskTemplate", "ContainerSpec", "TTY"});
    const auto take = [&](const engine::LogLine& line) {
      const auto task = line.details.find(kTaskDetail);
      const auto source = task == line.details.end() ? sources.end() : sources.find(task->second);
      LogLine shown{source == sources.end() ? service.name : source->second,
                    options.timestamps ? line.time + " " + line.text : line.text};
      if (options.follow) {
        sink(shown);
      } else {
        collected.push_back({line.time, std::move(shown)});
      }
    };
    engine::service_logs(deps.engine(), service.id, how, take, deps.stop);
  }
  std::stable_sort(collected.begin(), collected.end(),
                   [](const Timed& a, const Timed& b) { return a.time < b.time; });
  for (const auto& one : collected) sink(one.line);
}

}  // namespace skep::ops
