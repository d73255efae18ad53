#include "plan/way_back.hpp"

#include "base/error.hpp"
#include "plan/draft.hpp"
#include "plan/plan.hpp"
#include "swarm/diff.hpp"
#include "swarm/owner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace skep::plan {
namespace {

// Failed tasks of a job after which another try of it is not waited for.
constexpr std::size_t kHopeless = 3;

struct Back {
  Stage away;  // what must be gone before it can be created as it was
  Stage writes;
  Stage removals;
  Stage jobs;  // that still run: let end, behind everything else
  Stage ended_jobs;
  Plan plan;
};

void remove(const swarm::Service& live, Stage& stage) {
  stage.actions.emplace_back(RemoveService{live.name, live.id});
  stage.wait_for.push_back({live.name, Wait::For::gone});
}

/// What the release made. Swarm would try a failed job again for ever.
void take_away(const swarm::Service& live, const swarm::Snapshot& now, Back& back) {
  if (!live.spec.is_job() || !still_runs(live, now.tasks, now.nodes))
    return remove(live, back.removals);
  back.jobs.wait_for.push_back({live.name, Wait::For::ended});
  remove(live, back.ended_jobs);
}

/// A release has changed the mode of a service, which Swarm cannot do: it had removed it and
/// created another.
void recreate(const swarm::Service& before, const swarm::Service& live, const swarm::Snapshot& now,
              Back& back) {
  if (before.spec.is_job()) {
    back.plan.notes.push_back(
        fmt::format("job {} is gone: going back never runs a job again", before.name));
    return take_away(live, now, back);
  }
  back.away.actions.emplace_back(
      RemoveService{live.name, live.id, why_recreated(live.spec, before.spec)});
  back.away.wait_for.push_back({live.name, Wait::For::gone});
  back.writes.actions.emplace_back(CreateService{before.name, before.spec});
  back.writes.wait_for.push_back({before.name, Wait::For::converged});
}

void go_back(const swarm::Service& before, const swarm::Service& live, const swarm::Snapshot& now,
             const std::string& why, Back& back) {
  const auto changes = swarm::diff(live.spec, before.spec);
  if (before.spec.is_job()) {
    if (!changes.empty()) {
      back.plan.notes.push_back(
          fmt::format("job {} stays as it is: going back never runs a job again", before.name));
    }
    return;
  }
  const auto stale = stale_tasks(live, now);
  if (changes.empty() && !is_paused(live, now) && (stale == 0 || is_in_progress(live))) {
    back.plan.unchanged.push_back(before.name);
    // The engine may be rolling it back itself: that is let finish.
    if (is_in_progress(live)) back.writes.wait_for.push_back({before.name, Wait::For::converged});
    return;
  }
  UpdateService update{before.name, live.id, live.version, before.spec, changes, true, ""};
  update.restarts =
      stale > 0 || is_paused(live, now) || swarm::restarts_tasks(live.spec, before.spec);
  update.why = is_paused(live, now) ? "its last update was paused half-way" : why;
  back.writes.actions.emplace_back(std::move(update));
  back.writes.wait_for.push_back({before.name, Wait::For::converged});
}

/// "network NAME", "secret NAME", "config NAME" of all that services refer to once they are back.
std::set<std::string> used_after(const std::string& stack, const swarm::Snapshot& before,
                                 const swarm::Snapshot& now, const std::set<std::string>& removed) {
  std::set<std::string> used;
  const auto add = [&used](const swarm::Spec& spec) {
    for (const auto& name : spec.networks()) used.insert("network " + name);
    for (const auto& name : spec.secrets()) used.insert("secret " + name);
    for (const auto& name : spec.configs()) used.insert("config " + name);
  };
  std::set<std::string> back = removed;
  for (const auto* service : before.stack_services(stack)) {
    if (service->spec.is_job()) continue;
    add(service->spec);
    back.insert(service->name);
  }
  for (const auto& live : now.services) {
    if (!back.contains(live.name)) add(live.spec);
  }
  return used;
}

/// What the release made and nothing uses any more.
Stage object_removals(const std::string& stack, const swarm::Snapshot& before,
                      const swarm::Snapshot& now, const std::set<std::string>& removed) {
  const auto used = used_after(stack, before, now, removed);
  const auto made_by_it = [&](const auto& object, const auto* earlier, const char* kind) {
    return swarm::belongs_to(object.labels, stack) && earlier == nullptr &&
           !used.contains(fmt::format("{} {}", kind, object.name));
  };
  Stage stage;
  for (const auto& secret : now.secrets) {
    if (made_by_it(secret, before.find_secret(secret.name), "secret"))
      stage.actions.emplace_back(RemoveSecret{secret.name, secret.id});
  }
  for (const auto& config : now.configs) {
    if (made_by_it(config, before.find_config(config.name), "config"))
      stage.actions.emplace_back(RemoveConfig{config.name, config.id});
  }
  for (const auto& network : now.networks) {
    if (made_by_it(network, before.find_network(network.name), "network"))
      stage.actions.emplace_back(RemoveNetwork{network.name, network.id});
  }
  return stage;
}

/// The stages that hold something, and at the end the objects that nothing uses then.
Plan in_order(Back back, const swarm::Snapshot& before, const swarm::Snapshot& now) {
  std::set<std::string> removed;
  for (const auto* stage : {&back.removals, &back.ended_jobs}) {
    for (const auto& wait : stage->wait_for) removed.insert(wait.service);
  }
  Stage objects = object_removals(back.plan.stack, before, now, removed);
  for (Stage* stage :
       {&back.away, &back.writes, &back.removals, &back.jobs, &back.ended_jobs, &objects}) {
    if (!stage->actions.empty() || !stage->wait_for.empty())
      back.plan.stages.push_back(std::move(*stage));
  }
  return std::move(back.plan);
}

}  // namespace

