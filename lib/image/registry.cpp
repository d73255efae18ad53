#include "image/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace skep::image {

namespace {

constexpr const char* kVariable = "DOCKER_AUTH_CONFIG";

template <std::size_t N>
bool holds_any(const std::string& message, const std::array<std::string_view, N>& words) {
  std::string lower = message;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

std::string credentials_hint(const RegistryQuestion& question) {
  const auto where = question.config.empty() ? "config.json" : question.config;
  const auto login =
      question.domain == "docker.io" ? "docker login" : "docker login " + question.domain;
  if (question.anonymous) {
    return fmt::format("there are no credentials for {} in {}; {} writes them", question.domain,
                       where, login);
  }
  const auto who =
      question.user.empty() ? "the token" : fmt::format("the user \"{}\"", question.user);
  const auto renew = question.source == kVariable ? std::string("set the variable anew")
                                                  : fmt::format("{} renews it", login);
  return fmt::format("{} refused {} of {}, or it may not use this repository; {}{}",
                     question.domain, who, question.source,
                     question.ends_in_line_end
                         ? "its password ends in a line end: write it with printf, not echo; "
                         : "",
                     renew);
}

}  // namespace

RegistryQuestion question_of(const std::string& domain, const std::string& config,
                             const std::optional<docker::Auth>& auth) {
  RegistryQuestion question{.domain = domain, .config = config, .user = {}, .source = {}};
  if (!auth) return question;
  question.anonymous = false;
  question.user = auth->username;
  question.source = auth->source;
  const auto& secret =
      auth->identity_token.empty() ? auth->password.reveal() : auth->identity_token.reveal();
  question.ends_in_line_end = secret.ends_with('\n') || secret.ends_with('\r');
  return question;
}

bool says_absent(const std::string& message) {
  return holds_any<5>(message, {"manifest unknown", "manifest_unknown", "name unknown",
                                "name_unknown", "not found: manifest"}) ||
         holds_any<1>(message, {"repository name not known to registry"});
}

bool says_unauthorized(const std::string& message) {
  return holds_any<8>(message,
                      {"unauthorized", "no basic auth credentials", "authentication required",
                       "authorization failed", "access denied", "access to the resource is denied",
                       "insufficient_scope", "403 forbidden"});
}

std::string registry_hint(const std::string& message, const RegistryQuestion& question) {
  if (says_unauthorized(message)) return credentials_hint(question);
  if (holds_any<2>(message, {"toomanyrequests", "rate limit"})) {
    return fmt::format("{} counts pulls: wait, or log in for a higher limit", question.domain);
  }
  if (holds_any<1>(message, {"http response to https client"})) {
    return fmt::format("{} speaks plain HTTP: add it to insecure-registries of the engine",
                       question.domain);
  }
  if (holds_any<2>(message, {"x509:", "certificate"})) {
    return fmt::format(
        "the engine does not trust the certificate of {0}: put its CA into "
        "/etc/docker/certs.d/{0}/ca.crt on the engine's machine",
        question.domain);
  }
  if (holds_any<7>(message,
                   {"connection refused", "no such host", "i/o timeout", "no route to host",
                    "network is unreachable", "deadline exceeded", "misbehaving"})) {
    return fmt::format("the engine cannot reach {}", question.domain);
  }
  return {};
}

}  // namespace skep::image
