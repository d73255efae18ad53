#pragma once
// skep.yml as values: what is released, from which template, with which database user, nodes and
// checks. The environment and --set are laid over it and every `${…}` is replaced. Values that
// later stages may complain about keep their places.
#include "base/clock.hpp"
#include "base/compat.hpp"
#include "base/diagnostics.hpp"
#include "base/env.hpp"
#include "swarm/delivery.hpp"
#include "yaml/document.hpp"
#include "yaml/dotenv.hpp"
#include "yaml/used.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace skep::config {

/// Where the admin's password comes from: a Swarm secret's name, an environment variable's, or a
/// file's absolute path.
struct PasswordSource {
  enum class From { secret, env, file };
  From from = From::secret;
  std::string name;
  SourceLoc loc;
  bool operator==(const PasswordSource&) const = default;
};

struct Admin {
  std::string user;
  PasswordSource password;
  std::string auth_source = "admin";
  bool operator==(const Admin&) const = default;
};

struct User {
  std::string name;
  std::string database;
  std::vector<std::string> roles;
  std::vector<swarm::Delivery> deliver;
  SourceLoc loc;
  bool operator==(const User&) const = default;
};

struct MongoDb {
  std::vector<std::pair<std::string, int>> hosts;  // name, port
  std::string replica_set;
  std::string network;
  Admin admin;
  std::string auth_source = "admin";
  bool tls = false;
  std::string ca;  // the absolute path of a PEM file; may be empty
  std::vector<std::pair<std::string, std::string>> options;        // of the application
  std::vector<std::pair<std::string, std::string>> login_options;  // of skep's own login
  std::string image;
  std::vector<User> users;  // in the file's order
  SourceLoc loc;
  bool operator==(const MongoDb&) const = default;
};

/// Labels that must be on a node before the rollout.
struct NodeLabels {
  std::string node;
  std::map<std::string, std::string> labels;
  SourceLoc loc;
  bool operator==(const NodeLabels&) const = default;
};

/// A check that must be good before the release counts.
struct Check {
  std::string url;
  std::string connect;  // HOST:PORT that is connected to instead of the URL's; may be empty
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::vector<int> status = {200};             // any of them
  std::string contains;                        // what the answer's body must hold; may be empty
  Duration timeout = std::chrono::seconds(5);  // of one try
  SourceLoc loc;
  bool operator==(const Check&) const = default;
};

struct Project {
  std::string file;           // skep.yml as it was named
  std::string folder;         // absolute; relative paths of the project start here
  std::string stack;          // the name it is deployed under
  std::string base_stack;     // the stack's name before -e changes it
  std::string environment;    // -e; "" for none
  std::string template_name;  // "web", a folder, or a Compose file (is_compose_file)
  SourceLoc template_loc;
  yaml::Node values;  // a map
  std::optional<MongoDb> mongodb;
  std::vector<NodeLabels> nodes;
  std::vector<Check> checks;
  std::string swarm;  // the cluster's id that this is pinned to; "" for none
  SourceLoc swarm_loc;
  std::optional<Compat> compat;  // how the Compose file is read, when given
  bool push = true;              // false: built images stay on this engine; for a swarm of one node
  std::vector<yaml::Variable> variables;  // of .env and --env-file; the last of one name counts
  yaml::Used used;                        // the variables that values of skep.yml used
  bool operator==(const Project&) const = default;
};

/// Whether `template:` names a Compose file (it ends in .yml or .yaml) rather than a template.
bool is_compose_file(const Project& project);

/// Called for each variable that an env file gave.
using UsedVariable = std::function<void(const yaml::Variable&)>;

/// Variables for `${…}`: the process's environment, then the project's env files.
yaml::Lookup lookup(const Project& project, const Env& env, UsedVariable used = {});

/// The hint for a variable without a value: `env_files` (else `.env` in `folder`) were read; where
/// the file is read as docker reads it, none were.
yaml::Advice advice(const std::string& folder, const std::vector<std::string>& env_files,
                    yaml::Dialect dialect, const Env& env);

struct LoadOptions {
  std::string environment{};             // -e
  std::vector<std::string> set{};        // "values.replicas=3"
  std::vector<std::string> env_files{};  // --env-file, instead of the .env beside skep.yml
  bool allow_missing = false;            // a missing variable is blank
};

/// Reads `path` (relative to env's folder). Mistakes of meaning go to `diagnostics`, and the
/// Project has what could be read. Throws Error{input} when the file cannot be read or is not YAML,
/// Error{usage} for a --set without "=" or an unknown environment.
Project load(const std::string& path, const LoadOptions& options, const Env& env,
             Diagnostics& diagnostics);

/// The variables of the env files of a project in `folder`: those of --env-file, else of `.env` if
/// there is one.
std::vector<yaml::Variable> read_env_files(const std::string& folder,
                                           const std::vector<std::string>& env_files,
                                           const Env& env, Diagnostics& diagnostics);

}  // namespace skep::config
