#pragma once
// What the cluster tells of a database and of its users: pure functions of a snapshot.
#include "mongo/mongo.hpp"
#include "swarm/snapshot.hpp"

#include <string>
#include <vector>

namespace skep::mongo {

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

/// Which of the two users of a rotation live services carry.
std::vector<std::string> logins_in_use(const User& user, const std::string& stack,
                                       const swarm::Snapshot& snapshot);
/// The one of the two users for `name` that is not `login`.
std::string other_login(const std::string& name, const std::string& login);

}  // namespace skep::mongo
