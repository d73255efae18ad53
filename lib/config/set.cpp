#include "config/set.hpp"

#include "yaml/read.hpp"

#include <fmt/format.h>

#include <memory>

namespace skep::config {
namespace {

using yaml::Node;

/// Everything in dollars, so that the interpolation gives back what the flag said.
Node protect(Node node) {
  for (auto& item : node.items()) item = protect(std::move(item));
  for (std::size_t i = 0; i < node.entries().size(); ++i) {
    node.value_at(i) = protect(std::move(node.value_at(i)));
  }
  if (!node.is_string() || node.text().find('$') == std::string::npos) return node;
  std::string text;
  for (const char c : node.text()) text += c == '$' ? "$$" : std::string(1, c);
  return Node::string(text).at(node.place());
}

Node value_of(const std::string& text, const std::string& shown, const yaml::Place& place) {
  const bool written_as_yaml =
      !text.empty() && std::string("[{\"'").find(text[0]) != std::string::npos;
  if (!written_as_yaml) return Node::plain(text).at(place);
  Diagnostics diagnostics;
  Node value;
  try {
    value = yaml::read(text, shown, diagnostics).root;
  } catch (const Error& error) {
    throw Error(Kind::usage, fmt::format("{}: {}", shown, error.message()), error.hint());
  }
  if (!diagnostics.empty()) {
    throw Error(Kind::usage, fmt::format("{}: {}", shown, diagnostics.sorted().front().message));
  }
  return value.at(place);
}

}  // namespace

void apply_set(Node& root, const std::string& flag) {
  const std::size_t equals = flag.find('=');
  const std::string path = flag.substr(0, equals);
  if (equals == std::string::npos || path.empty()) {
    throw Error(Kind::usage, fmt::format("--set {}: no PATH=VALUE", path),
                "for example --set values.replicas=3");
  }
  const std::string shown = "--set " + path;
  const yaml::Place place{std::make_shared<const std::string>(shown), 0, 0};
  Node* node = &root;
  for (std::size_t from = 0;;) {
    const std::size_t dot = path.find('.', from);
    const std::string key = path.substr(from, dot - from);
    if (key.empty()) throw Error(Kind::usage, shown + ": an empty name in the path");
    if (!node->is_map()) {
      throw Error(Kind::usage,
                  fmt::format("{}: {} is {}, not a map", shown, path.substr(0, from - 1),
                              yaml::with_article(node->type())));
    }
    if (dot == std::string::npos) {
      node->erase(key);
      node->set(key, protect(value_of(flag.substr(equals + 1), shown, place)), place);
      return;
    }
    const Node* old = node->find(key);
    if (old == nullptr || old->is_null()) node->set(key, Node::map().at(place), place);
    node = node->find(key);
    from = dot + 1;
  }
}

}  // namespace skep::config
