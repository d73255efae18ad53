#include "stack/read.hpp"

#include "stack/assemble.hpp"
#include "stack/readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace skep::stack {
namespace {

constexpr std::string_view kVersions =
    "the format's versions are 3.0 to 3.13; without the line the newest counts";
constexpr std::string_view kOldVersions =
    "remove the line: the newest format counts then, and what Swarm cannot do is named";

/// Schemas 3.0 to 3.13 exist (docker/cli cli/compose/schema/data).
std::string version(const Cursor& cursor) {
  const std::string written =
      cursor.there() && !cursor.is_text() ? cursor.node().text() : cursor.text();
  if (written.empty() || written == "3") return written;
  const auto digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  const std::string minor = written.starts_with("3.") ? written.substr(2) : std::string();
  const bool known = !minor.empty() && minor.size() <= 2 &&
                     std::all_of(minor.begin(), minor.end(), digit) && std::stoi(minor) <= 13;
  const bool old = written.starts_with("1") || written.starts_with("2");
  if (!known)
    cursor.error(fmt::format("unsupported Compose file version \"{}\"", written),
                 std::string(old ? kOldVersions : kVersions));
  return written;
}

void check_names(const Cursor& section) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
  };
  for (const auto& [name, cursor] : section.entries()) {
    if (cursor.reported()) continue;
    if (!name.empty() && std::all_of(name.begin(), name.end(), allowed)) continue;
    cursor.context().problems.error(cursor.key_loc(), cursor.path(),
                                    fmt::format("\"{}\" is no name", name),
                                    "use letters, digits, \".\", \"_\" and \"-\"");
  }
}

}  // namespace

Stack read(const yaml::Document& document, const ReadOptions& options, Diagnostics& problems) {
  AssembleOptions assembling;
  assembling.read = options;
  assembling.interpolation.lookup = [&options](const std::string& name) {
    return options.env.get(name);
  };
  return read(assemble({document}, assembling, problems), options, problems);
}

Stack read(const Assembled& files, const ReadOptions& options, Diagnostics& problems) {
  Diagnostics found = files.problems;
  Context context{options, found, files.impossible, files.ignored, files.reported, {}, files.meant};
  const yaml::Document& document = files.document;
  const Cursor root(context, &document.root, "", {document.file, 1, 1});
  for (const char* section : {"services", "networks", "volumes", "secrets", "configs"}) {
    check_names(root.at(section));
  }
  Stack stack;
  stack.compat = options.compat;
  stack.version = version(root.at("version"));
  stack.name = root.at("name").text();
  stack.disabled = files.disabled;
  for (const auto& [written, cursor] : root.at("services").entries()) {
    const std::string name = without_colons(written);
    const bool misplaced = cursor.reported() && name == written;  // no service, which was said
    if (cursor.is_map() && !misplaced) stack.services.emplace(name, service(name, cursor));
  }
  stack.networks = networks(root.at("networks"));
  stack.volumes = volumes(root.at("volumes"));
  stack.secrets = secrets(root.at("secrets"));
  stack.configs = configs(root.at("configs"));
  if (root.is_map() && root.at("services").missing()) {
    found.error({document.file, 1, 1}, "services", "there are no services",
                "a stack needs at least one");
  }
  if (options.whole) {
    check_stack(stack, context);
    check_used_placeholders(root, stack);
    check_builds_together(stack);
    check_one_offs(stack, problems);
  }
  report_left_out(context);
  // What is wrong with a text whose variable is not set, for one, is the variable's fault.
  problems.add_where_no_error_is(found);
  return stack;
}

}  // namespace skep::stack
