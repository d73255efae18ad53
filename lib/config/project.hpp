#pragma once
// skep.yml as values: what is released, from which template, with which database user, nodes and
// checks. The environment and --set are laid over it and every `${…}` is replaced. Values that
// later stages may complain about keep their places.
#include "base/clock.hpp"
#include "base/compat.hpp"
#include "base/diagnostics.hpp"
#include "swarm/delivery.hpp"
#include "yaml/document.hpp"
#include "yaml/dotenv.hpp"
#include "yaml/used.hpp"

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

}  // namespace skep::config
