#include "mongo/server.hpp"

#include "base/hash.hpp"
#include "base/json_at.hpp"
#include "mongo/mongo.hpp"
#include "mongo/script.hpp"
#include "mongo/session.hpp"
#include "mongo/uri.hpp"
#include "swarm/record.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace skep::mongo {
namespace {

std::vector<const swarm::Service*> servers(const Cluster& cluster,
                                           const swarm::Snapshot& snapshot) {
  std::vector<const swarm::Service*> found;
  for (const auto& service : snapshot.services) {
    if (answers_as(service.spec, cluster.hosts.front().first, cluster.network))
      found.push_back(&service);
  }
  return found;
}

}  // namespace

bool answers_as(const swarm::Spec& spec, const std::string& host, const std::string& network) {
  const auto networks = list_at(spec.json(), {"TaskTemplate", "Networks"});
  return std::any_of(networks.begin(), networks.end(), [&](const Json& attachment) {
    if (text_at(attachment, {"Target"}) != network) return false;
    const auto aliases = list_at(attachment, {"Aliases"});
    return spec.name() == host ||
           std::find(aliases.begin(), aliases.end(), Json(host)) != aliases.end();
  });
}

Server server_of(const Cluster& cluster, const swarm::Snapshot& snapshot) {
  const auto* network = snapshot.find_network(cluster.network);
  if (network == nullptr) {
    throw Error(Kind::preflight,
                fmt::format("mongodb: network \"{}\" is not there", cluster.network),
                "`mongodb.network` is the overlay network on which the database's hosts answer");
  }
  if (network->scope != "swarm") {
    throw Error(Kind::preflight,
                fmt::format("mongodb: network \"{}\" has scope \"{}\", not swarm", cluster.network,
                            network->scope),
                "`mongodb.network` must be an overlay network of the swarm");
  }
  const auto found = servers(cluster, snapshot);
  Server server;
  if (found.size() == 1) {
    server.image = found.front()->spec.image();
    server.constraints = found.front()->spec.constraints();
  }
  if (!cluster.image.empty()) server.image = cluster.image;
  if (server.image.empty()) {
    throw Error(Kind::preflight,
                fmt::format("mongodb: {} answers as \"{}\" on network \"{}\"",
                            found.empty() ? "no service"
                                          : fmt::format("more than one service ({})", found.size()),
                            cluster.hosts.front().first, cluster.network),
                "name an image with mongosh in `mongodb.image`");
  }
  return server;
}

Carried carried(const swarm::Delivery& delivery, const std::string& stack,
                const swarm::Snapshot& snapshot) {
  Carried result;
  const auto* service = snapshot.find_service(stack + "_" + delivery.service);
  if (service == nullptr) return result;
  const auto value = live_value(service->spec, delivery.place);
  result.present = value.has_value();
  if (!result.present) return result;
  if (holds_value(delivery.place)) {
    result.uri = *value;
  } else {
    result.secret_name = value->reveal();
  }
  return result;
}

User in_use(const User& user, const std::string& stack, const swarm::Snapshot& snapshot) {
  const auto logins = logins_in_use(user, stack, snapshot);
  User result = user;
  if (!logins.empty()) result.name = logins.front();
  return result;
}

std::vector<std::string> logins_in_use(const User& user, const std::string& stack,
                                       const swarm::Snapshot& snapshot) {
  std::vector<std::string> logins;
  for (const auto& delivery : user.deliver) {
    const auto here = carried(delivery, stack, snapshot);
    std::string login;
    if (const auto credentials = credentials_of(here.uri.reveal())) {
      login = credentials->first;
    } else if (const auto* secret = snapshot.find_secret(here.secret_name)) {
      const auto label = secret->labels.find(swarm::kLoginLabel);
      login = label == secret->labels.end() ? user.name : label->second;
    }
    const bool known = login == user.name || login == other_login(user.name, user.name);
    if (known && std::find(logins.begin(), logins.end(), login) == logins.end())
      logins.push_back(login);
  }
  return logins;
}

std::string other_login(const std::string& name, const std::string& login) {
  return login == name ? name + "~2" : name;
}

bool carries_user(const Cluster& cluster, const User& user, const Carried& carried) {
  if (!carried.present) return false;
  if (!carried.secret_name.empty()) return true;
  const auto credentials = credentials_of(carried.uri.reveal());
  return credentials && carried.uri == connection_string(cluster, user, credentials->second);
}

std::string fingerprint(const Cluster& cluster, const User& user, const swarm::Snapshot& snapshot,
                        const std::string& stack) {
  Json all = {{"script", kScriptVersion},
              {"hosts", cluster.hosts},
              {"set", cluster.replica_set},
              {"network", cluster.network},
              {"admin", cluster.admin_user},
              {"admin_source", cluster.admin_auth_source},
              {"source", cluster.auth_source},
              {"tls", cluster.tls},
              {"ca", sha256_hex(cluster.ca)},
              {"options", cluster.options},
              {"image", server_of(cluster, snapshot).image},
              {"stack", stack},
              {"user", user.name},
              {"database", user.database},
              {"roles", user.roles}};
  // Only where there are some: users of before this key was there need not be asked for.
  if (!cluster.login_options.empty()) all["login_options"] = cluster.login_options;
  const auto* admin = snapshot.find_secret(cluster.admin_secret);
  all["admin_secret"] = admin == nullptr ? "" : admin->id;
  for (const auto& delivery : user.deliver) {
    Json words = fingerprint_words(delivery.place);
    words.insert(words.begin(), delivery.service);
    all["deliver"].push_back(std::move(words));
  }
  return sha256_hex(dump_json(all));
}

}  // namespace skep::mongo
