#pragma once
// Everything that a decision about a stack is made from, read once: the cluster, the kept records,
// and what the plan needs from others. Shared by release, deploy, diff and doctor.
#include "base/error.hpp"
#include "deploy/database.hpp"
#include "deploy/deps.hpp"
#include "deploy/images.hpp"
#include "docker/config.hpp"
#include "plan/choices.hpp"
#include "plan/plan.hpp"
#include "project/project.hpp"
#include "release/records.hpp"
#include "swarm/snapshot.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace skep::deploy {

struct Situation {
  swarm::Snapshot snapshot;
  std::vector<release::Kept> records;
  plan::Choices choices;
  DatabaseNeed database;
  plan::Plan plan;
  std::string what = "release";       // for the record
  std::optional<std::string> commit;  // the record's; the project folder's when not said
  std::set<std::string> autoscaled;   // full names of services whose number of tasks is `live`
  std::optional<Error> unfit;         // with PlanOptions::shown: why it cannot be carried out

  /// A record that another run left pending: its release was interrupted.
  const release::Kept* pending_record() const;
  /// Nothing is to be written: not to the stack, not to the database, not to the records.
  bool nothing_to_do() const;
};

struct PlanOptions {
  bool prune = false;
  bool resume = false;
  bool recreate = false;
  std::set<std::string> restart{};  // service keys
  std::string seed{};               // of names of new secrets and configs; "": a random one
  bool shown = false;               // to be looked at: also where the swarm cannot carry it
};

/// Reads the cluster. Throws Error{preflight} when the project is pinned to another swarm.
swarm::Snapshot read_cluster(Deps& deps, const project::Loaded& loaded);

/// Where services of the stack that stand paused half-way go back to first: their specs from before
/// the release that left them so, when the last record is that release's. With the credentials of
/// today.
std::map<std::string, swarm::Spec> ways_back(const std::string& stack,
                                             const swarm::Snapshot& snapshot,
                                             const std::vector<release::Kept>& records);

/// Reads the cluster and plans; writes nothing. `images` as prepare_images() gave it.
/// Throws Error{preflight} with all problems at once (unless it is to be shown and can be), and
/// what make_plan throws.
Situation read_situation(Deps& deps, const project::Loaded& loaded, const Images& images,
                         const PlanOptions& options);

/// All that preflight finds before images are known. Throws Error{preflight} when there are errors;
/// emits warnings.
void preflight(Deps& deps, const project::Loaded& loaded, const swarm::Snapshot& snapshot,
               const plan::Choices& choices);

/// Services whose number of tasks was an autoscaler's in that record.
std::set<std::string> autoscaled_in(const swarm::Record& record);
/// What is written of these services keeps the number that they have when it is written.
void keep_live_replicas(plan::Plan& plan, const std::set<std::string>& autoscaled);

/// The same situation, planned anew with the values that the database now wants delivered. Pure.
void plan_again(Situation& situation, const project::Loaded& loaded,
                std::vector<swarm::Injection> injections);

/// Credentials from docker's configuration of this environment.
docker::Credentials load_credentials(Deps& deps);
/// X-Registry-Auth for an image reference.
std::string registry_auth_of(const docker::Credentials& credentials, const std::string& reference);

}  // namespace skep::deploy
