#include "ops/rollback.hpp"

#include "base/image_ref.hpp"
#include "base/parallel.hpp"
#include "deploy/kept.hpp"
#include "deploy/live.hpp"
#include "deploy/run_to_end.hpp"
#include "image/push.hpp"
#include "ops/revision.hpp"
#include "plan/choices.hpp"
#include "plan/judge.hpp"
#include "plan/way_back.hpp"
#include "release/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace skep::ops {
namespace {

/// The release to go to. Throws Error{preflight} when it is not kept, or never was released.
const release::Kept& target(const std::vector<release::Kept>& records, const std::string& stack,
                            const std::optional<std::uint64_t>& revision) {
  const auto refuse = [&](const std::string& why) -> const release::Kept& {
    throw Error(Kind::preflight, why, deploy::kept_line(records));
  };
  if (revision) {
    for (const auto& kept : records) {
      if (kept.record.number != *revision) continue;
      if (kept.state == swarm::RecordState::released) return kept;
      return refuse(fmt::format("r{} of stack \"{}\" was never released: it is {}", *revision,
                                stack, kept.state.text()));
    }
    return refuse(fmt::format("stack \"{}\" has no release r{}", stack, *revision));
  }
  const auto* last = release::last_released(records);
  if (last != nullptr && release::is_half_way(records.back())) return *last;
  for (auto kept = records.rbegin(); last != nullptr && kept != records.rend(); ++kept) {
    if (kept->state == swarm::RecordState::released && kept->record.number < last->record.number)
      return *kept;
  }
  return refuse(fmt::format("stack \"{}\" has no release to go back to", stack));
}

/// The cluster as that release had it. Throws Error{preflight} where a credential is lost.
swarm::Snapshot wanted_of(const release::Kept& kept, const std::string& stack,
                          const swarm::Snapshot& now) {
  auto then = deploy::as_in(kept, stack, now);
  if (then.missing.empty()) return std::move(then.snapshot);
  const auto& missing = then.missing.front();
  throw Error(Kind::preflight,
              fmt::format("service \"{}\" of r{} needs the credential of database user {}, which "
                          "no running service carries any more",
                          missing.service, kept.record.number, fmt::join(missing.users, ", ")),
              "check that commit out and run `skep release`: it delivers one anew");
}

/// What can be known before the first change: places for the tasks, and the images in their
/// registries. A registry that does not answer is only said: the nodes may still have the image.
void look_before(const deploy::Run& run, const project::Loaded& loaded,
                 const swarm::Snapshot& snapshot) {
  deploy::Deps& deps = run.deps;
  plan::Choices choices;
  choices.resume = true;  // what stands half-updated goes to a release that was good
  const auto images = deploy::images_of_live(loaded);
  choices.image_of_service = images.of_service;
  choices.digests = images.digests;
  choices.recreate = run.options.recreate;
  deploy::preflight(deps, loaded, plan::judge(loaded.desired, snapshot, choices));
  std::vector<std::string> references;
  for (const auto& service : loaded.desired.services) {
    const auto* live = snapshot.find_service(service.name);
    const bool known = live != nullptr && live->spec.image() == service.image;
    if (!known && !image_ref(service.image).digest.empty()) references.push_back(service.image);
  }
  std::sort(references.begin(), references.end());
  references.erase(std::unique(references.begin(), references.end()), references.end());
  parallel(references, 8, [&](const std::string& reference) {
    bool there = true;
    try {
      there = image::look_up(deps.engine(), run.credentials, reference, deps.stop).has_value();
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted) throw;
      deps.events.emit(Note{fmt::format("{}: {}", reference, error.what())});
    }
    if (!there) {
      throw Error(Kind::registry, fmt::format("the registry no longer has {}", reference),
                  "push it again, or check that commit out and run `skep release`");
    }
    return there;
  });
}

}  // namespace

Ended rollback(deploy::Deps& deps, const RollbackOptions& options) {
  auto how = deploy::release_options(options.change);
  how.recreate = options.recreate;
  std::optional<std::uint64_t> revision;
  if (!options.revision.empty()) revision = parse_revision(options.revision);
  const project::Loaded bare = deploy::loaded_by_name(deps, options.change.project);
  const deploy::Run run(deps, how, bare.stack);
  return deploy::run_to_end(run, [&] {
    deploy::Situation situation;
    situation.snapshot = deploy::read_cluster(deps, bare);
    situation.records = release::records(deps.engine(), bare.stack, deps.stop);
    const auto& kept = target(situation.records, bare.stack, revision);
    const auto wanted = wanted_of(kept, bare.stack, situation.snapshot);
    const auto loaded = std::make_shared<const project::Loaded>(deploy::as_live(bare, wanted));
    look_before(run, *loaded, situation.snapshot);
    situation.what = fmt::format("rollback to r{}", kept.record.number);
    situation.commit = kept.record.commit;
    situation.autoscaled = deploy::autoscaled_in(kept.record);
    situation.plan = plan::way_back(bare.stack, wanted, situation.snapshot,
                                    fmt::format("as in r{}", kept.record.number));
    deploy::keep_live_replicas(situation.plan, situation.autoscaled);
    return deploy::Decision{loaded, std::move(situation)};
  });
}

}  // namespace skep::ops