void require_objects(const std::string& service, const swarm::Spec& spec,
                     const swarm::Snapshot& now) {
  const auto missing = [&](const char* kind, const std::string& name) {
    throw Error(Kind::preflight,
                fmt::format("cannot go back: {} \"{}\", which service \"{}\" needs, is gone", kind,
                            name, service),
                "create it again under this name, then release again");
  };
  for (const auto& name : spec.networks()) {
    if (now.find_network(name) == nullptr) missing("network", name);
  }
  for (const auto& name : spec.secrets()) {
    if (now.find_secret(name) == nullptr) missing("secret", name);
  }
  // Only configs of the stack are in a snapshot: another one is missing for sure only when nothing
  // refers to it.
  for (const auto& name : spec.configs()) {
    const bool listed =
        std::find(now.config_names.begin(), now.config_names.end(), name) != now.config_names.end();
    const bool used =
        std::any_of(now.services.begin(), now.services.end(), [&](const swarm::Service& one) {
          const auto configs = one.spec.configs();
          return std::find(configs.begin(), configs.end(), name) != configs.end();
        });
    if (now.find_config(name) == nullptr && !listed && !used) missing("config", name);
  }
}

bool still_runs(const swarm::Service& job, const std::vector<swarm::Task>& tasks,
                const std::vector<swarm::Node>& nodes) {
  const auto on_lost_node = [&](const swarm::Task& task) {
    return std::any_of(nodes.begin(), nodes.end(), [&](const swarm::Node& node) {
      return node.id == task.node_id && node.state == swarm::NodeState::down;
    });
  };
  using swarm::TaskState;
  std::size_t failed = 0;
  bool complete = false;
  bool running = false;
  bool coming = false;
  for (const auto& task : tasks) {
    if (task.service_id != job.id || task.job_iteration != job.job_iteration) continue;
    if (task.state == TaskState::complete) {
      complete = true;
    } else if (has_failed(task.state)) {
      ++failed;
    } else if ((task.desired == TaskState::complete || task.desired == TaskState::running) &&
               !on_lost_node(task)) {
      const bool has_begun = task.state == TaskState::starting || task.state == TaskState::running;
      (has_begun ? running : coming) = true;
    }
  }
  if (failed >= kHopeless) return false;
  return running || (complete && coming && failed == 0);
}

Plan way_back(const std::string& stack, const swarm::Snapshot& before, const swarm::Snapshot& now,
              const std::string& why) {
  Back back;
  back.plan.stack = stack;
  std::set<std::string> names;
  for (const auto* service : before.stack_services(stack)) {
    names.insert(service->name);
    const auto* live = own_service(now, stack, service->name);
    if (live != nullptr && live->spec.mode() != service->spec.mode()) {
      recreate(*service, *live, now, back);
    } else if (live != nullptr) {
      go_back(*service, *live, now, why, back);
    } else if (service->spec.is_job()) {
      back.plan.notes.push_back(
          fmt::format("job {} is gone: going back never runs a job again", service->name));
    } else {
      back.writes.actions.emplace_back(CreateService{service->name, service->spec});
      back.writes.wait_for.push_back({service->name, Wait::For::converged});
    }
    if (live == nullptr || live->spec != service->spec)
      require_objects(service->name, service->spec, now);
  }
  for (const auto* live : now.stack_services(stack)) {
    if (names.contains(live->name)) continue;
    take_away(*live, now, back);
    if (live->spec.is_job()) {
      back.plan.notes.push_back(
          fmt::format("job {} is new and is removed; what it did is not undone", live->name));
    }
  }
  return in_order(std::move(back), before, now);
}

}  // namespace skep::plan
