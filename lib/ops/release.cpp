#include "ops/release.hpp"

#include "base/image_ref.hpp"
#include "ops/project.hpp"
#include "ops/run.hpp"
#include "ops/situation.hpp"
#include "ops/verdict.hpp"

#include <fmt/format.h>

namespace skep::ops {
namespace {

ImageOptions image_options(const ReleaseOptions& options, const Loaded& loaded) {
  ImageOptions image;
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

void show_plan(Deps& deps, const plan::Plan& plan) {
  deps.events.emit(Planned{plan::format(plan), dump_json(plan::to_json(plan))});
}

/// "kittenapi 2/2, worker 1/1" of what is live.
Ended watch_unchanged(Run& run, const Situation& situation) {
  run.emit_phase("watch", "nothing to change; watching until healthy");
  const auto outcome = run.watch_live(situation.snapshot);
  if (!outcome.good) return run.ended(swarm::Result::failed, outcome);
  const auto checked = run.run_checks();
  if (!checked.good) return run.ended(swarm::Result::failed, checked);
  std::string message = "nothing to change";
  if (situation.database.wanted && !run.options().verify) {
    message +=
        fmt::format("; database user not verified since r{}", situation.database.verified_in);
  }
  auto ended = run.ended(swarm::Result::unchanged, outcome);
  ended.message = message;
  return ended;
}

/// Preflight, then images: built or found, pushed, resolved.
Images prepared(Run& run) {
  run.emit_phase("cluster", "reading the swarm");
  preflight(run.deps(), run.loaded(), read_cluster(run.deps(), run.loaded()), run.early_choices());
  return prepare_images(run.deps(), run.loaded(), run.credentials(),
                        image_options(run.options(), run.loaded()));
}

/// For `mongo ensure`: what is live is what is wanted, so that only a delivery can make a
/// difference.
void desire_what_is_live(Loaded& loaded, const swarm::Snapshot& snapshot) {
  const auto live = snapshot.stack_services(loaded.stack);
  if (live.empty()) {
    throw Error(
        Kind::preflight,
        fmt::format("stack \"{}\" is not deployed: a new user's password would have no place to go",
                    loaded.stack),
        "`skep release` creates the user and delivers its password");
  }
  loaded.desired = {};
  loaded.desired.stack = loaded.stack;
  loaded.project.nodes.clear();
  loaded.project.checks.clear();
  for (const auto* service : live) {
    convert::DesiredService desired;
    desired.name = service->name;
    desired.key = service->name.substr(loaded.stack.size() + 1);
    desired.spec = service->spec;
    desired.image = service->spec.image();
    loaded.desired.services.push_back(std::move(desired));
  }
}

Images images_of_live(const Loaded& loaded) {
  Images images;
  for (const auto& service : loaded.desired.services) {
    images.of_service[service.key] = service.image;
    images.digests[service.image].digest = image_ref(service.image).digest;
    images.digests[service.image].local = image_ref(service.image).digest.empty();
  }
  return images;
}

Ended run_release(Run& run) {
  Deps& deps = run.deps();
  const Loaded& loaded = run.loaded();
  const ReleaseOptions& options = run.options();
  const Images images = options.database_only ? images_of_live(loaded) : prepared(run);
  const PlanOptions plan_options{options.prune, options.resume};
  Situation situation = read_situation(deps, loaded, images, plan_options);
  if (options.verify && !situation.database.due) run.verify(situation);
  if (options.dry_run) {
    show_plan(deps, situation.plan);
    if (situation.nothing_to_do())
      return ended_well("unchanged", loaded.stack, "nothing to change");
    Ended ended = ended_well("pending", loaded.stack, "changes are pending; nothing was changed");
    if (!options.exit_code) ended.exit = 0;
    return ended;
  }
  if (situation.nothing_to_do()) return watch_unchanged(run, situation);
  const auto lock = run.take_lock();
  return with_lock(*lock, [&] {
    const bool database_due = situation.database.due;
    situation = read_situation(deps, loaded, images, plan_options);
    situation.database.due = situation.database.due || database_due;
    if (situation.nothing_to_do()) return watch_unchanged(run, situation);
    show_plan(deps, situation.plan);
    return run.carry_out(situation, *lock);
  });
}

}  // namespace

Ended release(Deps& deps, const ReleaseOptions& options) {
  Loaded loaded = load(options.project, deps.env);
  for (const auto& problem : loaded.problems.sorted()) deps.events.emit(Warned{problem});
  Run run(deps, options, loaded);
  Ended ended;
  try {
    if (options.database_only) desire_what_is_live(loaded, read_cluster(deps, loaded));
    ended = run_release(run);
  } catch (const Error& error) {
    deps.events.emit(Warned{as_diagnostic(error)});
    ended = ended_by(error, loaded.stack);
  }
  ended.seconds = run.seconds();
  deps.events.emit(ended);
  return ended;
}

}  // namespace skep::ops
