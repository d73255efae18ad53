#pragma once
// Everything that a decision about a stack needs, read once: the cluster, the kept records, and the
// plan's Choices. Shared by release, deploy, diff and doctor.
#include "base/error.hpp"
#include "deploy/database.hpp"
#include "deploy/deps.hpp"
#include "deploy/images.hpp"
#include "deploy/options.hpp"
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
  std::optional<std::string> commit;  // for the record; nullopt: the project folder's
  std::set<std::string> autoscaled;   // full names of services whose number of tasks is `live`
  std::optional<Error> unfit;         // with PlanOptions::shown: why it cannot be carried out

  /// A record that another run left pending: its release was interrupted.
  const release::Kept* pending_record() const;
  /// Nothing has to be written: not to the stack, the database or the records.
  bool nothing_to_do() const;
};

struct PlanOptions {
  bool prune = false;
  bool resume = false;
  bool recreate = false;
  std::set<std::string> restart{};  // service keys
  std::string seed{};               // for names of new secrets and configs; "": a random one
  std::set<std::string> scaled{};   // full names; their wanted number of tasks is written, even if
                                    // an autoscaler sets it
  bool ask_database = false;        // ensure the users even if nothing seems wrong
  std::string what = "release";     // for the record
  bool keep_commit = false;         // the record's commit is the last release's: nothing is built
  bool shown = false;               // only to be shown, even if the swarm cannot carry it
};

/// Reads the cluster. Throws Error{preflight} when the project is pinned to another swarm.
swarm::Snapshot read_cluster(Deps& deps, const project::Loaded& loaded);

/// For services of the stack that are paused half-way: their specs from before the release that
/// left them so, if the last record is that release's. They first go back to these, with the
/// credentials of today.
std::map<std::string, swarm::Spec> ways_back(const std::string& stack,
                                             const swarm::Snapshot& snapshot,
                                             const std::vector<release::Kept>& records);

/// Reads the cluster and plans; writes nothing. `images` as prepare_images() gave it. Throws
/// Error{preflight} with all problems at once (but not with PlanOptions::shown, if there is a plan
/// to show), and what make_plan throws.
Situation read_situation(Deps& deps, const project::Loaded& loaded, const Images& images,
                         const PlanOptions& options);

/// The part of Choices that preflight can use before any image is known.
plan::Choices early_choices(const project::Loaded& loaded, const ReleaseOptions& options);
/// Everything that preflight finds, also before images are known. Throws Error{preflight} when
/// there are errors; emits warnings.
void preflight(Deps& deps, const project::Loaded& loaded, const plan::Judged& judged);

/// Services for which an autoscaler set the number of tasks in that record.
std::set<std::string> autoscaled_in(const swarm::Record& record);
/// Makes writes of these services keep the number of tasks that they have at that moment.
void keep_live_replicas(plan::Plan& plan, const std::set<std::string>& autoscaled);

/// The credential for an image reference.
engine::RegistryAuth registry_auth_of(const docker::Credentials& credentials,
                                      const std::string& reference);

}  // namespace skep::deploy
