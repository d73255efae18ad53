#include "yaml/merge.hpp"

namespace skep::yaml {

Node overlay(const Node& base, const Node& over, const std::set<std::string>& whole,
             const std::string& path) {
  if (!over.is_map()) return over;
  const bool merges = base.is_map() && !whole.contains(path);
  Node result = merges ? base : Node::map();
  // What is said last is where a reader looks for it.
  if (!merges) result.at(over.place());
  for (const auto& entry : over.entries()) {
    if (entry.value.is_null()) {
      result.erase(entry.key);
      continue;
    }
    const Node* old = result.find(entry.key);
    const Node before = old == nullptr ? Node() : *old;
    result.set(entry.key, overlay(before, entry.value, whole, join_path(path, entry.key)),
               entry.key_place);
  }
  return result;
}

}  // namespace skep::yaml
