#pragma once
// Guesses whether a value is a secret, by its name or its form.
#include <string>
#include <string_view>

namespace skep {

/// A name that secrets usually have: "MYSQL_PASSWORD", "api.token", "dbPass",
/// "AWS_SECRET_ACCESS_KEY", "Authorization". Not "…_FILE": that holds a path.
bool name_looks_secret(std::string_view name);
/// A value that carries a password: "mongodb://user:pw@host", "--password=pw", "curl -u me:pw".
bool value_looks_secret(std::string_view value);
/// A URL as it may be shown: without user and password, and without the values of its query whose
/// names look secret.
std::string shown_url(const std::string& url);

}  // namespace skep
