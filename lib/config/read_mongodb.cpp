#include "base/ascii.hpp"
#include "base/files.hpp"
#include "base/image_ref.hpp"
#include "config/read.hpp"
#include "yaml/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <span>

namespace skep::config {
namespace {

using yaml::Node;
using yaml::Reader;

constexpr int kDefaultPort = 27017;
constexpr std::size_t kLongestDatabase = 63;

/// A URI, or what is left of one. It may hold a password: no message shows any of it.
bool is_connection_string(const std::string& text) {
  return text.find("://") != std::string::npos || text.find('@') != std::string::npos;
}

struct Explained {
  const char* problem;
  const char* hint;
};

Explained explain(const std::string& connection_string) {
  if (connection_string.starts_with("mongodb+srv:")) {
    return {"a connection string of mongodb+srv names no member: drivers ask DNS for them",
            "list those that `dig +short SRV _mongodb._tcp.NAME` prints: hosts: [NAME:PORT, …]; "
            "with tls: true, and what `dig +short TXT NAME` prints as replica_set and auth_source"};
  }
  return {"a connection string is no host",
          "list its members: hosts: [NAME:PORT, …]; what else it says has keys of its own: "
          "replica_set, auth_source, tls, options, users"};
}

void read_hosts(const Reader& reader, MongoDb& mongodb) {
  if (reader.find("hosts") == nullptr)
    reader.error("hosts", "is missing", "NAME or NAME:PORT, one or many");
  for (const auto& text : reader.texts("hosts")) {
    if (is_connection_string(text)) {
      const auto [problem, hint] = explain(text);
      reader.error("hosts", problem, hint);
      continue;
    }
    const std::size_t colon = text.rfind(':');
    const std::string name = text.substr(0, colon);
    int port = kDefaultPort;
    bool good = !name.empty() && name.find_first_of(" /@:,?") == std::string::npos;
    if (colon != std::string::npos) {
      const char* end = text.data() + text.size();
      const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, port);
      good = good && error == std::errc() && rest == end && port > 0 && port < 65536;
    }
    if (!good) {
      reader.error("hosts", fmt::format("\"{}\" is no host", text),
                   text.find(',') == std::string::npos ? "write NAME or NAME:PORT"
                                                       : "several are a list: [NAME, NAME:PORT]");
      continue;
    }
    mongodb.hosts.emplace_back(name, port);
  }
}

struct SaidElsewhere {
  const char* option;  // in lower case
  const char* key;
};

// Said twice, a driver would take either, or none; and skep could not know what an answer means.
constexpr SaidElsewhere kOfTheApplication[] = {
    {"authsource", "auth_source"}, {"replicaset", "replica_set"}, {"tls", "tls"}, {"ssl", "tls"}};
constexpr SaidElsewhere kOfTheLogin[] = {{"authsource", "admin.auth_source"},
                                         {"replicaset", "replica_set"},
                                         {"tls", "tls"},
                                         {"ssl", "tls"},
                                         {"tlscafile", "ca"}};

/// Options have no case. A login's may name no file, as skep's own task has none but the CA.
std::vector<std::pair<std::string, std::string>> read_options(const Reader& reader, const char* key,
                                                              std::span<const SaidElsewhere> rows,
                                                              bool files, Diagnostics& problems) {
  const Node* map = reader.find(key);
  if (map == nullptr) return {};
  std::set<std::string> seen;
  for (const auto& entry : map->entries()) {
    const auto path = yaml::join_path(reader.path(key), entry.key);
    const auto option = lower(entry.key);
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const SaidElsewhere& one) { return option == one.option; });
    if (row != rows.end()) {
      problems.error(entry.key_loc(), path, fmt::format("`mongodb.{}` says it", row->key),
                     fmt::format("remove it here, and write it as {}", row->key));
    } else if (!files && option.ends_with("file")) {
      problems.error(entry.key_loc(), path, "names a file, and skep's own task has none of them",
                     "`mongodb.ca` alone is put into it");
    } else if (!seen.insert(option).second) {
      problems.error(entry.key_loc(), path, "is said twice: options have no case");
    }
  }
  return reader.pairs(key);
}

PasswordSource read_password(const Node& node, const std::string& folder,
                             Diagnostics& diagnostics) {
  const char* kForms = "{secret: NAME}, {env: NAME} or {file: PATH}";
  const std::string path = "mongodb.admin.password";
  PasswordSource source;
  source.loc = node.loc();
  if (node.is_scalar()) {
    diagnostics.error(node.loc(), path, "a password cannot stand in this file",
                      fmt::format("say where it is: {}", kForms));
    return source;
  }
  const Reader reader(node, path, diagnostics);
  const auto secret = reader.text("secret");
  const auto env = reader.text("env");
  const auto file = reader.text("file");
  if (int{secret.has_value()} + int{env.has_value()} + int{file.has_value()} != 1) {
    diagnostics.error(node.loc(), path, "must have exactly one source", kForms);
    return source;
  }
  if (secret) source.name = reader.required_text("secret");
  if (env) {
    source.from = PasswordSource::From::env;
    source.name = reader.required_text("env");
  }
  if (file) {
    source.from = PasswordSource::From::file;
    source.name = absolute_path(folder, reader.required_text("file"));
  }
  return source;
}

