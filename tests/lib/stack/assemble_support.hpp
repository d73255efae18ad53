#pragma once
// Several stack files in a test: as texts, or in a folder of their own.
#include "stack/assemble.hpp"
#include "stack_support.hpp"
#include "support/temp_dir.hpp"
#include "yaml/emit.hpp"

namespace skep::test {

struct Put {
  stack::Assembled files;
  stack::Stack stack;
  Diagnostics problems;
  std::string text() const { return format(problems); }
  /// The merged tree below a path of keys, as YAML text.
  std::string at(std::initializer_list<const char*> path) const {
    const yaml::Node* node = &files.document.root;
    for (const char* key : path) {
      node = node->find(key);
      if (node == nullptr) return "(nothing)";
    }
    return yaml::emit(*node);
  }
  std::string service(const char* key) const { return at({"services", "web", key}); }
};

inline stack::AssembleOptions assembling(stack::ReadOptions read = options_with()) {
  stack::AssembleOptions options;
  options.read = std::move(read);
  options.interpolation.lookup = [env = options.read.env](const std::string& name) {
    return env.get(name);
  };
  return options;
}

inline Put put_together(const std::vector<yaml::Document>& documents,
                        const stack::AssembleOptions& options, Diagnostics problems = {}) {
  Put result;
  result.problems = std::move(problems);
  result.files = stack::assemble(documents, options, result.problems);
  result.stack = stack::read(result.files, options.read, result.problems);
  return result;
}

/// Texts as a.yml, b.yml, …
inline Put put_texts(const std::vector<std::string>& texts,
                     const stack::AssembleOptions& options = assembling()) {
  Diagnostics problems;
  std::vector<yaml::Document> documents;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string name = std::string(1, static_cast<char>('a' + i)) + ".yml";
    documents.push_back(yaml::read(texts[i], name, problems, yaml::MergeTags::take));
    documents.back().root =
        yaml::interpolate(documents.back().root, options.interpolation, problems);
  }
  return put_together(documents, options, problems);
}

/// One service "web" in two files: lines below it.
inline Put put_services(const std::string& base, const std::string& over,
                        const stack::AssembleOptions& options = assembling()) {
  const auto file = [](const std::string& lines, const char* image) {
    std::string text = std::string("services:\n  web:\n") + image;
    for (std::size_t at = 0; at < lines.size();) {
      const auto end = std::min(lines.find('\n', at), lines.size());
      text += "    " + lines.substr(at, end - at) + "\n";
      at = end + 1;
    }
    return text;
  };
  return put_texts({file(base, "    image: x:1\n"), file(over, "")}, options);
}

/// Files in a folder of their own, which is the working directory.
struct Folder {
  TempDir dir;
  stack::AssembleOptions options = assembling(options_with({}, dir.path()));

  Put put(const std::vector<std::string>& names) {
    Diagnostics problems;
    std::vector<yaml::Document> documents;
    for (const auto& name : names) {
      documents.push_back(stack::read_compose(dir.path() + "/" + name, name, options, problems));
    }
    return put_together(documents, options, problems);
  }
  /// The findings, "DIR" for the folder.
  std::string findings(const std::vector<std::string>& names) {
    std::string text = put(names).text();
    for (auto at = text.find(dir.path()); at != std::string::npos; at = text.find(dir.path(), at))
      text.replace(at, dir.path().size(), "DIR");
    return text;
  }
};

}  // namespace skep::test
