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
  root = canonical(std::move(root), key_tree(all_keys()), options.compat);
  return sorted(with_absolute_paths(std::move(root), options.base_dir, options.env.get("HOME")),
                /*top=*/true);
}

}  // namespace skep::stack
