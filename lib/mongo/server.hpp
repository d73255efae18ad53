#pragma once
// What the cluster tells of a database and of its users: pure functions of a snapshot.
#include "mongo/mongo.hpp"
#include "swarm/snapshot.hpp"

#include <string>
#include <vector>

namespace skep::mongo {

/// The user as it is in use: after a rotation another user of the database stands for it, called
/// NAME~2, after the next one NAME again. Which of the two tell the live services: by the
/// connection string, or by the label of the secret.
User in_use(const User& user, const std::string& stack, const swarm::Snapshot& snapshot);

/// Whether a service answers as `host` on a network, by its name or an alias there.
bool answers_as(const swarm::Spec& spec, const std::string& host, const std::string& network);

/// The service that answers as the first host on the database's network: what runs the one-shot's
/// image, and where.
struct Server {
  std::string image;                     // by digest where the service's is
  std::vector<std::string> constraints;  // its placement
};
/// From the service whose name or network alias is the first host, or Cluster::image. Throws
/// Error{preflight} when neither tells, or the network is missing.
Server server_of(const Cluster& cluster, const swarm::Snapshot& snapshot);

/// SHA-256 over everything but passwords that goes into a user (design §5): hosts, set, options,
/// TLS, auth sources, network, image, database, user, roles, deliveries, the admin secret's id and
/// the script's version. While it stands in the last released record and the live services still
/// carry what was delivered, the user counts as ensured.
std::string fingerprint(const Cluster& cluster, const User& user, const swarm::Snapshot& snapshot,
                        const std::string& stack);

/// What a live service carries of a delivery.
struct Carried {
  bool present = false;
  std::string secret_name;  // by secret: the Swarm secret that is mounted
  std::string uri;          // by environment variable: its value
};
Carried carried(const Delivery& delivery, const std::string& stack,
                const swarm::Snapshot& snapshot);
/// Whether the service carries a connection string of this user for this cluster, as far as can be
/// seen without the database.
bool carries_user(const Cluster& cluster, const User& user, const Carried& carried);

/// The users, of the two that a rotation changes between, that live services carry.
std::vector<std::string> logins_in_use(const User& user, const std::string& stack,
                                       const swarm::Snapshot& snapshot);
/// Of the two users for `name`, the one that is not `login`.
std::string other_login(const std::string& name, const std::string& login);

}  // namespace skep::mongo
