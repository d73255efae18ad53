#include "ops/scale.hpp"

// scale and restart: what is live, with another number of replicas or with new tasks.
#include "deploy/live.hpp"
#include "deploy/run_to_end.hpp"

#include <fmt/format.h>

#include <charconv>
#include <memory>

namespace skep::ops {
namespace {

struct Wanted {
  std::string service;
  std::uint64_t replicas = 0;
};

Wanted parse_scale(const std::string& text) {
  const auto at = text.find('=');
  Wanted wanted;
  wanted.service = text.substr(0, at);
  const std::string number = at == std::string::npos ? "" : text.substr(at + 1);
  const auto end = number.data() + number.size();
  const auto parsed = std::from_chars(number.data(), end, wanted.replicas);
  if (wanted.service.empty() || number.empty() || parsed.ec != std::errc() || parsed.ptr != end) {
    throw Error(Kind::usage, fmt::format("\"{}\" is no SERVICE=REPLICAS", text),
                "such as: skep scale web=3");
  }
  return wanted;
}

void set_replicas(project::Loaded& loaded, const Wanted& wanted) {
  auto& service = deploy::desired_service(loaded, wanted.service);
  if (service.spec.mode() != swarm::Spec::Mode::replicated) {
    throw Error(Kind::preflight,
                fmt::format("service \"{}\" cannot be scaled: it is {}", service.name,
                            service.spec.is_job() ? "a job" : "global, one task a node"),
                "only `deploy.mode: replicated` has a number of replicas");
  }
  service.spec.json()["Mode"]["Replicated"]["Replicas"] = wanted.replicas;
}

deploy::Decision decided(deploy::Deps& deps, project::Loaded loaded, deploy::PlanOptions how) {
  how.keep_commit = true;
  auto situation = deploy::read_situation(deps, loaded, deploy::images_of_live(loaded), how);
  return {std::make_shared<const project::Loaded>(std::move(loaded)), std::move(situation)};
}

}  // namespace

Ended scale(deploy::Deps& deps, const ScaleOptions& options) {
  std::vector<Wanted> wanted;
  for (const auto& text : options.replicas) wanted.push_back(parse_scale(text));
  if (wanted.empty()) throw Error(Kind::usage, "scale what?", "such as: skep scale web=3 worker=2");
  const project::Loaded bare = deploy::loaded_by_name(deps, options.change.project);
  const deploy::Run run(deps, deploy::release_options(options.change), bare.stack);
  return deploy::run_to_end(run, [&] {
    auto loaded = deploy::as_live(bare, deploy::read_cluster(deps, bare));
    deploy::PlanOptions how;
    for (const auto& one : wanted) {
      set_replicas(loaded, one);
      how.scaled.insert(deploy::desired_service(loaded, one.service).name);
    }
    how.what = fmt::format("scale {}", fmt::join(options.replicas, " "));
    return decided(deps, std::move(loaded), how);
  });
}

Ended restart(deploy::Deps& deps, const RestartOptions& options) {
  const project::Loaded bare = deploy::loaded_by_name(deps, options.change.project);
  const deploy::Run run(deps, deploy::release_options(options.change), bare.stack);
  return deploy::run_to_end(run, [&] {
    auto loaded = deploy::as_live(bare, deploy::read_cluster(deps, bare));
    deploy::PlanOptions how;
    for (const auto& name : options.services)
      how.restart.insert(deploy::desired_service(loaded, name).key);
    if (options.services.empty()) {
      for (const auto& service : loaded.desired.services) {
        if (!service.spec.is_job()) how.restart.insert(service.key);
      }
    }
    how.what = fmt::format("restart {}", options.services.empty()
                                             ? "all"
                                             : fmt::format("{}", fmt::join(options.services, " ")));
    return decided(deps, std::move(loaded), how);
  });
}

}  // namespace skep::ops
