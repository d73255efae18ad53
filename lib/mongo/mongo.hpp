#pragma once
// The application's MongoDB user, made from inside the swarm by a one-off task (why:
// docs/decisions.md, "Database users").
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/event.hpp"
#include "base/secret.hpp"
#include "engine/transport.hpp"
#include "swarm/outcome.hpp"
#include "swarm/snapshot.hpp"

#include <string>
#include <utility>
#include <vector>

namespace skep::mongo {

struct Cluster {
  std::vector<std::pair<std::string, int>> hosts;  // name, port
  std::string replica_set;                         // may be empty: a single server
  std::string network;                             // overlay network on which the hosts answer
  std::string admin_user;
  std::string admin_secret;  // name of a Swarm secret that holds the password, or
  Secret admin_password;     // the password itself (from env or file)
  std::string admin_auth_source = "admin";
  std::string auth_source = "admin";  // where the application's user is created
  bool tls = false;
  std::string ca;  // PEM text
  /// More URI options: of the application, and of skep's own logins.
  std::vector<std::pair<std::string, std::string>> options;
  std::vector<std::pair<std::string, std::string>> login_options;
  std::string image;  // "": that of the first host's service
};

struct Delivery {
  std::string service;  // key in the stack
  std::string env;      // by environment variable, or
  std::string
      secret;  // by secret with this plain name; the service gets MONGODB_URI_FILE (env + "_FILE")
  bool operator==(const Delivery&) const = default;
};

struct User {
  std::string name;
  std::string database;
  std::vector<std::string> roles;
  std::vector<Delivery> deliver;
  SourceLoc loc;
  /// Only one-offs get it: each run makes a new password, which is not kept.
  bool only_one_offs = false;
};

struct Context {
  engine::Transport& engine;
  Clock& clock;
  EventSink& events;
  std::string stack;
  Duration timeout = std::chrono::minutes(2);
  std::string registry_auth = "e30=";
};

}  // namespace skep::mongo
