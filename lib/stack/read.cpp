#include "stack/read.hpp"

#include "stack/assemble.hpp"
#include "stack/check.hpp"
#include "stack/left_out.hpp"
#include "stack/readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace skep::stack {
namespace {

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
    return options.variable(name);
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
  if (const Cursor version = root.at("version"); version.there())
    stack.version = version.node().text();
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
