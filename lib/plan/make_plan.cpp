#include "plan/make_plan.hpp"

#include "base/error.hpp"
#include "plan/differences.hpp"
#include "plan/images.hpp"
#include "plan/order.hpp"
#include "plan/plan.hpp"
#include "plan/preflight.hpp"
#include "plan/way_back.hpp"
#include "swarm/diff.hpp"
#include "swarm/owner.hpp"
#include "swarm/record.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::plan {
namespace {

/// Preflight reports these too, with everything else; a plan cannot be made around them.
void refuse(const Judged& judged) {
  Diagnostics problems;
  check_obstacles(judged, problems);
  const auto sorted = problems.sorted();
  if (!sorted.empty())
    throw Error(Kind::preflight, sorted.front().loc, sorted.front().message, sorted.front().hint);
  const auto require_image = [&](const auto& one) {
    if (one.image_error.empty() || judged.desired.as_docker) return;
    throw Error(
        Kind::registry, one.desired->image_loc,
        fmt::format("service \"{}\": image \"{}\" cannot be deployed: {}", one.desired->name,
                    reference_of(*one.desired, judged.choices), one.image_error),
        "check the reference and the registry's credentials; --resolve-image never deploys local "
        "images");
  };
  for (const auto& one : judged.drafts.services) require_image(one);
  for (const auto& one : judged.drafts.one_offs) require_image(one);
}

void label_nodes(const Judged& judged, Stage& stage) {
  for (const auto& node : judged.snapshot.nodes) {
    const auto found = judged.choices.node_labels.find(node.hostname);
    if (found == judged.choices.node_labels.end()) continue;
    LabelNode action{node.hostname, {}};
    for (const auto& [key, value] : found->second) {
      const auto label = node.labels.find(key);
      if (label == node.labels.end() || label->second != value) action.labels[key] = value;
    }
    if (!action.labels.empty()) stage.actions.emplace_back(std::move(action));
  }
}

void create_networks(const Judged& judged, Stage& stage, Plan& plan) {
  for (const auto& wanted : judged.desired.networks) {
    if (wanted.external) continue;
    const auto* live = judged.snapshot.find_network(wanted.name);
    if (live == nullptr) {
      stage.actions.emplace_back(CreateNetwork{wanted.name, wanted.spec});
      continue;
    }
    const auto difference = network_difference(wanted.spec, *live);
    if (difference.empty()) continue;
    plan.notes.push_back(fmt::format(
        "network {} differs from the file ({}) and stays as it is: Swarm cannot change one",
        wanted.name, difference));
  }
}

void note_dropped(const Judged& judged, Plan& plan) {
  const auto note = [&](const auto& one) {
    for (const auto& field : one.dropped) {
      plan.notes.push_back(
          fmt::format("service {}: {}, and is left out", one.desired->name, field));
    }
  };
  for (const auto& one : judged.drafts.services) note(one);
  for (const auto& one : judged.drafts.one_offs) note(one);
}

void note_labels(const Judged& judged, Plan& plan) {
  const auto compare = [&](const char* kind, const convert::DesiredObject& wanted,
                           const swarm::Labels& live) {
    auto present = live;
    present.erase(swarm::kPlainNameLabel);
    if (present == wanted.labels) return;
    plan.notes.push_back(fmt::format("labels of {} {} differ from the file and stay as they are",
                                     kind, wanted.name));
  };
  const auto& objects = judged.drafts.objects;
  for (const auto& wanted : judged.desired.secrets) {
    if (wanted.external) continue;
    const auto* live = judged.snapshot.find_secret(objects.secret_names.at(wanted.name));
    if (live != nullptr) compare("secret", wanted, live->labels);
  }
  for (const auto& wanted : judged.desired.configs) {
    if (wanted.external) continue;
    const auto* live = judged.snapshot.find_config(objects.config_names.at(wanted.name));
    if (live != nullptr) compare("config", wanted, live->labels);
  }
}

Action write_of(const Draft& one) {
  if (one.live == nullptr || one.recreate) return CreateService{one.desired->name, one.spec};
  return UpdateService{one.desired->name, one.live->id, one.live->version, one.spec, one.changes,
                       one.restarts,      one.why};
}

/// An update that somebody else began is let finish before ours is written over it; --resume goes
/// on at once.
Stage unfinished(const Judged& judged) {
  Stage stage;
  for (const auto& one : judged.drafts.services) {
    if (one.in_progress() && one.write && !one.recreate && !judged.choices.resume) {
      stage.wait_for.push_back({one.desired->name, Wait::For::converged});
    }
  }
  return stage;
}

/// A release before left these paused half-way. Written over as they are, the engine's updater may
/// stop the last good task first, so they go back to health before they go forward.
Stage back_to_health(const Judged& judged) {
  Stage stage;
  for (const auto& one : judged.drafts.services) {
    if (one.way_back == nullptr) continue;
    require_objects(one.desired->name, *one.way_back, judged.snapshot);
    stage.actions.emplace_back(UpdateService{
        one.desired->name, one.live->id, one.live->version, *one.way_back,
        swarm::diff(one.live->spec, *one.way_back), true, "its last update was paused half-way"});
    stage.wait_for.push_back({one.desired->name, Wait::For::converged});
  }
  return stage;
}

/// One-offs come before all services of their level: as little as can be has changed when one
/// fails.
std::vector<Stage> service_stages(const Judged& judged, Plan& plan) {
  const auto level = levels(judged.desired.services);
  std::map<std::size_t, Stage> one_offs;
  for (const auto& one : judged.drafts.one_offs) {
    if (!one.due) continue;
    one_offs[level.at(one.desired->key)].actions.emplace_back(
        RunTask{one.desired->name, one.spec, one.recorded, one.changes, one.why});
  }
  std::map<std::size_t, Stage> away;  // what must be gone before it can be created anew
  std::map<std::size_t, Stage> stages;
  for (const auto& one : judged.drafts.services) {
    if (!one.write) {
      if (one.way_back == nullptr) plan.unchanged.push_back(one.desired->name);
      continue;
    }
    const auto number = level.at(one.desired->key);
    if (one.recreate) {
      away[number].actions.emplace_back(RemoveService{one.desired->name, one.live->id, one.why});
      away[number].wait_for.push_back({one.desired->name, Wait::For::gone});
    }
    auto& writes = stages[number];
    writes.actions.push_back(write_of(one));
    writes.wait_for.push_back({one.desired->name, Wait::For::converged});
  }
  std::vector<Stage> result;
  for (std::size_t number = 0; number <= judged.desired.services.size(); ++number) {
    for (auto* these : {&one_offs, &away, &stages}) {
      if (const auto found = these->find(number); found != these->end())
        result.push_back(std::move(found->second));
    }
  }
  return result;
}

/// Another deployed it as a service; or it was one before.
bool is_now_a_one_off(const Judged& judged, const std::string& name) {
  return std::any_of(judged.drafts.one_offs.begin(), judged.drafts.one_offs.end(),
                     [&](const OneOffDraft& one) { return one.desired->name == name; });
}

bool attached(const swarm::Spec& spec, const std::string& network) {
  const auto networks = spec.networks();
  return std::find(networks.begin(), networks.end(), network) != networks.end();
}

/// What the stack has and the file does not name: removed last with --prune, else said.
void remove_rest(const Judged& judged, Plan& plan) {
  const auto& stack = judged.desired.stack;
  Stage services;
  for (const auto* live : judged.snapshot.stack_services(stack)) {
    const bool wanted = std::any_of(judged.drafts.services.begin(), judged.drafts.services.end(),
                                    [&](const Draft& one) { return one.live == live; });
    if (wanted) continue;
    if (!judged.choices.prune) {
      plan.notes.push_back(fmt::format(
          "service {} is {} and stays; --prune removes it", live->name,
          is_now_a_one_off(judged, live->name) ? "a one-off in the file" : "not in the file"));
      continue;
    }
    services.actions.emplace_back(RemoveService{live->name, live->id});
    services.wait_for.push_back({live->name, Wait::For::gone});
  }
  Stage networks;
  for (const auto& live : judged.snapshot.networks) {
    if (!swarm::belongs_to(live.labels, stack)) continue;
    const bool wanted = std::any_of(judged.desired.networks.begin(), judged.desired.networks.end(),
                                    [&](const auto& network) { return network.name == live.name; });
    const bool used = std::any_of(
        judged.snapshot.services.begin(), judged.snapshot.services.end(), [&](const auto& one) {
          return !swarm::belongs_to(one.spec, stack) && attached(one.spec, live.name);
        });
    if (wanted || used) continue;
    if (judged.choices.prune) {
      networks.actions.emplace_back(RemoveNetwork{live.name, live.id});
    } else {
      plan.notes.push_back(
          fmt::format("network {} is not in the file and stays; --prune removes it", live.name));
    }
  }
  if (!services.actions.empty()) plan.stages.push_back(std::move(services));
  if (!networks.actions.empty()) plan.stages.push_back(std::move(networks));
}

}  // namespace

Plan make_plan(const Judged& judged) {
  refuse(judged);
  const auto& drafts = judged.drafts;
  Plan plan;
  plan.stack = judged.desired.stack;
  Stage before = unfinished(judged);
  if (!before.wait_for.empty()) plan.stages.push_back(std::move(before));
  Stage healthy = back_to_health(judged);
  if (!healthy.actions.empty()) plan.stages.push_back(std::move(healthy));
  Stage objects;
  label_nodes(judged, objects);
  create_networks(judged, objects, plan);
  for (const auto& config : drafts.objects.new_configs) objects.actions.emplace_back(config);
  for (const auto& secret : drafts.objects.new_secrets) objects.actions.emplace_back(secret);
  note_labels(judged, plan);
  note_dropped(judged, plan);
  for (auto& note : volume_notes(drafts.services)) plan.notes.push_back(std::move(note));
  if (!objects.actions.empty()) plan.stages.push_back(std::move(objects));
  for (auto& stage : service_stages(judged, plan)) plan.stages.push_back(std::move(stage));
  remove_rest(judged, plan);
  return plan;
}

}  // namespace skep::plan
