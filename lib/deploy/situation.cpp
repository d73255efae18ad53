#include "deploy/situation.hpp"

#include "base/image_ref.hpp"
#include "base/parallel.hpp"
#include "base/plural.hpp"
#include "base/random.hpp"
#include "convert/desired.hpp"
#include "deploy/delivered.hpp"
#include "deploy/stack_name.hpp"
#include "engine/secrets.hpp"
#include "engine/snapshot.hpp"
#include "plan/choices.hpp"
#include "plan/draft.hpp"
#include "plan/judge.hpp"
#include "plan/make_plan.hpp"
#include "plan/preflight.hpp"
#include "swarm/owner.hpp"
#include "swarm/record.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::deploy {
namespace {

/// Live secrets that may hold the wanted content: docker's plain name, and those that skep made for
/// it.
std::vector<const swarm::Secret*> candidates(const swarm::Snapshot& snapshot,
                                             const convert::DesiredObject& wanted) {
  std::vector<const swarm::Secret*> result;
  for (const auto& secret : snapshot.secrets) {
    const auto plain = secret.labels.find(swarm::kPlainNameLabel);
    const bool ours = plain != secret.labels.end() && plain->second == wanted.name;
    if (secret.name == wanted.name || ours) result.push_back(&secret);
  }
  return result;
}

/// Which live secrets hold the content that the files want (a probe that writes nothing,
/// engine/secrets.hpp).
std::map<std::string, bool> matching_secrets(Deps& deps, const convert::Desired& desired,
                                             const swarm::Snapshot& snapshot) {
  struct Question {
    const swarm::Secret* secret;
    const convert::DesiredObject* wanted;
  };
  std::vector<Question> questions;
  for (const auto& wanted : desired.secrets) {
    if (wanted.external || !wanted.driver.empty()) continue;
    for (const auto* secret : candidates(snapshot, wanted)) questions.push_back({secret, &wanted});
  }
  const auto answers = parallel(questions, 8, [&](const Question& question) {
    return engine::secret_holds(deps.engine(), *question.secret, question.wanted->data, deps.stop);
  });
  std::map<std::string, bool> result;
  for (std::size_t i = 0; i < questions.size(); ++i) result[questions[i].secret->name] = answers[i];
  return result;
}

std::map<std::string, std::map<std::string, std::string>> node_labels(
    const config::Project& project) {
  std::map<std::string, std::map<std::string, std::string>> result;
  for (const auto& node : project.nodes) result[node.node] = node.labels;
  return result;
}

std::vector<std::string> external_configs(const convert::Desired& desired) {
  std::vector<std::string> names;
  for (const auto& config : desired.configs) {
    if (config.external) names.push_back(config.name);
  }
  return names;
}

/// With `push: false` an image is only on the engine that built it.
void local_images_preflight(const project::Loaded& loaded, const swarm::Snapshot& snapshot,
                            Diagnostics& problems) {
  if (loaded.project.push || snapshot.nodes.size() <= 1) return;
  for (const auto& service : loaded.desired.services) {
    if (!service.build) continue;
    problems.error(
        service.loc, "services." + service.key + ".build",
        fmt::format("`push: false` leaves the image on one engine, but this swarm has {} "
                    "nodes",
                    snapshot.nodes.size()),
        "leave `push: false` out: the other nodes pull the image from a registry");
  }
}

std::string last_commit(const std::vector<release::Kept>& records) {
  const auto* last = release::last_released(records);
  return last == nullptr ? "" : last->record.commit;
}

std::set<std::string> autoscaled(const project::Loaded& loaded,
                                 const std::vector<release::Kept>& records) {
  if (loaded.as_live) {
    const auto* last = release::last_released(records);
    return last == nullptr ? std::set<std::string>{} : autoscaled_in(last->record);
  }
  std::set<std::string> result;
  for (const auto& service : loaded.desired.services) {
    if (service.live_replicas) result.insert(service.name);
  }
  return result;
}

void make_plan(Situation& situation, const plan::Judged& judged, const PlanOptions& options) {
  situation.plan = plan::make_plan(judged);
  auto kept = situation.autoscaled;
  for (const auto& service : options.scaled) kept.erase(service);
  keep_live_replicas(situation.plan, kept);
}

}  // namespace

const release::Kept* Situation::pending_record() const {
  const auto found = std::find_if(records.rbegin(), records.rend(), [](const release::Kept& kept) {
    return kept.state == swarm::RecordState::pending;
  });
  return found == records.rend() ? nullptr : &*found;
}

bool Situation::nothing_to_do() const {
  return plan.empty() && !database.due && pending_record() == nullptr;
}

swarm::Snapshot read_cluster(Deps& deps, const project::Loaded& loaded) {
  auto snapshot = engine::read_snapshot(deps.engine(), loaded.stack,
                                        external_configs(loaded.desired), deps.stop);
  require_swarm(loaded.project.swarm, snapshot.cluster_id);
  return snapshot;
}

