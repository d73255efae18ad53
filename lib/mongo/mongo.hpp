#pragma once
// The application's MongoDB user, made from inside the swarm by a one-off task (why:
// docs/decisions.md, "Database users").
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/event.hpp"
#include "base/secret.hpp"
#include "engine/registry_auth.hpp"
#include "swarm/delivery.hpp"
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

struct User {
  std::string name;
  std::string database;
  std::vector<std::string> roles;
  std::vector<swarm::Delivery> deliver;
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
  engine::RegistryAuth registry_auth = engine::RegistryAuth::anonymous();
};

}  // namespace skep::mongo
