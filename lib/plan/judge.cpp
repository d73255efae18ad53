#include "plan/judge.hpp"

#include "base/json_at.hpp"
#include "plan/choices.hpp"
#include "plan/images.hpp"
#include "plan/inject.hpp"
#include "swarm/canonical.hpp"
#include "swarm/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace skep::plan {
namespace {

/// What `docker service update --force` does: the counter is part of the task template.
void force_update(Draft& draft) {
  Json& counter = draft.spec.json()["TaskTemplate"]["ForceUpdate"];
  counter = count_at(counter, {}) + 1;
  draft.why = "asked for";
}

/// A change of placement alone moves only the tasks whose node does not fit any more. Names those
/// nodes.
std::vector<std::string> nodes_to_leave(const Draft& draft, const swarm::Snapshot& snapshot,
                                        const std::vector<swarm::Node>& nodes) {
  std::vector<std::string> result;
  for (const auto& task : snapshot.tasks) {
    if (task.service_id != draft.live->id || task.desired != swarm::TaskState::running) continue;
    const auto node = std::find_if(nodes.begin(), nodes.end(),
                                   [&](const swarm::Node& one) { return one.id == task.node_id; });
    if (node != nodes.end() && !node_fits(*node, draft.spec)) result.push_back(node->hostname);
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

void judge_placement(Draft& draft, const swarm::Snapshot& snapshot,
                     const std::vector<swarm::Node>& nodes) {
  const bool placement = std::any_of(
      draft.changes.begin(), draft.changes.end(),
      [](const auto& change) { return change.path.starts_with("TaskTemplate.Placement."); });
  if (!placement || draft.restarts) return;
  const auto left = nodes_to_leave(draft, snapshot, nodes);
  if (left.empty()) return;
  draft.restarts = true;
  draft.why = fmt::format("tasks leave {}, which {} not fit any more", fmt::join(left, ", "),
                          left.size() == 1 ? "does" : "do");
}

void judge_update(Draft& draft, const swarm::Snapshot& snapshot, const Choices& choices,
                  const std::vector<swarm::Node>& nodes) {
  const auto& from = draft.way_back != nullptr ? *draft.way_back : draft.live->spec;
  draft.changes = swarm::diff(from, draft.spec);
  if (draft.recreate) {
    draft.write = true;
    draft.restarts = true;
    draft.why = why_recreated(draft.live->spec, draft.spec);
    return;
  }
  draft.write = !draft.changes.empty();
  draft.restarts = draft.write && (draft.spec.is_job() || swarm::restarts_tasks(from, draft.spec));
  judge_placement(draft, snapshot, nodes);
  if (draft.way_back != nullptr) return;
  if (draft.paused) {
    draft.write = draft.write || choices.resume;
    draft.restarts = draft.restarts || choices.resume;
    draft.why = "its last update was paused half-way";
    return;
  }
  const auto stale = stale_tasks(*draft.live, snapshot);
  if (stale == 0 || draft.in_progress() || draft.restarts) return;
  draft.write = true;
  draft.restarts = true;
  draft.why =
      fmt::format("{} running task{} of an older spec", stale, stale == 1 ? " is" : "s are");
}

/// A service that is live already: what becomes of it.
void hold_against_live(Draft& one, const swarm::Snapshot& snapshot, const Choices& choices,
                       const std::vector<swarm::Node>& nodes) {
  const auto& service = *one.desired;
  one.spec.keep_force_update_of(one.live->spec);
  if (choices.restart.contains(service.key)) force_update(one);
  if (service.live_replicas) one.spec.keep_replicas_of(one.live->spec);
  one.recreate = one.live->spec.mode() != one.spec.mode();
  one.paused = !one.recreate && is_paused(*one.live, snapshot);
  const auto before = choices.ways_back.find(service.name);
  if (one.paused && !choices.resume && before != choices.ways_back.end())
    one.way_back = &before->second;
  judge_update(one, snapshot, choices, nodes);
}

/// The oldest release among the managers: any of them may be the one that stores the spec. Unknown
/// counts as newest.
unsigned oldest_engine(const swarm::Snapshot& snapshot) {
  unsigned oldest = std::numeric_limits<unsigned>::max();
  for (const auto& node : snapshot.nodes) {
    if (node.role == swarm::Role::manager) oldest = std::min(oldest, node.engine_release());
  }
  return oldest;
}

/// It runs when its spec is another than when it last succeeded, or when it failed since.
OneOffDraft one_off(const convert::DesiredService& service, unsigned engine,
                    const convert::Desired& desired, const swarm::Snapshot& snapshot,
                    const Choices& choices, Objects& objects) {
  const auto found = choices.last_runs.find(service.name);
  const bool ran = found != choices.last_runs.end();
  std::optional<swarm::Service> last;
  if (ran && found->second.succeeded) {
    last.emplace();
    last->spec = found->second.spec;
  }
  OneOffDraft one;
  one.desired = &service;
  auto fitted = swarm::without_newer_fields(service.spec, engine);
  one.recorded = std::move(fitted.spec);
  one.dropped = std::move(fitted.dropped);
  const auto image = choose_image(service, last ? &*last : nullptr, desired.as_docker, choices);
  one.image_error = image.error;
  set_image(one.recorded, image);
  use_objects(one.recorded, objects);
  one.spec = one.recorded;
  inject(one.spec, service.key, nullptr, desired, snapshot, choices, objects);
  if (last) one.changes = swarm::diff(last->spec, one.recorded);
  if (one.changes.empty()) {
    one.why = last  ? "x-skep-run: always"
              : ran ? "it failed when it last ran"
                    : "it has not run yet";
  }
  one.due = !last || !one.changes.empty() || service.run_always;
  return one;
}

}  // namespace

Judged judge(const convert::Desired& desired, const swarm::Snapshot& snapshot,
             const Choices& choices) {
  Drafts drafts;
  drafts.objects = bind_objects(desired, snapshot, choices);
  auto nodes = labelled_nodes(snapshot, choices);
  const auto engine = oldest_engine(snapshot);
  for (const auto& service : desired.services) {
    if (service.one_off) {
      drafts.one_offs.push_back(
          one_off(service, engine, desired, snapshot, choices, drafts.objects));
      continue;
    }
    Draft one;
    one.desired = &service;
    one.live = own_service(snapshot, desired.stack, service.name);
    auto fitted = swarm::without_newer_fields(service.spec, engine);
    one.spec = std::move(fitted.spec);
    one.dropped = std::move(fitted.dropped);
    const auto image = choose_image(service, one.live, desired.as_docker, choices);
    one.image_error = image.error;
    set_image(one.spec, image);
    inject(one.spec, service.key, one.live, desired, snapshot, choices, drafts.objects);
    use_objects(one.spec, drafts.objects);
    if (one.live == nullptr) {
      one.write = true;
    } else {
      hold_against_live(one, snapshot, choices, nodes);
    }
    drafts.services.push_back(std::move(one));
  }
  std::sort(drafts.services.begin(), drafts.services.end(),
            [](const Draft& a, const Draft& b) { return a.desired->name < b.desired->name; });
  std::sort(
      drafts.one_offs.begin(), drafts.one_offs.end(),
      [](const OneOffDraft& a, const OneOffDraft& b) { return a.desired->name < b.desired->name; });
  return {desired, snapshot, choices, std::move(drafts), std::move(nodes)};
}

}  // namespace skep::plan
