#pragma once
// What of a spec must not be shown. The values themselves are compared as they are.
#include "base/json.hpp"
#include "swarm/paths.hpp"

#include <string>
#include <string_view>

namespace skep::swarm {

inline constexpr std::string_view kHidden = "***";

/// A name under which a secret is likely: "MYSQL_PASSWORD", "api.token", "AWS_SECRET_ACCESS_KEY".
/// Not "…_FILE": that holds a path.
bool name_looks_secret(std::string_view name);
/// A value that carries a password: "mongodb://user:pw@host", "--password=pw".
bool value_looks_secret(std::string_view value);

/// The value of a field, or of one entry `name` of a map or of Env, with what looks secret replaced
/// by kHidden.
Json shown(const Field& field, const Json& value);
Json shown_entry(const std::string& name, const Json& value);

}  // namespace skep::swarm
