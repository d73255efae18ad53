#pragma once
// What a plan needs to know beside the files and the cluster.
#include "base/json.hpp"
#include "swarm/delivery.hpp"
#include "swarm/spec.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace skep::plan {

/// The digest of an image reference, or why there is none.
struct Resolved {
  std::string digest;  // "sha256:…"; empty with `error`, or for a local image
  Json platforms;      // Placement.Platforms as docker fills it in; may be null
  std::string error;
  bool local = false;  // a local image: no digest, used as it is
};

/// How a one-off ended when it last ran.
struct LastRun {
  swarm::Spec spec;  // without delivered values
  bool succeeded = false;
  bool operator==(const LastRun&) const = default;
};

/// What the pure functions cannot know: callers that ask the engine, registries and the database
/// fill it in.
struct Choices {
  std::map<std::string, std::string>
      image_of_service;  // service key → reference to deploy (built or as written)
  std::map<std::string, Resolved> digests;   // reference → digest or error
  std::vector<swarm::Injection> injections;  // delivered values
  std::map<std::string, std::map<std::string, std::string>>
      node_labels;                             // hostname → labels that must be there
  std::map<std::string, bool> secret_matches;  // live secret name → its content is the wanted one
  std::map<std::string, LastRun> last_runs;    // one-offs by full name
  std::string suffix_seed;        // makes names of new configs and secrets; random in production
  std::set<std::string> restart;  // service keys: new tasks, though nothing changes
  bool prune = false;
  bool resume = false;    // go on with a paused service
  bool recreate = false;  // remove a service and create it again where Swarm cannot change it
  std::map<std::string, swarm::Spec>
      ways_back;  // service that a release left paused half-way → its spec from before that
};

struct Judged;  // plan/judge.hpp

}  // namespace skep::plan
