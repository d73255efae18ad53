#include "stack/keys.hpp"

#include <iterator>

namespace skep::stack {
namespace {

/// A key came when it was added, or when what it stands in was.
std::string_view since_of(std::string_view path) {
  const auto& later = keys_since();
  for (;;) {
    if (const auto found = later.find(path); found != later.end()) return found->second;
    const auto dot = path.rfind('.');
    if (dot == std::string_view::npos) return "3.0";
    path = path.substr(0, dot);
  }
}

}  // namespace

std::vector<Key> all_keys() {
  auto keys = object_keys();
  for (const auto& more : {service_keys(), deploy_keys()}) {
    keys.insert(keys.end(), more.begin(), more.end());
  }
  for (auto& key : keys) key.since = since_of(key.path);
  return keys;
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
    if (name != "*" && name != "[]") result.push_back(name);
  }
  return result;
}

KeyTree key_tree(const std::vector<Key>& keys) {
  KeyTree root;
  for (const auto& key : keys) {
    KeyTree* at = &root;
    std::string_view rest = key.path;
    while (!rest.empty()) {
      const auto dot = rest.find('.');
      at = &at->children[std::string(rest.substr(0, dot))];
      rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
    }
    at->key = key;
  }
  return root;
}

std::vector<std::string> allowed_values(const Key& key) {
  std::vector<std::string> result;
  std::string_view rest = key.values;
  if (rest.starts_with('~')) rest.remove_prefix(1);
  while (!rest.empty()) {
    const auto bar = rest.find('|');
    result.emplace_back(rest.substr(0, bar));
    rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
  }
  return result;
}

std::string_view words(Form form) {
  switch (form) {
    case Form::any:
      return "anything";
    case Form::text:
    case Form::text_or_null:
      return "a string";
    case Form::text_or_number:
      return "a string or a number";
    case Form::integer:
      return "an integer";
    case Form::integer_or_live:
      return "an integer, or live";
    case Form::number:
      return "a number";
    case Form::boolean:
      return "true or false";
    case Form::duration:
      return "a duration such as 1m30s";
    case Form::size:
      return "a size such as 64m";
    case Form::command:
    case Form::text_or_list:
      return "a string or a list of strings";
    case Form::list_of_text:
      return "a list of strings";
    case Form::list_of_text_or_number:
      return "a list of strings or numbers";
    case Form::pairs:
    case Form::hosts:
      return "a map, or a list of NAME=VALUE";
    case Form::options:
    case Form::map:
    case Form::map_or_null:
      return "a map";
    case Form::list:
      return "a list";
    case Form::text_or_map:
      return "a string or a map";
    case Form::integer_or_map:
      return "an integer or a map";
    case Form::boolean_or_map:
      return "true, false or a map";
    case Form::list_or_map:
      return "a list or a map";
    case Form::port:
      return "a port such as \"8080:80\", or a map";
    case Form::list_or_text_or_map:
      return "a string, a list or a map";
  }
  return "";
}

}  // namespace skep::stack
