// `include` (Compose Specification, 14-include): other files' services, networks, volumes, secrets
// and configs become part of this one.
#include "base/files.hpp"
#include "stack/bring_in.hpp"
#include "stack/check.hpp"
#include "stack/merge.hpp"
#include "stack/paths.hpp"
#include "yaml/dotenv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace skep::stack {
namespace {

constexpr std::size_t kMostIncludes = 1000;

using yaml::Node;

constexpr std::array kSections = {"services", "networks", "volumes", "secrets", "configs"};

/// The texts of a string or a list.
std::vector<const Node*> texts(const Node* node) {
  if (node == nullptr) return {};
  if (node->is_string()) return {node};
  std::vector<const Node*> result;
  for (const auto& item : node->items()) {
    if (item.is_string()) result.push_back(&item);
  }
  return result;
}

bool is_remote(const std::string& path) {
  return path.find("://") != std::string::npos || path.starts_with("git@") ||
         path.starts_with("github.com/");
}

/// `outer` counts, then the later of the variables.
yaml::Lookup behind(yaml::Lookup outer, std::vector<yaml::Variable> variables,
                    std::function<void(const yaml::Variable&)> used) {
  return [outer = std::move(outer), variables = std::move(variables),
          used = std::move(used)](const std::string& name) -> std::optional<std::string> {
    if (auto value = outer(name)) return value;
    const auto found = std::find_if(variables.rbegin(), variables.rend(),
                                    [&](const auto& variable) { return variable.name == name; });
    if (found == variables.rend()) return std::nullopt;
    if (used) used(*found);
    return found->value;
  };
}

}  // namespace

void BringIn::error(const SourceLoc& loc, const std::string& path, const std::string& message,
                    const std::string& hint) {
  context_.problems.error(loc, path, message, hint);
}

std::string BringIn::shown(const std::string& path) const {
  const std::string& cwd = options_.read.env.cwd;
  const bool below = !cwd.empty() && path.starts_with(cwd + "/");
  return below ? path.substr(cwd.size() + 1) : path;
}

Node BringIn::whole(yaml::Document document, const FilePlace& place,
                    const yaml::Interpolation& how) {
  // Text whose variables are not replaced has strings where numbers belong.
  if (options_.interpolate) check_keys(document, context_);
  Node root = std::move(document.root);
  if (!root.is_map()) return root;
  include_all(root, place, how);
  extend_all(root, place, how);
  return root;
}

void BringIn::include_all(Node& root, const FilePlace& place, const yaml::Interpolation& how) {
  const Node* found = root.find("include");
  if (found == nullptr) return;
  const Node list = *found;
  root.erase("include");
  for (std::size_t i = 0; i < list.items().size(); ++i) {
    const auto include = read_include(list.items()[i], i, place, how);
    const auto more = include ? included(*include, place) : std::nullopt;
    if (!more) continue;
    for (const char* section : kSections) {
      if (const Node* added = more->find(section)) add_section(root, section, *added);
    }
  }
}

std::optional<BringIn::Include> BringIn::read_include(const Node& item, std::size_t index,
                                                      const FilePlace& place,
                                                      const yaml::Interpolation& how) {
  Include include;
  include.loc = item.loc();
  include.where = yaml::join_path("include", index);
  include.how = how;
  include.paths = texts(item.is_map() ? item.find("path") : &item);
  if (include.paths.empty()) {
    error(item.loc(), include.where, "names no file", "write a path, or {path: FILE}");
    return std::nullopt;
  }
  for (const Node* path : include.paths) {
    if (!is_remote(path->text())) continue;
    error(path->loc(), include.where, fmt::format("\"{}\" is no file", path->text()),
          "skep includes files of this machine only: fetch it first");
    return std::nullopt;
  }
  const std::string first = absolute_path(place.folder, include.paths.front()->text());
  include.folder = std::filesystem::path(first).parent_path().string();
  const Node* project = item.is_map() ? item.find("project_directory") : nullptr;
  if (project != nullptr && project->is_string())
    include.folder = absolute_path(place.folder, project->text());
  add_env_files(item, place, include);
  return include;
}

/// What the including file knows wins over the included one's variables; without `env_file` these
/// are in the `.env` of its folder.
void BringIn::add_env_files(const Node& item, const FilePlace& place, Include& include) {
  std::vector<std::pair<std::string, SourceLoc>> files;
  const Node* named = item.is_map() ? item.find("env_file") : nullptr;
  for (const Node* file : texts(named)) {
    if (file->text() == "/dev/null") continue;
    files.emplace_back(file->text(), file->loc());
  }
  const std::string usual = absolute_path(include.folder, ".env");
  const bool own_folder = include.folder != place.folder;
  if (named == nullptr && own_folder && file_exists(usual)) files.emplace_back(usual, include.loc);
  for (const auto& [written, loc] : files) {
    const std::string path = absolute_path(place.folder, written);
    if (!file_exists(path)) {
      error(loc, include.where + ".env_file", fmt::format("the file {} is not there", path),
            where_it_is_sought(written));
      continue;
    }
    auto variables = yaml::read_dotenv(read_file(path), shown(path), include.how.lookup, reading_);
    include.how.lookup = behind(include.how.lookup, std::move(variables), options_.used);
  }
}

std::optional<Node> BringIn::included(const Include& include, const FilePlace& place) {
  std::optional<Node> result;
  AssembleOptions reading = options_;
  reading.interpolation = include.how;
  for (const Node* named : include.paths) {
    const std::string path = absolute_path(place.folder, named->text());
    FilePlace there{path, include.folder, place.chain};
    there.chain.push_back(shown(path));
    const bool again =
        std::find(place.chain.begin(), place.chain.end(), shown(path)) != place.chain.end();
    if (again) {
      error(named->loc(), include.where,
            fmt::format("the file includes itself in the end: {}", fmt::join(there.chain, " → ")),
            "break the circle of includes");
      return std::nullopt;
    }
    if (!file_exists(path)) {
      context_.reported.insert("services");
      error(named->loc(), include.where, fmt::format("the file {} is not there", path),
            where_it_is_sought(named->text()));
      return std::nullopt;
    }
    // Files that include two others each are read more often than there are atoms.
    if (included_ > kMostIncludes) return std::nullopt;
    if (++included_ > kMostIncludes) {
      error(named->loc(), include.where,
            fmt::format("more than {} files are included", kMostIncludes),
            "include each file once");
      return std::nullopt;
    }
    const Node root = whole(read_compose(path, shown(path), reading, reading_), there, include.how);
    if (!root.is_map()) return std::nullopt;
    result = result ? merge_files(*result, root, MergeRules::compose, context_) : root;
  }
  return with_absolute_paths(without_merge_tags(std::move(*result)), include.folder);
}

/// Two files may say the same of one name, as when both include a third; else it is a conflict.
void BringIn::add_section(Node& root, const std::string& key, const Node& more) {
  Node* section = root.find(key);
  if (section == nullptr || section->is_null()) return root.set(key, more);
  if (!section->is_map()) return;
  for (const auto& entry : more.entries()) {
    const yaml::Entry* there = section->find_entry(entry.key);
    if (there == nullptr) {
      section->put(entry);
    } else if (!(there->value == entry.value)) {
      error(entry.key_loc(), yaml::join_path(key, entry.key),
            fmt::format("is there already, at {}: an include adds and does not override",
                        format(there->key_loc())),
            "rename one of them, or lay one file over the other with -c");
    }
  }
}

}  // namespace skep::stack