Admin read_admin(const Reader& mongodb, const std::string& folder, Diagnostics& diagnostics) {
  Admin admin;
  const Node* node = mongodb.find("admin");
  if (node == nullptr) {
    mongodb.error("admin", "is missing", "{user: admin, password: {secret: NAME}}");
    return admin;
  }
  const Reader reader(*node, "mongodb.admin", diagnostics);
  admin.user = reader.required_text("user");
  admin.auth_source = reader.text("auth_source").value_or("admin");
  if (const Node* password = reader.find("password")) {
    admin.password = read_password(*password, folder, diagnostics);
  } else if (node->is_map()) {
    reader.error("password", "is missing", "{secret: NAME}, {env: NAME} or {file: PATH}");
  }
  return admin;
}

class UserReader {
 public:
  explicit UserReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  User read(const yaml::Entry& entry) {
    const std::string path = yaml::join_path("mongodb.users", entry.key);
    const Reader reader(entry.value, path, diagnostics_);
    User user;
    user.name = entry.key;
    user.loc = entry.key_loc();
    if (user.name.empty()) diagnostics_.error(user.loc, path, "a user needs a name");
    user.database = reader.required_text("database");
    if (!user.database.empty()) check_database(reader, user.database);
    user.roles = reader.texts("roles");
    const Node* roles = reader.find("roles");
    if (roles == nullptr || (roles->is_list() && roles->size() == 0)) {
      reader.error("roles", "a user needs at least one role", "for example [readWrite]");
    }
    const auto deliveries = reader.maps("deliver");
    if (deliveries.empty() &&
        (reader.find("deliver") == nullptr || reader.find("deliver")->is_list())) {
      reader.error("deliver", "is missing",
                   "{service: NAME, env: MONGODB_URI} or {service: NAME, secret: NAME}");
    }
    const bool many = deliveries.size() != 1 || reader.find("deliver")->is_list();
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
      const std::string here = reader.path("deliver");
      user.deliver.push_back(delivery(*deliveries[i], many ? yaml::join_path(here, i) : here));
    }
    return user;
  }

 private:
  static void check_database(const Reader& reader, const std::string& name) {
    const bool good = name.size() <= kLongestDatabase &&
                      name.find_first_of("/\\. \"$*<>:|?") == std::string::npos;
    if (good) return;
    reader.error("database", fmt::format("\"{}\" cannot be a database's name", name),
                 "at most 63 characters, none of / \\ . \" $ * < > : | ? or a space");
  }

  swarm::Delivery delivery(const Node& node, const std::string& path) {
    const Reader reader(node, path, diagnostics_);
    swarm::Delivery delivery;
    delivery.loc = node.loc();
    if (!node.is_map()) return delivery;
    delivery.service = reader.required_text("service");
    std::vector<swarm::Place> places;
    for (const char* key : swarm::kPlaceKeys) {
      const auto name = reader.text(key).value_or("");
      if (!name.empty()) places.push_back(*swarm::place_of(key, name));
    }
    if (!places.empty()) delivery.place = places.front();
    if (places.size() != 1) {
      diagnostics_.error(node.loc(), path, "must have either env or secret",
                         "env: NAME sets a variable, secret: NAME mounts a file");
    }
    const auto key = std::pair(delivery.service, name_of(delivery.place));
    if (!seen_.insert(key).second) {
      diagnostics_.error(node.loc(), path,
                         fmt::format("{} is delivered to service {} twice", key.second, key.first));
    }
    return delivery;
  }

  Diagnostics& diagnostics_;
  std::set<std::pair<std::string, std::string>> seen_;
};

void read_image(const Reader& reader, MongoDb& mongodb) {
  mongodb.image = reader.text("image").value_or("");
  if (mongodb.image.empty() || parse_image_ref(mongodb.image)) return;
  reader.error("image", fmt::format("\"{}\" is no image reference", mongodb.image));
}

}  // namespace

MongoDb read_mongodb(const Node& node, const std::string& folder, Diagnostics& diagnostics) {
  MongoDb mongodb;
  mongodb.loc = node.loc();
  if (node.is_scalar() && is_connection_string(node.text())) {
    const auto [problem, hint] = explain(node.text());
    diagnostics.error(node.loc(), "mongodb", problem, hint);
    return mongodb;
  }
  const Reader reader(node, "mongodb", diagnostics);
  if (!node.is_map()) return mongodb;
  read_hosts(reader, mongodb);
  mongodb.replica_set = reader.text("replica_set").value_or("");
  if (mongodb.hosts.size() > 1 && mongodb.replica_set.empty()) {
    reader.error("replica_set", "is missing", "several hosts are a replica set; say its name");
  }
  mongodb.network =
      reader.required_text("network", "the overlay network on which the hosts answer");
  mongodb.admin = read_admin(reader, folder, diagnostics);
  mongodb.auth_source = reader.text("auth_source").value_or("admin");
  mongodb.tls = reader.boolean("tls").value_or(false);
  if (const auto ca = reader.text("ca")) mongodb.ca = absolute_path(folder, *ca);
  mongodb.options = read_options(reader, "options", kOfTheApplication, true, diagnostics);
  mongodb.login_options = read_options(reader, "login_options", kOfTheLogin, false, diagnostics);
  read_image(reader, mongodb);
  const Node* users = reader.find("users");
  if (users == nullptr || users->size() == 0) {
    reader.error("users", "is missing", "NAME: {database: …, roles: [readWrite], deliver: …}");
    return mongodb;
  }
  if (!users->is_map()) reader.error("users", yaml::must_be("a map", *users));
  UserReader user_reader(diagnostics);
  for (const auto& entry : users->entries()) mongodb.users.push_back(user_reader.read(entry));
  return mongodb;
}

}  // namespace skep::config
