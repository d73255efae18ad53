// `extends` (Compose Specification, 05-services): a service laid over another one of this or
// another file.
#include "base/files.hpp"
#include "stack/bring_in.hpp"
#include "stack/check.hpp"
#include "stack/merge.hpp"
#include "stack/paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace skep::stack {
namespace {

constexpr std::size_t kDeepestExtends = 100;

using yaml::Node;

std::vector<std::string> names_of(const Node& map) {
  std::vector<std::string> names;
  for (const auto& entry : map.entries()) names.push_back(entry.key);
  return names;
}

}  // namespace

void BringIn::extend_all(Node& root, const FilePlace& place, const yaml::Interpolation& how) {
  Node* services = root.find("services");
  if (services == nullptr || !services->is_map()) return;
  const auto extends = [](const yaml::Entry& entry) {
    return entry.value.find("extends") != nullptr;
  };
  if (std::none_of(services->entries().begin(), services->entries().end(), extends)) return;
  const Node before = *services;
  for (const auto& entry : before.entries()) {
    if (extends(entry)) services->set(entry.key, extended(entry.key, before, place, how, {}));
  }
}

Node BringIn::extended(const std::string& name, const Node& services, const FilePlace& place,
                       const yaml::Interpolation& how, std::vector<Step> chain) {
  const yaml::Entry& entry = *services.find_entry(name);
  const Node* found = entry.value.find("extends");
  if (found == nullptr || found->is_null()) return entry.value;
  const Node extends = *found;
  chain.push_back({place.path, name, entry.key_loc()});
  Node own = entry.value;
  own.erase("extends");
  const auto base = base_of(name, extends, services, place, how, chain);
  return base ? merge_service(name, *base, own, MergeRules::compose, context_) : own;
}

std::optional<Node> BringIn::base_of(const std::string& name, const Node& extends,
                                     const Node& services, const FilePlace& place,
                                     const yaml::Interpolation& how,
                                     const std::vector<Step>& chain) {
  const std::string where = fmt::format("services.{}.extends", name);
  const Node* service = extends.is_map() ? extends.find("service") : &extends;
  const Node* file_name = extends.is_map() ? extends.find("file") : nullptr;
  if (service == nullptr)
    error(extends.loc(), where, "names no service", "write {service: NAME}, or {file:, service:}");
  if (service == nullptr || !service->is_string()) return std::nullopt;
  FilePlace there = place;
  std::shared_ptr<const yaml::Document> document;
  const Node* candidates = &services;
  const bool elsewhere = file_name != nullptr && file_name->is_string();
  if (elsewhere) {
    there.path = absolute_path(place.folder, file_name->text());
    there.folder = std::filesystem::path(there.path).parent_path().string();
    document = file(there.path, *file_name, where + ".file", how);
    if (!document) {
      context_.reported.insert(yaml::join_path(yaml::join_path("services", name), "image"));
      return std::nullopt;
    }
    candidates = document->root.find("services");
  }
  const std::string& wanted = service->text();
  const yaml::Entry* base = candidates == nullptr ? nullptr : candidates->find_entry(wanted);
  if (base == nullptr || !base->value.is_map()) {
    no_such_service(*service, where, elsewhere ? shown(there.path) : "", candidates,
                    elsewhere ? "" : name);
    return std::nullopt;
  }
  if (!ends(*service, there.path, where, chain)) return std::nullopt;
  if (elsewhere && options_.interpolate) {
    yaml::Document alone{Node::map({{"services", Node::map({*base}), {}}}), document->file};
    check_keys(alone, context_);
  }
  Node result = without_merge_tags(extended(wanted, *candidates, there, how, chain));
  return elsewhere ? service_with_absolute_paths(std::move(result), there.folder) : result;
}

void BringIn::no_such_service(const Node& service, const std::string& where,
                              const std::string& file, const Node* services,
                              const std::string& self) {
  const std::string& wanted = service.text();
  const std::string in = file.empty() ? "" : " in " + file;
  auto names = services == nullptr ? std::vector<std::string>{} : names_of(*services);
  std::erase(names, self);
  const std::string meant = nearest(wanted, names);
  error(service.loc(), where, fmt::format("there is no service \"{}\"{}", wanted, in),
        !meant.empty()  ? fmt::format("did you mean \"{}\"?", meant)
        : !file.empty() ? "name a service of that file"
                        : "name a service of this file, or the file with \"file:\"");
}

bool BringIn::ends(const Node& service, const std::string& path, const std::string& where,
                   const std::vector<Step>& chain) {
  const std::string& wanted = service.text();
  const auto again = std::find_if(chain.begin(), chain.end(), [&](const Step& step) {
    return step.file == path && step.service == wanted;
  });
  if (again != chain.end()) {
    std::string circle;
    for (auto step = again; step != chain.end(); ++step)
      circle += fmt::format("{} ({}) → ", step->service, format(step->loc));
    error(service.loc(), where,
          fmt::format("the service extends itself in the end: {}{}", circle, wanted),
          "break the circle of extends");
    return false;
  }
  if (chain.size() > kDeepestExtends) {
    error(service.loc(), where,
          fmt::format("services extend each other over more than {} steps", kDeepestExtends));
    return false;
  }
  return true;
}

std::shared_ptr<const yaml::Document> BringIn::file(const std::string& path, const Node& named,
                                                    const std::string& where,
                                                    const yaml::Interpolation& how) {
  if (const auto known = files_.find(path); known != files_.end()) return known->second;
  if (!file_exists(path)) {
    error(named.loc(), where, fmt::format("the file {} is not there", path),
          where_it_is_sought(named.text()));
    return nullptr;
  }
  AssembleOptions reading = options_;
  reading.interpolation = how;
  auto document =
      std::make_shared<const yaml::Document>(read_compose(path, shown(path), reading, reading_));
  files_[path] = document;
  return document;
}

}  // namespace skep::stack
