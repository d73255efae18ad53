#pragma once
// Connection strings.
#include "mongo/mongo.hpp"

#include <optional>
#include <string>
#include <utility>

namespace skep::mongo {

/// mongodb://user:password@h1:27017,h2:27017/database?replicaSet=rs&authSource=admin; user and
/// password URL-encoded.
Secret connection_string(const Cluster& cluster, const User& user, const Secret& password);
/// User and password of a connection string; nullopt when the text is not one.
std::optional<std::pair<std::string, Secret>> credentials_of(const std::string& uri);

}  // namespace skep::mongo
