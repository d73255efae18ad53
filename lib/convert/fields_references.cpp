// References to secrets and configs, by names: ids are bound just before the spec is sent.
#include "base/hash.hpp"
#include "convert/fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <tuple>

namespace skep::convert {
namespace {

constexpr std::uint32_t kReadableByAll = 0444;

using Objects = std::map<std::string, stack::FileObject>;

std::string full_name(const std::string& key, const Objects& objects, const Namespace& names) {
  const auto found = objects.find(key);
  return found == objects.end() ? names.scoped(key) : names.scoped(key, found->second.name);
}

Json file(const stack::FileReference& reference) {
  const auto or_else = [](const std::string& text, const std::string& other) {
    return text.empty() ? other : text;
  };
  return {{"Name", or_else(reference.target, reference.source)},
          {"UID", or_else(reference.uid, "0")},
          {"GID", or_else(reference.gid, "0")},
          {"Mode", reference.mode.value_or(kReadableByAll)}};
}

/// docker sorts by name alone, and two references to one object then come in a random order, which
/// restarts the service: the target decides.
Json references(const std::vector<stack::FileReference>& written, const Objects& objects,
                const char* name_key, const Namespace& names) {
  std::vector<Json> result;
  for (const auto& reference : written) {
    result.push_back(
        {{"File", file(reference)}, {name_key, full_name(reference.source, objects, names)}});
  }
  std::stable_sort(result.begin(), result.end(), [&](const Json& a, const Json& b) {
    return std::tie(a.at(name_key), a.at("File").at("Name")) <
           std::tie(b.at(name_key), b.at("File").at("Name"));
  });
  return result;
}

Json selinux(const stack::Security::SeLinux& label) {
  if (label == stack::Security::SeLinux{}) return nullptr;
  return {{"Disable", label.disable},
          {"User", label.user},
          {"Role", label.role},
          {"Type", label.type},
          {"Level", label.level}};
}

}  // namespace

Json secret_references(const stack::Service& service, const stack::Stack& stack,
                       const Namespace& names) {
  return references(service.secrets, stack.secrets, "SecretName", names);
}

Json config_references(const stack::Service& service, const stack::Stack& stack,
                       const Namespace& names) {
  Json result = references(service.configs, stack.configs, "ConfigName", names);
  if (service.credential_spec.config.empty()) return result;
  // Not mounted: the engine alone reads it.
  Json runtime = {{"ConfigName", full_name(service.credential_spec.config, stack.configs, names)},
                  {"Runtime", Json::object()}};
  const auto after = std::find_if(result.begin(), result.end(), [&](const Json& reference) {
    return reference.at("ConfigName") > runtime.at("ConfigName");
  });
  result.insert(after, std::move(runtime));
  return result;
}

Json privileges(const stack::Service& service, const stack::Stack& stack, const Namespace& names) {
  Json credential = nullptr;
  const auto& written = service.credential_spec;
  if (!written.config.empty() || !written.file.empty() || !written.registry.empty()) {
    const std::string config =
        written.config.empty() ? "" : full_name(written.config, stack.configs, names);
    credential = {{"Config", config}, {"File", written.file}, {"Registry", written.registry}};
  }
  const auto& security = service.security;
  Json result = {{"CredentialSpec", std::move(credential)},
                 {"SELinuxContext", selinux(security.selinux)},
                 {"NoNewPrivileges", security.no_new_privileges}};
  if (!security.seccomp.empty()) {
    result["Seccomp"] = {{"Mode", security.seccomp}};
    set_text(result["Seccomp"], "Profile", base64(security.profile));
  }
  if (security.apparmor_disabled) result["AppArmor"] = {{"Mode", "disabled"}};
  return result;
}

}  // namespace skep::convert
