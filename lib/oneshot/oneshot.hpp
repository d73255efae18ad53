#pragma once
// One task that runs to its end: a plain service (replicas 1, restart none), never a Swarm job
// (why: docs/decisions.md, "One task, not a job"). Its service, secrets and configs are gone
// afterwards, after a failure too. What a killed run left is found by its label and removed by the
// next run.
#include "base/clock.hpp"
#include "base/event.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "engine/registry_auth.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace skep::oneshot {

inline constexpr const char* kOneShotLabel =
    "skep.oneshot";  // on everything it makes: the stack's name
inline constexpr const char* kTakenUpLabel = "skep.oneshot.key";  // Task::key

struct File {
  std::string target;  // absolute path in the container, or a name below /run/secrets
  Secret content;
  bool secret = true;  // a Swarm secret, else a Swarm config
  unsigned mode = 0444;
};

struct Task {
  std::string stack;    // the stack that it belongs to: for its label and name
  std::string purpose;  // "mongo": the service is named skep-STACK-PURPOSE-<random>, cut to fit 63
  std::string image;    // by digest
  std::vector<std::string> command;   // the entrypoint is replaced (ContainerSpec.Command)
  std::vector<std::string> env;       // K=V, nothing secret
  std::vector<std::string> networks;  // ids or names
  std::vector<std::string> constraints;
  std::vector<File> files;  // temporary objects, removed afterwards
  std::vector<std::pair<std::string, std::string>>
      secrets;  // existing Swarm secrets: name → target
  engine::RegistryAuth registry_auth = engine::RegistryAuth::anonymous();
  /// A service's TaskTemplate as the engine gave it, or null. The task is then like the service's:
  /// with its image, networks, secrets, mounts and placement, but without aliases and health check,
  /// and with `command` as arguments. (The entrypoint stays; with an empty `command` the arguments
  /// stay too.) Of the fields above only stack, purpose, command and registry_auth count then.
  Json like;
  /// If not "": two tasks with this key never run at once. If a killed run left one, its end is
  /// waited for, and counts as this one's when its spec is the same. Ctrl-C leaves the task
  /// running, and the next run takes it over.
  std::string key;
  /// Called for each line of its output, of standard error or standard output; may be empty.
  std::function<void(bool error, const std::string& line)> on_line;
};

struct Result {
  bool taken_up = false;  // a killed run had started it
  bool started = false;   // a container ran
  std::optional<int> exit_code;
  std::string error;  // Status.Err of the task, whole
  std::string node;   // host name
  std::string out;    // its standard output; if more than 16 MiB, at least the last 8 MiB
  std::string err;    // the same of its standard error
};

/// Runs it and cleans up. Throws Error{deadline} with the task's last state and error ("no suitable
/// node …"), Error{unreachable, rejected, interrupted}; clean-up is done before it throws.
Result run(engine::Transport& engine, Clock& clock, EventSink& events, const Task& task,
           Duration timeout, std::stop_token stop);

/// Removes what killed runs of this stack left (services, secrets, configs with the label). Returns
/// their names. Without `keyed`, tasks with a key stay: the next run may wait for their end.
std::vector<std::string> sweep(engine::Transport& engine, const std::string& stack, bool keyed,
                               std::stop_token stop);

}  // namespace skep::oneshot
