#pragma once
// One conversation with the database: the one-off task, its files, its answer. For lib/mongo only.
#include "mongo/mongo.hpp"

#include <stop_token>
#include <string>

namespace skep::mongo {

struct Question {
  std::string op;     // ensure, status, rotate, drop, revoke
  std::string other;  // the user that a rotation would change to; the answer says whether it exists
  std::vector<std::string> roles;
  Secret new_password;           // for ensure
  Secret delivered;              // a connection string that is known, or
  std::string delivered_secret;  // the Swarm secret that holds it
};

struct Answer {
  std::string primary;
  std::string version;
  bool exists = false;
  bool other_exists = false;
  bool created = false;
  bool login = false;
  bool replaced = false;
  bool same_shape = true;  // the delivered string is for these hosts and options
  std::vector<std::string> roles;
  std::vector<std::string> missing;
  std::vector<std::string> extra;
};

/// Throws Error{database} naming what went wrong and where, Error{deadline, …} as oneshot::run.
Answer ask(const Context& context, const Cluster& cluster, const User& user,
           const Question& question, const swarm::Snapshot& snapshot, std::stop_token stop);

}  // namespace skep::mongo
