#include "deploy/checks.hpp"

#include "base/looks_secret.hpp"

#include <fmt/format.h>

#include <strings.h>

namespace skep::deploy {

std::vector<check::Check> to_checks(EventSink& events, const config::Project& project) {
  std::vector<check::Check> checks;
  for (const auto& written : project.checks) {
    for (const auto& [name, value] : written.headers) {
      // A server may echo it: "Bearer TOKEN" as a whole, and the token.
      const bool cookie = ::strcasecmp(name.c_str(), "Cookie") == 0;
      if (!cookie && !name_looks_secret(name) && !value_looks_secret(value)) continue;
      events.redactor().hide(Secret(value));
      events.redactor().hide(Secret(value.substr(value.rfind(' ') + 1)));
    }
    check::Check check;
    check.url = written.url;
    check.connect = written.connect;
    check.method = written.method;
    check.headers = written.headers;
    check.body = written.body;
    check.status = written.status;
    check.contains = written.contains;
    check.timeout = written.timeout;
    check.loc = written.loc;
    checks.push_back(std::move(check));
  }
  return checks;
}

std::string failures(const std::vector<check::Result>& results) {
  std::string text;
  for (const auto& result : results) {
    if (!result.good)
      text += fmt::format("{}check {}: {}", text.empty() ? "" : "; ", result.url, result.detail);
  }
  return text;
}

}  // namespace skep::deploy
