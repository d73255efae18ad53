#include "ops/diff.hpp"

#include "deploy/compat.hpp"
#include "deploy/delivered.hpp"
#include "deploy/kept.hpp"
#include "deploy/situation.hpp"
#include "ops/revision.hpp"
#include "plan/judge.hpp"
#include "plan/make_plan.hpp"
#include "plan/plan.hpp"
#include "plan_file/plan_file.hpp"
#include "project/project.hpp"
#include "release/records.hpp"

#include <fmt/format.h>

namespace skep::ops {
namespace {

deploy::Images images_of(deploy::Deps& deps, const project::Loaded& loaded,
                         const DiffOptions& options) {
  deploy::ImageOptions image;
  image.tag = options.tag;
  image.build = false;
  image.dry_run = true;
  image.push = loaded.project.push;
  image.resolve = options.resolve;
  return deploy::prepare_images(deps, loaded, deps.credentials(), image);
}

/// A record's specs with today's credentials, and an autoscaler's number of tasks.
plan::Specs specs_of(const swarm::Record& record, const deploy::Situation& situation) {
  plan::Specs specs;
  for (const auto& recorded : record.services) {
    const auto* live = situation.snapshot.find_service(recorded.name);
    const swarm::Spec now = live == nullptr ? swarm::Spec() : live->spec;
    auto spec = deploy::with_live_values(swarm::Spec(recorded.spec), now).spec;
    if (live != nullptr && situation.autoscaled.contains(recorded.name)) spec.keep_replicas_of(now);
    specs[recorded.name] = std::move(spec);
  }
  return specs;
}

/// What the last release left, and what those after it that did not end well wrote.
plan::Released released(const deploy::Situation& situation) {
  plan::Released result;
  const auto* last = release::last_released(situation.records);
  if (last == nullptr) return result;
  result.number = last->record.number;
  result.services = specs_of(last->record, situation);
  for (const auto& kept : situation.records) {
    if (release::is_half_way(kept) && kept.record.number > result.number)
      result.torn.push_back(specs_of(kept.record, situation));
  }
  return result;
}

/// A plan that needs a flag which was not given is still shown; a deploy is refused.
void note_recreated(plan::Plan& plan) {
  for (const auto& stage : plan.stages) {
    for (const auto& action : stage.actions) {
      const auto* remove = std::get_if<plan::RemoveService>(&action);
      if (remove == nullptr || remove->why.empty()) continue;
      plan.notes.push_back(fmt::format(
          "service {} must be recreated: a deploy does that with --recreate only", remove->name));
    }
  }
}

/// What the deploy of the plan is to plan with.
deploy::ReleaseOptions made_with(const DiffOptions& options) {
  deploy::ReleaseOptions made;
  made.project = options.project;
  made.tag = options.tag;
  made.prune = options.prune;
  made.resume = options.resume;
  made.recreate = options.recreate;
  made.resolve = options.resolve;
  made.version = options.version;
  return made;
}

DiffResult to_the_files(deploy::Deps& deps, deploy::Situation& situation,
                        const project::Loaded& loaded, const DiffOptions& options) {
  if (!options.recreate) note_recreated(situation.plan);
  DiffResult result;
  result.drift = plan::drift(released(situation), situation.snapshot, situation.plan);
  result.database_due = situation.database.due;
  if (const auto* pending = situation.pending_record()) result.interrupted = pending->record.number;
  if (!options.out.empty())
    plan_file::write_plan_file(options.out, situation, loaded, made_with(options), deps);
  result.out = options.out;
  result.changes = !situation.nothing_to_do();
  result.unfit = situation.unfit;
  result.plan = std::move(situation.plan);
  return result;
}

DiffResult from_a_release(const deploy::Situation& situation, const project::Loaded& loaded,
                          std::uint64_t revision) {
  const auto& kept = deploy::kept_release(situation.records, loaded.stack, revision);
  auto then = deploy::as_in(kept, loaded.stack, situation.snapshot).snapshot;
  // How its tasks and updates stand now says nothing about that release.
  then.tasks.clear();
  for (auto& service : then.services) service.update.reset();
  auto choices = situation.choices;
  choices.recreate = true;
  DiffResult result;
  result.plan = plan::make_plan(plan::judge(loaded.desired, then, choices));
  result.database_due = situation.database.due;
  result.from = summary_of(kept);
  result.changes = !result.plan.empty();
  result.unfit = situation.unfit;
  return result;
}

}  // namespace

DiffResult diff(deploy::Deps& deps, const DiffOptions& options) {
  if (!options.from.empty() && !options.out.empty()) {
    throw Error(Kind::usage, "--from and --out do not go together",
                "only what leads from the live stack to the files can be carried out");
  }
  std::optional<std::uint64_t> from;
  if (!options.from.empty()) from = parse_revision(options.from);
  const project::Loaded loaded = deploy::load_settled(deps, options.project);
  for (const auto& problem : loaded.problems.sorted()) deps.events.emit(Warned{problem});
  const deploy::Images images = images_of(deps, loaded, options);
  deploy::PlanOptions how{options.prune, options.resume, true};
  how.shown = options.out.empty();  // what is to be carried out must be possible
  deploy::Situation situation = deploy::read_situation(deps, loaded, images, how);
  return from ? from_a_release(situation, loaded, *from)
              : to_the_files(deps, situation, loaded, options);
}

}  // namespace skep::ops
