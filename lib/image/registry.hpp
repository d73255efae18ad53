#pragma once
// Explains what a registry said through the engine, and what to do about it.
#include "docker/config.hpp"

#include <optional>
#include <string>

namespace skep::image {

struct RegistryQuestion {
  std::string domain;             // "docker.io", "registry.example.com:5000"
  std::string config;             // the config.json in use; "" for none
  bool anonymous = true;          // no credentials were sent
  std::string user;               // "" for a token
  std::string source;             // where the credentials come from
  bool ends_in_line_end = false;  // the password ends in a newline: it was made with echo
};
RegistryQuestion question_of(const std::string& domain, const std::string& config,
                             const std::optional<docker::Auth>& auth);

/// Whether the message says, in the words of any engine, that there is no such repository or tag.
bool says_absent(const std::string& message);
/// Whether the message says that credentials are missing or refused.
bool says_unauthorized(const std::string& message);
/// The hint for a message: which credential is refused and where it comes from, a certificate that
/// the engine does not trust, plain HTTP, a registry that the engine cannot reach, a pull limit. ""
/// for any other message.
std::string registry_hint(const std::string& message, const RegistryQuestion& question);

}  // namespace skep::image
