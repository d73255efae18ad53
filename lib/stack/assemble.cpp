#include "stack/assemble.hpp"

#include "base/files.hpp"
#include "stack/bring_in.hpp"
#include "stack/check_values.hpp"
#include "stack/merge.hpp"
#include "stack/profiles.hpp"
#include "yaml/read.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::stack {
namespace {

using yaml::Node;

MergeRules rules_for(Compat compat) {
  return compat == Compat::docker ? MergeRules::docker : MergeRules::files;
}

/// What a version means: docker takes none and "3" for the newest.
std::string meaning(const std::string& written) {
  return written.empty() || written == "3" ? std::string(kNewestVersion) : written;
}

/// docker refuses files of different versions. A file without one goes with any, but for docker,
/// and so does one of version 2, which says nothing any more.
void check_versions(const std::vector<yaml::Document>& files, Context& context) {
  const yaml::Document* first = nullptr;
  std::string version;
  for (const auto& file : files) {
    const yaml::Entry* entry = file.root.find_entry("version");
    const std::string written = entry == nullptr ? "" : entry->value.text();
    const bool silent = entry == nullptr || is_version_two(written);
    if (silent && context.options.compat == Compat::none) continue;
    const std::string own = meaning(written);
    if (first == nullptr) {
      first = &file;
      version = own;
    } else if (own != version) {
      const SourceLoc loc = entry == nullptr ? SourceLoc{file.file, 1, 1} : entry->value.loc();
      context.problems.error(
          loc, "version",
          fmt::format("this file has version {}, but {} has {}", own, first->file, version),
          "write the same version in every file, or leave the lines out");
    }
  }
}

/// Finds probable typing mistakes: a service that only a later file has, without an image, while an
/// earlier file has a service of nearly that name.
void find_slips(const Node& before, const Node& over, std::map<std::string, std::string>& meant) {
  const Node* earlier = before.find("services");
  const Node* later = over.find("services");
  if (earlier == nullptr || later == nullptr) return;
  std::vector<std::string> names;
  for (const auto& entry : earlier->entries()) names.push_back(entry.key);
  for (const auto& entry : later->entries()) {
    const bool whole = entry.value.find("image") != nullptr || entry.value.find("build") != nullptr;
    if (whole || earlier->find(entry.key) != nullptr) continue;
    if (const std::string name = nearest(entry.key, names); !name.empty()) {
      const yaml::Entry* there = earlier->find_entry(name);
      meant[entry.key] = fmt::format("did you mean \"{}\" of {}?", name, format(there->key_loc()));
    }
  }
}

}  // namespace

yaml::Document read_compose(const std::string& path, const std::string& shown_as,
                            const AssembleOptions& options, Diagnostics& problems) {
  yaml::Document document = yaml::read_path(path, shown_as, problems, yaml::MergeTags::take);
  if (options.interpolate)
    document.root = yaml::interpolate(std::move(document.root), options.interpolation, problems);
  return document;
}

Assembled assemble(std::vector<yaml::Document> files, const AssembleOptions& options,
                   Diagnostics& problems) {
  Assembled result;
  Context context{options.read, result.problems};
  BringIn bring_in(options, context, problems);
  result.document.file = files.front().file;
  check_versions(files, context);
  for (auto& file : files) {
    const FilePlace place{
        absolute_path(options.read.env.cwd, file.file), options.read.base_dir, {file.file}};
    Node root = bring_in.whole(std::move(file), place, options.interpolation);
    if (&file == &files.front()) {
      result.document.root = std::move(root);
    } else if (root.is_map() && result.document.root.is_map()) {
      find_slips(result.document.root, root, result.meant);
      result.document.root =
          merge_files(result.document.root, root, rules_for(options.read.compat), context);
    }
  }
  result.document.root = without_merge_tags(std::move(result.document.root));
  if (options.read.compat == Compat::none)
    apply_profiles(options.profiles, result, context, problems);
  result.impossible = std::move(context.impossible);
  result.ignored = std::move(context.ignored);
  result.reported = std::move(context.reported);
  return result;
}

}  // namespace skep::stack