plan::Choices early_choices(const project::Loaded& loaded, const ReleaseOptions& options) {
  plan::Choices choices;
  choices.node_labels = node_labels(loaded.project);
  choices.resume = options.resume;
  choices.recreate = options.recreate;
  return choices;
}

void preflight(Deps& deps, const project::Loaded& loaded, const plan::Judged& judged) {
  auto problems = plan::preflight(judged);
  database_preflight(loaded, judged.snapshot, problems);
  local_images_preflight(loaded, judged.snapshot, problems);
  std::string errors;
  std::size_t count = 0;
  std::size_t images = 0;
  for (const auto& problem : problems.sorted()) {
    if (problem.severity != Severity::error) {
      if (deps.told.insert(format(problem)).second) deps.events.emit(Warned{problem});
      continue;
    }
    ++count;
    if (problem.path.ends_with(".image")) ++images;
    errors += "\n" + format(problem);
  }
  if (count == 0) return;
  throw Error(images == count ? Kind::registry : Kind::preflight,
              fmt::format("stack \"{}\" cannot be deployed on this swarm: {}{}", loaded.stack,
                          plural(count, "problem"), errors));
}

std::map<std::string, swarm::Spec> ways_back(const std::string& stack,
                                             const swarm::Snapshot& snapshot,
                                             const std::vector<release::Kept>& records) {
  std::map<std::string, swarm::Spec> result;
  if (records.empty() || !release::is_half_way(records.back())) return result;
  for (const auto& recorded : records.back().record.before) {
    const auto* live = snapshot.find_service(recorded.name);
    if (live == nullptr || !swarm::belongs_to(live->spec, stack)) continue;
    const auto bound = with_live_values(swarm::Spec(recorded.spec), live->spec);
    if (bound.missing.empty() && plan::is_paused(*live, snapshot))
      result[recorded.name] = bound.spec;
  }
  return result;
}

namespace {

plan::Choices choices_of(Deps& deps, const project::Loaded& loaded, const Images& images,
                         const PlanOptions& options, const Situation& situation) {
  plan::Choices choices;
  choices.image_of_service = images.of_service;
  choices.digests = images.digests;
  choices.node_labels = node_labels(loaded.project);
  choices.secret_matches = matching_secrets(deps, loaded.desired, situation.snapshot);
  choices.suffix_seed = options.seed.empty() ? random_hex(5) : options.seed;
  choices.prune = options.prune;
  choices.resume = options.resume;
  choices.recreate = options.recreate;
  choices.restart = options.restart;
  for (const auto& [name, state] : release::task_states(situation.records))
    choices.last_runs[name] = {swarm::Spec(state.spec), state.done};
  choices.ways_back = ways_back(loaded.stack, situation.snapshot, situation.records);
  choices.injections = situation.database.injections;
  return choices;
}

}  // namespace

Situation read_situation(Deps& deps, const project::Loaded& loaded, const Images& images,
                         const PlanOptions& options) {
  Situation situation;
  situation.snapshot = read_cluster(deps, loaded);
  situation.records = release::records(deps.engine(), loaded.stack, deps.stop);
  situation.what = options.what;
  if (options.keep_commit) situation.commit = last_commit(situation.records);
  std::optional<Error> no_database;  // its network is not there: preflight says so, with the rest
  try {
    situation.database = database_need(loaded, situation.snapshot, situation.records);
  } catch (const Error& error) {
    no_database = error;
  }
  situation.autoscaled = autoscaled(loaded, situation.records);
  situation.choices = choices_of(deps, loaded, images, options, situation);
  const plan::Judged judged = plan::judge(loaded.desired, situation.snapshot, situation.choices);
  try {
    preflight(deps, loaded, judged);
  } catch (const Error& error) {
    if (!options.shown || error.kind() != Kind::preflight) throw;
    situation.unfit = error;
  }
  try {
    if (no_database) throw *no_database;
    make_plan(situation, judged, options);
  } catch (const Error&) {
    if (situation.unfit) throw *situation.unfit;  // which says it all
    throw;
  }
  situation.database.due |= options.ask_database || needs_new_password(loaded, situation.plan);
  return situation;
}

std::set<std::string> autoscaled_in(const swarm::Record& record) {
  std::set<std::string> result;
  for (const auto& service : record.services) {
    if (service.live_replicas) result.insert(service.name);
  }
  return result;
}

void keep_live_replicas(plan::Plan& plan, const std::set<std::string>& autoscaled) {
  for (auto& stage : plan.stages) {
    for (auto& action : stage.actions) {
      if (auto* create = std::get_if<plan::CreateService>(&action); create != nullptr) {
        create->live_replicas = autoscaled.contains(create->name);
      } else if (auto* update = std::get_if<plan::UpdateService>(&action); update != nullptr) {
        update->live_replicas = autoscaled.contains(update->name);
      }
    }
  }
}

engine::RegistryAuth registry_auth_of(const docker::Credentials& credentials,
                                      const std::string& reference) {
  const auto image = parse_image_ref(reference);  // of a plugin's service there is none
  return engine::RegistryAuth(image ? credentials.find(image->domain) : std::nullopt);
}

}  // namespace skep::deploy
