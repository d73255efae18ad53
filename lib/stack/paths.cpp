#include "stack/paths.hpp"

#include "base/files.hpp"
#include "stack/keys.hpp"
#include "stack/short_syntax.hpp"

namespace skep::stack {
namespace {

using yaml::Node;

class Paths {
 public:
  explicit Paths(const std::string& folder, const std::optional<std::string>& home = {})
      : folder_(folder), home_(home) {}

  /// What `row` and the rows below it say of `node`.
  void below(Node& node, const KeyTree& row) const {
    switch (row.key.names) {
      case Names::nothing:
        break;
      case Names::path:
        each(node);
        break;
      case Names::folder:
        build(node);
        break;
      case Names::profiles:
        for (auto& item : node.items()) profile(item);
        break;
      case Names::mount:
        mount(node);
        break;
    }
    if (const KeyTree* item = row.item(); item != nullptr) {
      for (auto& one : node.items()) below(one, *item);
    }
    if (row.children.empty()) return;
    for (std::size_t i = 0; i < node.entries().size(); ++i) {
      const KeyTree* child = row.child(node.entries()[i].key);
      if (child != nullptr) below(node.value_at(i), *child);
    }
  }

 private:
  void replace(Node& node, const std::string& text) const {
    Node made = Node::string(text);
    made.set_quoted(true).set_merge_tag(node.merge_tag()).at(node.place());
    node = std::move(made);
  }

  void path(Node& node) const {
    if (!node.is_string() || node.text().empty()) return;
    if (node.text().starts_with('~')) {
      if (home_) replace(node, absolute_path(folder_, *home_ + node.text().substr(1)));
      return;
    }
    if (absolute(node.text()) || node.text().find("://") != std::string::npos) return;
    replace(node, absolute_path(folder_, node.text()));
  }

  void each(Node& node) const {
    path(node);
    for (auto& item : node.items()) path(item);
  }

  /// Without a context it is the folder of the file that says so.
  void build(Node& node) const {
    path(node);
    if (node.is_map() && node.find("context") == nullptr)
      node.put({"context", Node::string(folder_).at(node.place()), node.place()});
  }

  /// "seccomp=FILE"
  void profile(Node& item) const {
    constexpr std::string_view kOption = "seccomp=";
    if (!item.is_string() || !item.text().starts_with(kOption)) return;
    Node file = Node::string(item.text().substr(kOption.size())).at(item.place());
    if (file.text() == "unconfined" || file.text() == "builtin") return;
    path(file);
    replace(item, std::string(kOption) + file.text());
  }

  void mount(Node& item) const {
    if (item.is_map()) {
      const Node* type = item.find("type");
      Node* source = item.find("source");
      if (source != nullptr && type != nullptr && type->text() == "bind") path(*source);
      return;
    }
    if (!item.is_string()) return;
    const auto parsed = parse_mount(item.text());
    const std::string& source = parsed.value.mount.source;
    if (!parsed.error.empty() || parsed.value.mount.type != "bind" || source.front() != '.') return;
    replace(item, absolute_path(folder_, source) + item.text().substr(source.size()));
  }

  const std::string& folder_;
  std::optional<std::string> home_;
};

}  // namespace

Node with_absolute_paths(Node root, const std::string& folder,
                         const std::optional<std::string>& home) {
  Paths(folder, home).below(root, key_tree());
  return root;
}

Node service_with_absolute_paths(Node service, const std::string& folder) {
  Paths(folder).below(service, *key_tree().child("services")->child("*"));
  return service;
}

}  // namespace skep::stack
