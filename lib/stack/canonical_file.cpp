#include "stack/canonical_file.hpp"

#include "stack/canonical.hpp"
#include "stack/paths.hpp"
#include "stack/readers.hpp"

#include <algorithm>
#include <array>

namespace skep::stack {
namespace {

using yaml::Entry;
using yaml::Node;

/// The order of the top level; everything else follows in that of the alphabet.
std::size_t rank(const std::string& key) {
  constexpr std::array<std::string_view, 7> kFirst = {"version", "name",    "services", "networks",
                                                      "volumes", "secrets", "configs"};
  return static_cast<std::size_t>(std::find(kFirst.begin(), kFirst.end(), key) - kFirst.begin());
}

Node sorted(Node node, bool top = false) {
  for (auto& item : node.items()) item = sorted(std::move(item));
  if (!node.is_map()) return node;
  std::vector<Entry> entries;
  for (std::size_t at = 0; at < node.entries().size(); ++at) {
    const Entry& entry = node.entries()[at];
    entries.push_back({entry.key, sorted(std::move(node.value_at(at))), entry.key_place});
  }
  std::sort(entries.begin(), entries.end(), [top](const Entry& a, const Entry& b) {
    const std::size_t left = top ? rank(a.key) : 0, right = top ? rank(b.key) : 0;
    return std::pair(left, a.key) < std::pair(right, b.key);
  });
  return Node::map(std::move(entries)).at(node.place());
}

/// What docker's structs leave out of their YAML (`omitempty`); a pointer is there as soon as it
/// was written (docker/cli cli/compose/types).
bool docker_omits(const Key& key, const Node& value) {
  const bool plain = key.docker.empty_is_left_out;
  switch (value.type()) {
    case yaml::Type::null:
      return true;
    case yaml::Type::boolean:
      return !value.as_boolean() && key.docker.zero == Zero::is_nothing;
    case yaml::Type::integer:
      return value.as_integer() == 0 && key.docker.zero == Zero::is_nothing;
    case yaml::Type::floating:
      return value.as_floating() == 0;
    case yaml::Type::string:
      return value.text().empty();
    case yaml::Type::list:
      return value.size() == 0;
    case yaml::Type::map:
      return value.size() == 0 && (plain || key.form == Form::pairs || key.form == Form::options ||
                                   key.form == Form::list_or_map);
  }
  return false;
}

Node without_unsaid(Node node, const KeyTree& row) {
  if (row.key.form == Form::pairs || row.key.form == Form::options || row.key.form == Form::any)
    return node;
  if (row.key.long_form == LongForm::hosts) {  // what names no address
    std::erase_if(node.items(),
                  [](const Node& host) { return host.text().find(':') == std::string::npos; });
  }
  if (const KeyTree* item = row.item(); item != nullptr) {
    for (auto& one : node.items()) one = without_unsaid(std::move(one), *item);
  }
  if (!node.is_map()) return node;
  for (std::size_t at = 0; at < node.entries().size(); ++at) {
    const KeyTree* below = row.child(node.entries()[at].key);
    if (below != nullptr) node.value_at(at) = without_unsaid(std::move(node.value_at(at)), *below);
  }
  node.erase_if([&](const Entry& entry) {
    const auto found = row.children.find(entry.key);  // a name of the file's own stays
    return found != row.children.end() && docker_omits(found->second.key, entry.value);
  });
  return node;
}

void resolve_environments(Node& root, Context& context) {
  Node* services = root.find("services");
  if (services == nullptr || !services->is_map()) return;
  for (std::size_t i = 0; i < services->entries().size(); ++i) {
    Node& service = services->value_at(i);
    const Cursor cursor(context, &service, "services." + services->entries()[i].key, service.loc());
    if (!cursor.at("environment").filled() && !cursor.at("env_file").filled()) continue;
    service.set("environment", resolved_environment(cursor));
  }
}

}  // namespace

Node canonical_file(Node root, const ReadOptions& options, bool resolve, Diagnostics& problems) {
  Context context{options, problems};
  if (resolve) resolve_environments(root, context);
  const KeyTree& tree = key_tree();
  root = canonical(std::move(root), tree, options.compat);
  if (options.compat == Compat::docker) root = without_unsaid(std::move(root), tree);
  return sorted(with_absolute_paths(std::move(root), options.base_dir, options.env.get("HOME")),
                /*top=*/true);
}

}  // namespace skep::stack
