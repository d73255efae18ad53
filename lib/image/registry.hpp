#pragma once
// What a registry said through the engine, and what can be done about it.
#include "docker/config.hpp"

#include <optional>
#include <string>

namespace skep::image {

struct RegistryQuestion {
  std::string domain;             // "docker.io", "registry.example.com:5000"
  std::string config;             // the config.json in use; "" for none
  bool anonymous = true;          // no credentials were sent
  std::string user;               // "" of a token
  std::string source;             // where the credentials come from
  bool ends_in_line_end = false;  // the password does: it was made with echo
};
RegistryQuestion question_of(const std::string& domain, const std::string& config,
                             const std::optional<docker::Auth>& auth);

/// Whether the message says that there is no such repository or tag, in the words of any engine.
bool says_absent(const std::string& message);
/// Whether the message says that credentials are missing or refused.
bool says_unauthorized(const std::string& message);
/// What can be done about it: who is refused and where that is said, a certificate that the
/// engine does not trust, plain HTTP, a registry that the engine cannot reach, a pull limit. ""
/// when the message says none of these.
std::string registry_hint(const std::string& message, const RegistryQuestion& question);

}  // namespace skep::image
