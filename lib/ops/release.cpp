#include "ops/release.hpp"

#include "deploy/compat.hpp"
#include "deploy/load.hpp"
#include "deploy/run_to_end.hpp"
#include "deploy/situation.hpp"
#include "plan/draft.hpp"
#include "plan/judge.hpp"
#include "plan_file/plan_file.hpp"
#include "project/project.hpp"
#include "release/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace skep::ops {
namespace {

deploy::ImageOptions image_options(const deploy::ReleaseOptions& options,
                                   const project::Loaded& loaded) {
  deploy::ImageOptions image;
  image.tag = options.tag;
  image.no_cache = options.no_cache;
  image.pull = options.pull;
  image.platform = options.platform;
  image.build = options.build;
  image.push = loaded.project.push;
  image.resolve = options.resolve;
  image.dry_run = options.dry_run;
  return image;
}

/// Preflight, then images: built or found, pushed, resolved.
deploy::Images prepared(const deploy::Run& run, const project::Loaded& loaded) {
  run.phase("cluster", "reading the swarm");
  deploy::Deps& deps = run.deps;
  const auto snapshot = deploy::read_cluster(deps, loaded);
  auto choices = deploy::early_choices(loaded, run.options);
  const std::string& stack = run.stack;
  const auto live = snapshot.stack_services(stack);
  if (std::any_of(live.begin(), live.end(),
                  [&](const auto* service) { return plan::is_paused(*service, snapshot); })) {
    choices.ways_back =
        deploy::ways_back(stack, snapshot, release::records(deps.engine(), stack, deps.stop));
  }
  deploy::preflight(deps, loaded, plan::judge(loaded.desired, snapshot, choices));
  return deploy::prepare_images(deps, loaded, run.credentials, image_options(run.options, loaded));
}

}  // namespace

Ended release(deploy::Deps& deps, const deploy::ReleaseOptions& given) {
  std::optional<plan_file::PlanFile> file;
  if (!given.plan_file.empty())
    file = plan_file::PlanFile::read(given.plan_file, deps.env, given.version);
  const deploy::ReleaseOptions options = file ? file->options(given) : given;
  const deploy::Settled settled = deploy::settle(deps, options.project);
  const auto loaded = std::make_shared<const project::Loaded>(deploy::load(deps, settled.options));
  deploy::say_reading_ended(deps, settled, *loaded);
  for (const auto& problem : loaded->problems.sorted()) deps.events.emit(Warned{problem});
  const deploy::Run run(deps, options, loaded->stack);
  std::optional<deploy::Images> images;
  std::optional<plan_file::Seal> seal;
  if (file) seal.emplace(file->salt(), loaded->desired);
  deploy::PlanOptions how{options.prune, options.resume, options.recreate};
  if (file) how.seed = file->seed();
  return deploy::run_to_end(run, [&] {
    if (settled.unasked) throw *settled.unasked;
    if (!images) images = prepared(run, *loaded);
    auto situation = deploy::read_situation(deps, *loaded, *images, how);
    if (file) file->require_same(situation, *loaded, *seal);
    return deploy::Decision{loaded, std::move(situation)};
  });
}

}  // namespace skep::ops
