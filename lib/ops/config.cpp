#include "ops/config.hpp"

#include "base/hash.hpp"
#include "project/project.hpp"
#include "project/reading.hpp"
#include "stack/canonical_file.hpp"
#include "yaml/to_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace skep::ops {
namespace {

std::vector<std::string> keys_of(const yaml::Node& root, const char* section) {
  std::vector<std::string> keys;
  const yaml::Node* map = root.find(section);
  if (map == nullptr) return keys;
  for (const auto& entry : map->entries()) keys.push_back(entry.key);
  return keys;
}

std::vector<std::string> images_of(const yaml::Node& root) {
  std::set<std::string> images;
  if (const yaml::Node* services = root.find("services"); services != nullptr) {
    for (const auto& entry : services->entries()) {
      if (const yaml::Node* image = entry.value.find("image")) images.insert(image->text());
    }
  }
  return {images.begin(), images.end()};
}

/// "*", or the names between commas.
std::vector<std::string> chosen(const std::string& wanted, const std::vector<std::string>& names) {
  if (wanted == "*") return names;
  std::vector<std::string> result;
  for (std::size_t at = 0; at <= wanted.size();) {
    const std::size_t end = std::min(wanted.find(',', at), wanted.size());
    const std::string name = wanted.substr(at, end - at);
    at = end + 1;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      const std::string meant = nearest(name, names);
      throw Error(Kind::usage, fmt::format("there is no service \"{}\"", name),
                  meant.empty() ? fmt::format("the services are {}", fmt::join(names, ", "))
                                : fmt::format("did you mean \"{}\"?", meant));
    }
    result.push_back(name);
  }
  return result;
}

/// A hash changes when, and only when, what the files say of its service does.
std::vector<ServiceHash> hashes_of(const yaml::Node& root, const std::string& wanted) {
  std::vector<ServiceHash> hashes;
  for (const auto& name : chosen(wanted, keys_of(root, "services"))) {
    const yaml::Node& service = *root.find("services")->find(name);
    hashes.push_back({name, sha256_hex(dump_json(yaml::to_json(service)))});
  }
  return hashes;
}

}  // namespace

Config config(deploy::Deps& deps, const ConfigOptions& options) {
  const int listings = int{options.services} + int{options.images} + int{options.volumes} +
                       int{options.profiles} + int{!options.hash.empty()};
  if (listings > 1) {
    throw Error(Kind::usage,
                "--services, --images, --volumes, --profiles and --hash do not go together",
                "ask for one of them");
  }
  project::Loaded loaded = project::load_files(options.project, deps.env);
  auto read = project::read_options(loaded, options.project, deps.env);
  read.whole = false;
  const bool interpolated = options.project.interpolate;
  yaml::Node root = stack::canonical_file(std::move(loaded.compose.document.root), read,
                                          interpolated, loaded.problems);
  loaded.problems.throw_if_errors(loaded.project.file);
  for (const auto& problem : loaded.problems.sorted()) deps.events.emit(Warned{problem});
  if (options.services) return keys_of(root, "services");
  if (options.images) return images_of(root);
  if (options.volumes) return keys_of(root, "volumes");
  if (options.profiles) return loaded.compose.profiles;
  if (!options.hash.empty()) return hashes_of(root, options.hash);
  return interpolated ? project::readable_again(loaded, std::move(root)) : root;
}

}  // namespace skep::ops
