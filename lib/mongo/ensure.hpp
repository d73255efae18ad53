#pragma once
// Users of a database, as they should be.
#include "mongo/mongo.hpp"
#include "swarm/outcome.hpp"
#include "swarm/snapshot.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace skep::mongo {

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
