#pragma once
// The program of the one-off task: a shell line that finds mongosh (or the older mongo), and a
// JavaScript file. For lib/mongo only. Passwords are files in the container (Swarm secrets);
// nothing secret stands in the script or in argv.
#include "base/json.hpp"

#include <string>

namespace skep::mongo {

/// Part of the fingerprint; raise it when the script makes another user of the same input.
inline constexpr int kScriptVersion = 1;

inline constexpr const char* kScriptPath = "/skep-mongo.js";
inline constexpr const char* kAdminPasswordFile = "skep-admin-password";
inline constexpr const char* kNewPasswordFile = "skep-new-password";
inline constexpr const char* kDeliveredFile = "skep-delivered";  // a connection string
inline constexpr const char* kCaFile = "/skep-mongo-ca.pem";
inline constexpr const char* kResultMark = "skep-result ";

/// `input` (no secrets): {op: ensure|status|rotate|drop|revoke, hosts, replicaSet, loginOptions,
/// tls, ca, adminUser, adminSource, source, user, other, database, roles, delivered, expected}. The
/// script prints one line: kResultMark and a JSON object.
std::string script(const Json& input);
/// The container's argv.
std::vector<std::string> command();

}  // namespace skep::mongo
