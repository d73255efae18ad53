#include "stack/keys.hpp"

namespace skep::stack {
namespace {

/// A key came when it was added, or when what it stands in was.
void fill_in_since(std::vector<Key>& keys) {
  std::map<std::string_view, std::string_view> said;
  for (const auto& key : keys) {
    if (!key.since.empty()) said.emplace(key.path, key.since);
  }
  for (auto& key : keys) {
    std::string_view path = key.path;
    while (key.since.empty()) {
      const auto dot = path.rfind('.');
      path = dot == std::string_view::npos ? "" : path.substr(0, dot);
      const auto found = said.find(path);
      if (found != said.end()) key.since = found->second;
      if (path.empty()) key.since = "3.0";
    }
  }
}

std::vector<Key> make_keys() {
  auto keys = object_keys();
  for (const auto& more : {service_keys(), deploy_keys()}) {
    keys.insert(keys.end(), more.begin(), more.end());
  }
  fill_in_since(keys);
  return keys;
}

KeyTree make_tree() {
  KeyTree root{Key("", Form::map, {.docker = {.x_keys = "3.4"}}), {}};
  for (const auto& key : all_keys()) {
    KeyTree* at = &root;
    std::string_view rest = key.path;
    while (!rest.empty()) {
      const auto dot = rest.find('.');
      at = &at->children[rest.substr(0, dot)];
      rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
    }
    at->key = key;
  }
  return root;
}

}  // namespace

const std::vector<Key>& all_keys() {
  static const std::vector<Key> keys = make_keys();
  return keys;
}

const KeyTree& key_tree() {
  static const KeyTree tree = make_tree();
  return tree;
}

const KeyTree* KeyTree::child(std::string_view name) const {
  auto found = children.find(name);
  if (found == children.end()) found = children.find("*");
  return found == children.end() ? nullptr : &found->second;
}

const KeyTree* KeyTree::item() const {
  const auto found = children.find("[]");
  return found == children.end() ? nullptr : &found->second;
}

std::vector<std::string> KeyTree::names() const {
  std::vector<std::string> result;
  for (const auto& [name, child] : children) {
    if (name != "*" && name != "[]") result.emplace_back(name);
  }
  return result;
}

std::vector<std::string_view> alternatives(std::string_view column) {
  std::vector<std::string_view> result;
  while (!column.empty()) {
    const auto bar = column.find('|');
    result.push_back(column.substr(0, bar));
    column = bar == std::string_view::npos ? std::string_view{} : column.substr(bar + 1);
  }
  return result;
}

std::vector<std::string> allowed_values(const Key& key) {
  const bool any_case = key.values.starts_with('~');
  const auto values = alternatives(any_case ? key.values.substr(1) : key.values);
  return {values.begin(), values.end()};
}

}  // namespace skep::stack
