#include "deploy/record.hpp"

#include "base/git.hpp"
#include "deploy/compat.hpp"
#include "deploy/delivered.hpp"
#include "deploy/lock.hpp"
#include "plan/actions.hpp"
#include "plan/plan.hpp"
#include "release/records.hpp"

#include <algorithm>

namespace skep::deploy {
namespace {

/// A verb that reads no files knows of no one-off: it hands on what the last record has.
std::vector<swarm::RecordedTask> tasks_of(const Decision& decision) {
  const Situation& situation = decision.situation;
  std::vector<swarm::RecordedTask> tasks;
  auto states = release::task_states(situation.records);
  if (decision.loaded->compose.document.root.is_null()) {
    for (auto& [name, state] : states) tasks.push_back({name, std::move(state.spec), state.done});
    return tasks;
  }
  std::map<std::string, Json> due;
  for (const auto* task : plan::actions_of<plan::RunTask>(situation.plan))
    due[task->name] = task->recorded.json();
  for (const auto& service : decision.loaded->desired.services) {
    if (!service.one_off) continue;
    const auto now = due.find(service.name);
    if (now != due.end()) {
      tasks.push_back({service.name, now->second, false});
    } else {
      tasks.push_back({service.name, states.at(service.name).spec, true});
    }
  }
  return tasks;
}

/// The stack's services as they will be, by name.
std::map<std::string, swarm::Spec> planned_services(const Situation& situation,
                                                    const std::string& stack) {
  std::map<std::string, swarm::Spec> planned;
  for (const auto* live : situation.snapshot.stack_services(stack))
    planned[live->name] = live->spec;
  for (const auto& stage : situation.plan.stages) {
    for (const auto& action : stage.actions) {
      if (const auto* create = std::get_if<plan::CreateService>(&action)) {
        planned[create->name] = create->spec;
      } else if (const auto* update = std::get_if<plan::UpdateService>(&action)) {
        planned[update->name] = update->spec;
      } else if (const auto* removed = std::get_if<plan::RemoveService>(&action)) {
        planned.erase(removed->name);
      }
    }
  }
  return planned;
}

/// Services that are new. One that is recreated was there: going back gives it back.
std::vector<std::string> created_by(const Situation& situation) {
  std::vector<std::string> created;
  for (const auto& stage : situation.plan.stages) {
    for (const auto& action : stage.actions) {
      const auto* create = std::get_if<plan::CreateService>(&action);
      if (create != nullptr && situation.snapshot.find_service(create->name) == nullptr)
        created.push_back(create->name);
    }
  }
  return created;
}

}  // namespace

swarm::Record make_record(const Run& run, const Decision& decision, const swarm::Snapshot& before) {
  const Situation& situation = decision.situation;
  swarm::Record record;
  record.stack = run.stack;
  record.who = who(run.deps.env);
  record.when = format_utc(run.deps.clock.wall());
  record.what = situation.what;
  record.compat = compat_now(*decision.loaded, situation);
  record.commit =
      situation.commit
          ? *situation.commit
          : git_commit(decision.loaded->project.folder, run.deps.env, run.deps.stop).value_or("");
  const auto delivered = delivered_of(*decision.loaded, situation.records);
  const auto planned = planned_services(situation, run.stack);
  record.created = created_by(situation);
  record.tasks = tasks_of(decision);
  for (const auto& [name, spec] : planned) {
    record.services.push_back(
        {name, with_references(delivered, name, spec).json(), situation.autoscaled.contains(name)});
  }
  for (const auto* live : before.stack_services(run.stack)) {
    const auto now = planned.find(live->name);
    if (now == planned.end() || !(now->second == live->spec)) {
      record.before.push_back(
          {live->name, with_references(delivered, live->name, live->spec).json()});
    }
  }
  return record;
}

swarm::Snapshot inherited(const Situation& situation) {
  swarm::Snapshot before = situation.snapshot;
  for (auto& service : before.services) {
    const auto back = situation.choices.ways_back.find(service.name);
    if (back != situation.choices.ways_back.end()) service.spec = back->second;
  }
  if (situation.records.empty()) return before;
  const auto& last = situation.records.back();
  if (last.state != swarm::RecordState::pending && last.state != swarm::RecordState::interrupted)
    return before;
  const auto created = [&](const swarm::Service& service) {
    return std::find(last.record.created.begin(), last.record.created.end(), service.name) !=
           last.record.created.end();
  };
  before.services.erase(std::remove_if(before.services.begin(), before.services.end(), created),
                        before.services.end());
  for (const auto& recorded : last.record.before) {
    const auto service =
        std::find_if(before.services.begin(), before.services.end(),
                     [&](const swarm::Service& one) { return one.name == recorded.name; });
    if (service != before.services.end()) {
      service->spec = with_live_values(swarm::Spec(recorded.spec), service->spec).spec;
      continue;
    }
    // It had removed it, for good or to create it again. Without its credential it cannot be given
    // back.
    auto bound = with_live_values(swarm::Spec(recorded.spec), swarm::Spec());
    if (!bound.missing.empty()) continue;
    swarm::Service gone;
    gone.name = recorded.name;
    gone.spec = std::move(bound.spec);
    before.services.push_back(std::move(gone));
  }
  return before;
}

}  // namespace skep::deploy
