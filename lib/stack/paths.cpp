#include "stack/paths.hpp"

#include "base/files.hpp"
#include "stack/short_syntax.hpp"

namespace skep::stack {
namespace {

using yaml::Node;

class Paths {
 public:
  explicit Paths(const std::string& folder, const std::optional<std::string>& home = {})
      : folder_(folder), home_(home) {}

  void service(Node& service) const {
    if (Node* build = service.find("build"); build != nullptr) {
      if (build->is_string()) path(*build);
      if (build->is_map()) context_of(*build);
    }
    if (Node* files = service.find("env_file"); files != nullptr) each_file(*files);
    if (Node* files = service.find("label_file"); files != nullptr) each_file(*files);
    if (Node* options = service.find("security_opt"); options != nullptr) {
      for (auto& item : options->items()) profile(item);
    }
    Node* volumes = service.find("volumes");
    if (volumes == nullptr || !volumes->is_list()) return;
    for (auto& item : volumes->items()) volume(item);
  }

  void objects(Node& section) const {
    for (std::size_t i = 0; i < section.entries().size(); ++i) path_at(section.value_at(i), "file");
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

  /// Without a context it is the folder of the file that says so.
  void context_of(Node& build) const {
    if (build.find("context") == nullptr)
      build.put({"context", Node::string(folder_).at(build.place()), build.place()});
    path_at(build, "context");
  }

  void path_at(Node& map, const char* key) const {
    if (Node* node = map.find(key); node != nullptr) path(*node);
  }

  void each_file(Node& files) const {
    if (files.is_string()) path(files);
    if (!files.is_list()) return;
    for (auto& item : files.items()) {
      if (item.is_map()) path_at(item, "path");
      path(item);
    }
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

  void volume(Node& item) const {
    if (item.is_map()) {
      const Node* type = item.find("type");
      if (type != nullptr && type->text() == "bind") path_at(item, "source");
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
  const Paths paths(folder, home);
  if (Node* services = root.find("services"); services != nullptr) {
    for (std::size_t i = 0; i < services->entries().size(); ++i)
      paths.service(services->value_at(i));
  }
  for (const char* section : {"secrets", "configs"}) {
    if (Node* objects = root.find(section); objects != nullptr) paths.objects(*objects);
  }
  return root;
}

Node service_with_absolute_paths(Node service, const std::string& folder) {
  Paths(folder).service(service);
  return service;
}

}  // namespace skep::stack
