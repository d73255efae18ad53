// security_opt, as far as Swarm has it (moby daemon/cluster/executor/container/container.go,
// applyPrivileges).
#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "stack/readers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <utility>

namespace skep::stack {
namespace {

/// "label=user:USER" → label, user:USER; docker takes a colon for the "=" too.
std::pair<std::string, std::string> option(const std::string& text) {
  auto at = text.find('=');
  if (at == std::string::npos) at = text.find(':');
  if (at == std::string::npos) return {text, ""};
  return {text.substr(0, at), text.substr(at + 1)};
}

/// What Go's strconv.ParseBool takes; none stands for true.
std::optional<bool> truth(const std::string& text) {
  const std::string small = lower(text);
  if (small.empty() || small == "true" || small == "1" || small == "t") return true;
  if (small == "false" || small == "0" || small == "f") return false;
  return std::nullopt;
}

bool is_profile(const std::string& text) {
  try {
    return parse_json(text, "the profile").is_object();
  } catch (const Error&) {
    return false;
  }
}

void seccomp(const Cursor& item, const std::string& value, Security& result) {
  if (value == "unconfined") {
    result.seccomp = value;
  } else if (value == "builtin") {
    item.impossible("seccomp=builtin",
                    "Swarm has the node's own profile, none, or one from a file");
  } else if (item.options().whole) {
    const std::string path = resolved_path(item, value);
    const auto text = content_of(item, path);
    if (!text) return;
    if (!is_profile(*text))
      return item.error(fmt::format("{} is no seccomp profile", path), "it holds one JSON object");
    result.seccomp = "custom";
    result.profile = *text;
  }
}

void apparmor(const Cursor& item, const std::string& value, Security& result) {
  if (value == "unconfined") {
    result.apparmor_disabled = true;
  } else if (value != "docker-default") {
    item.impossible(fmt::format("apparmor={}", value),
                    "Swarm has the engine's own profile or none: apparmor=unconfined");
  }
}

void label(const Cursor& item, const std::string& value, Security::SeLinux& result) {
  const auto colon = value.find(':');
  const std::string name = value.substr(0, colon);
  const std::string rest = colon == std::string::npos ? "" : value.substr(colon + 1);
  if (value == "disable") {
    result.disable = true;
  } else if (name == "user" && !rest.empty()) {
    result.user = rest;
  } else if (name == "role" && !rest.empty()) {
    result.role = rest;
  } else if (name == "type" && !rest.empty()) {
    result.type = rest;
  } else if (name == "level" && !rest.empty()) {
    result.level = rest;
  } else {
    item.error(fmt::format("\"{}\" is no SELinux label", value),
               "write disable, user:USER, role:ROLE, type:TYPE or level:LEVEL");
  }
}

}  // namespace

Security security(const Cursor& service) {
  Security result;
  if (service.as_docker()) return result;
  for (const auto& item : service.at("security_opt").items()) {
    if (!item.is_text()) continue;
    const auto [name, value] = option(item.text());
    if (name == "no-new-privileges") {
      const auto wanted = truth(value);
      if (!wanted) item.error(fmt::format("\"{}\" is not true or false", value));
      result.no_new_privileges = wanted.value_or(true);
    } else if (value.empty()) {
      item.error(fmt::format("\"{}\" is no security option", item.text()),
                 "write no-new-privileges:true, seccomp=FILE, apparmor=unconfined or label=…");
    } else if (name == "seccomp") {
      seccomp(item, value, result);
    } else if (name == "apparmor") {
      apparmor(item, value, result);
    } else if (name == "label") {
      label(item, value, result.selinux);
    } else if (name == "credentialspec") {
      item.impossible(item.text(), "write it as credential_spec");
    } else {
      item.impossible(item.text(), "Swarm has no-new-privileges, seccomp, apparmor and label");
    }
  }
  return result;
}

}  // namespace skep::stack
