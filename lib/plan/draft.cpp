#include "plan/draft.hpp"

#include "base/json_at.hpp"
#include "plan/images.hpp"
#include "plan/inject.hpp"
#include "swarm/constraint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace skep::plan {
namespace {

/// docker copies it from the live service too: a forced restart of before is no reason for another
/// one.
void keep_force_update(swarm::Spec& spec, const swarm::Service& live) {
  const auto pointer = Json::json_pointer("/TaskTemplate/ForceUpdate");
  if (live.spec.json().contains(pointer))
    spec.json()["TaskTemplate"]["ForceUpdate"] = live.spec.json()[pointer];
}

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
    if (task.service_id != draft.live->id || task.desired != "running") continue;
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

/// The oldest release among the managers: any of them may be the one that stores the spec. Unknown
/// counts as newest.
unsigned oldest_engine(const swarm::Snapshot& snapshot) {
  unsigned oldest = std::numeric_limits<unsigned>::max();
  for (const auto& node : snapshot.nodes) {
    if (node.role == "manager") oldest = std::min(oldest, node.engine_release());
  }
  return oldest;
}

bool platform_fits(const Json& platform, const swarm::Node& node) {
  const auto normal = [](const std::string& name) {
    return name == "x86_64"    ? std::string("amd64")
           : name == "aarch64" ? std::string("arm64")
                               : name;
  };
  const auto os = text_at(platform, {"OS"});
  const auto architecture = text_at(platform, {"Architecture"});
  return (os.empty() || os == node.os) &&
         (architecture.empty() || normal(architecture) == normal(node.architecture));
}

}  // namespace

bool is_paused(const swarm::Service& service, const swarm::Snapshot& snapshot) {
  if (!service.update) return false;
  if (service.update->state == "rollback_paused") return true;
  if (service.update->state != "paused") return false;
  return service.spec.restart_condition() == "any" || stale_tasks(service, snapshot) > 0;
}

bool is_in_progress(const swarm::Service& service) {
  return service.update &&
         (service.update->state == "updating" || service.update->state == "rollback_started");
}

const char* mode_word(swarm::Spec::Mode mode) {
  switch (mode) {
    case swarm::Spec::Mode::replicated:
      return "replicated";
    case swarm::Spec::Mode::global:
      return "global";
    case swarm::Spec::Mode::replicated_job:
      return "replicated-job";
    case swarm::Spec::Mode::global_job:
      return "global-job";
  }
  return "replicated";
}

std::string why_recreated(const swarm::Spec& live, const swarm::Spec& wanted) {
  return fmt::format("must be recreated, because its mode changes from {} to {}",
                     mode_word(live.mode()), mode_word(wanted.mode()));
}

bool Draft::in_progress() const {
  return live != nullptr && is_in_progress(*live);
}

std::size_t stale_tasks(const swarm::Service& service, const swarm::Snapshot& snapshot) {
  if (service.spec.is_job()) return 0;
  return static_cast<std::size_t>(
      std::count_if(snapshot.tasks.begin(), snapshot.tasks.end(), [&](const swarm::Task& task) {
        return task.service_id == service.id && task.state == "running" &&
               task.desired == "running" && !task.up_to_date;
      }));
}

const swarm::Service* own_service(const swarm::Snapshot& snapshot, const std::string& stack,
                                  const std::string& name) {
  const auto* service = snapshot.find_service(name);
  return service != nullptr && service->spec.label(swarm::kNamespaceLabel) == stack ? service
                                                                                    : nullptr;
}

bool node_fits(const swarm::Node& node, const swarm::Spec& spec) {
  for (const auto& constraint : spec.constraints()) {
    // Reading the file has said that it is malformed.
    if (!swarm::wrong_with_constraint(constraint).empty()) continue;
    if (!swarm::satisfies(node, constraint)) return false;
  }
  const auto pointer = Json::json_pointer("/TaskTemplate/Placement/Platforms");
  if (!spec.json().contains(pointer)) return true;
  const Json& platforms = spec.json().at(pointer);
  if (!platforms.is_array() || platforms.empty()) return true;
  return std::any_of(platforms.begin(), platforms.end(),
                     [&](const Json& platform) { return platform_fits(platform, node); });
}

std::vector<const swarm::Node*> fitting_nodes(const swarm::Spec& spec,
                                              const std::vector<swarm::Node>& nodes) {
  std::vector<const swarm::Node*> result;
  for (const auto& node : nodes) {
    if (node.state == "ready" && node.availability == "active" && node_fits(node, spec))
      result.push_back(&node);
  }
  return result;
}

std::vector<swarm::Node> labelled_nodes(const swarm::Snapshot& snapshot, const Choices& choices) {
  auto nodes = snapshot.nodes;
  for (auto& node : nodes) {
    const auto found = choices.node_labels.find(node.hostname);
    if (found == choices.node_labels.end()) continue;
    for (const auto& [key, value] : found->second) node.labels[key] = value;
  }
  return nodes;
}

namespace {

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

Drafts draft(const convert::Desired& desired, const swarm::Snapshot& snapshot,
             const Choices& choices) {
  Drafts drafts;
  drafts.objects = bind_objects(desired, snapshot, choices);
  const auto nodes = labelled_nodes(snapshot, choices);
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
      keep_force_update(one.spec, *one.live);
      if (choices.restart.contains(service.key)) force_update(one);
      if (service.live_replicas) one.spec.keep_replicas_of(one.live->spec);
      one.recreate = one.live->spec.mode() != one.spec.mode();
      one.paused = !one.recreate && is_paused(*one.live, snapshot);
      const auto before = choices.ways_back.find(service.name);
      if (one.paused && !choices.resume && before != choices.ways_back.end())
        one.way_back = &before->second;
      judge_update(one, snapshot, choices, nodes);
    }
    drafts.services.push_back(std::move(one));
  }
  std::sort(drafts.services.begin(), drafts.services.end(),
            [](const Draft& a, const Draft& b) { return a.desired->name < b.desired->name; });
  std::sort(
      drafts.one_offs.begin(), drafts.one_offs.end(),
      [](const OneOffDraft& a, const OneOffDraft& b) { return a.desired->name < b.desired->name; });
  return drafts;
}

}  // namespace skep::plan
