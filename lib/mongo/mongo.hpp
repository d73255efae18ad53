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

#include <map>
#include <optional>
#include <stop_token>
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

/// mongodb://user:password@h1:27017,h2:27017/database?replicaSet=rs&authSource=admin; user and
/// password URL-encoded.
Secret connection_string(const Cluster& cluster, const User& user, const Secret& password);
/// User and password of a connection string; nullopt when the text is not one.
std::optional<std::pair<std::string, Secret>> credentials_of(const std::string& uri);

/// The user as it is in use. After a rotation another user of the database, NAME~2, stands for it;
/// after the next one NAME again. The live services tell which of the two: by the connection
/// string, or by the secret's label.
User in_use(const User& user, const std::string& stack, const swarm::Snapshot& snapshot);

/// Whether a service answers as `host` on a network, by its name or an alias there.
bool answers_as(const swarm::Spec& spec, const std::string& host, const std::string& network);

/// The service that answers as the first host on the database's network. The one-off task gets its
/// image and runs where it runs.
struct Server {
  std::string image;                     // by digest if the service's is
  std::vector<std::string> constraints;  // its placement
};
/// From the service whose name or network alias is the first host, or Cluster::image. Throws
/// Error{preflight} when neither is known, or the network is missing.
Server server_of(const Cluster& cluster, const swarm::Snapshot& snapshot);

/// SHA-256 over everything that goes into a user, but for passwords: hosts, set, options, TLS, auth
/// sources, network, image, database, user, roles, deliveries, the admin secret's id and the
/// script's version. While it stands in the last released record and the live services still carry
/// what was delivered, the user counts as ensured.
std::string fingerprint(const Cluster& cluster, const User& user, const swarm::Snapshot& snapshot,
                        const std::string& stack);

/// The part of a delivery that a live service carries.
struct Carried {
  bool present = false;
  std::string secret_name;  // the Swarm secret that is mounted, where one holds the string
  Secret uri;               // else the string itself
};
Carried carried(const swarm::Delivery& delivery, const std::string& stack,
                const swarm::Snapshot& snapshot);
/// Whether the service carries a connection string of this user for this cluster, as far as one can
/// tell without asking the database.
bool carries_user(const Cluster& cluster, const User& user, const Carried& carried);

struct Ensured {
  bool created = false;            // the user was not there
  bool password_replaced = false;  // the delivered password did not work, or there was none
  bool was_delivered = false;      // some service carried a password before
  std::string rotated_to;          // the user that is delivered now in place of the other
  std::string to_drop;             // a user that nothing needs once the old tasks are gone, or ""
  std::vector<std::string> roles_granted;
  std::vector<std::string> roles_to_revoke;  // after the rollout
  std::vector<swarm::Injection> injections;  // for each delivery
};

struct Context {
  engine::Transport& engine;
  Clock& clock;
  EventSink& events;
  std::string stack;
  Duration timeout = std::chrono::minutes(2);
  engine::RegistryAuth registry_auth = engine::RegistryAuth::anonymous();
};

/// Creates the user or corrects it (idempotent). Rights are only added. Rotates when a connection
/// string in a Swarm secret has to change: for one more service, or for other hosts or options.
/// Throws Error{database} naming the thing: wrong admin password, no primary, a host that does not
/// resolve, an image without a shell or mongosh, network missing; Error{deadline}.
Ensured ensure(const Context& context, const Cluster& cluster, const User& user,
               const swarm::Snapshot& snapshot, std::stop_token stop);
/// Makes the other of the two users, with a new password and the wanted roles, and delivers it; the
/// one in use stays until drop(). Throws as ensure(), and Error{preflight} while both are in use.
Ensured rotate(const Context& context, const Cluster& cluster, const User& user,
               const swarm::Snapshot& snapshot, std::stop_token stop);
/// Removes a user of the database; does nothing when there is no such user.
void drop(const Context& context, const Cluster& cluster, const User& user,
          const std::string& login, const swarm::Snapshot& snapshot, std::stop_token stop);
/// Takes away the extra roles that ensure() found.
void revoke(const Context& context, const Cluster& cluster, const User& user,
            const std::vector<std::string>& roles, const swarm::Snapshot& snapshot,
            std::stop_token stop);

struct Status {
  bool reachable = false;
  std::string primary;
  std::string server_version;
  bool user_exists = false;
  bool login_works = false;
  std::vector<std::string> roles;
  std::string message;
};
/// Looks without changing anything in the database (`skep mongo status`, `doctor`).
Status status(const Context& context, const Cluster& cluster, const User& user,
              const swarm::Snapshot& snapshot, std::stop_token stop);

}  // namespace skep::mongo
