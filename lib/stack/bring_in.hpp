#pragma once
// `include` and `extends`: adds to a file what it takes from others. For lib/stack only.
#include "stack/assemble.hpp"

#include <memory>

namespace skep::stack {

/// A hint why the file may be missing that a file names so.
inline const char* where_it_is_sought(const std::string& written) {
  return written.starts_with('/')
             ? "it is read on this machine"
             : "a relative path starts in the folder of the file that names it";
}

/// One file being assembled, and how it was reached.
struct FilePlace {
  std::string path;                // absolute; "" of a text that came from no file
  std::string folder;              // where its relative paths start
  std::vector<std::string> chain;  // the files that include it, as messages name them, itself last
};

class BringIn {
 public:
  /// `reading` gets problems with the text of a file; others go to the context's problems.
  BringIn(const AssembleOptions& options, Context& context, Diagnostics& reading)
      : options_(options), context_(context), reading_(reading) {}

  /// The file's tree, checked, with what it includes and extends added.
  yaml::Node whole(yaml::Document document, const FilePlace& place, const yaml::Interpolation& how);

 private:
  struct Step {  // one service of a chain of extends
    std::string file, service;
    SourceLoc loc;
  };
  struct Include {
    std::vector<const yaml::Node*> paths;
    std::string folder;  // project_directory
    yaml::Interpolation how;
    SourceLoc loc;
    std::string where;  // "include[0]"
  };

  void include_all(yaml::Node& root, const FilePlace& place, const yaml::Interpolation& how);
  std::optional<Include> read_include(const yaml::Node& item, std::size_t index,
                                      const FilePlace& place, const yaml::Interpolation& how);
  void add_env_files(const yaml::Node& item, const FilePlace& place, Include& include);
  std::optional<yaml::Node> included(const Include& include, const FilePlace& place);
  void add_section(yaml::Node& root, const std::string& key, const yaml::Node& more);

  void extend_all(yaml::Node& root, const FilePlace& place, const yaml::Interpolation& how);
  yaml::Node extended(const std::string& name, const yaml::Node& services, const FilePlace& place,
                      const yaml::Interpolation& how, std::vector<Step> chain);
  std::optional<yaml::Node> base_of(const std::string& name, const yaml::Node& extends,
                                    const yaml::Node& services, const FilePlace& place,
                                    const yaml::Interpolation& how, const std::vector<Step>& chain);
  /// `file`: "" is the one that `extends` stands in; `services` of it, where there are any; `self`
  /// is not meant.
  void no_such_service(const yaml::Node& service, const std::string& where, const std::string& file,
                       const yaml::Node* services, const std::string& self);
  /// Whether extending `service` of the file `path` comes to an end: no circle, and not too deep.
  bool ends(const yaml::Node& service, const std::string& path, const std::string& where,
            const std::vector<Step>& chain);
  std::shared_ptr<const yaml::Document> file(const std::string& path, const yaml::Node& named,
                                             const std::string& where,
                                             const yaml::Interpolation& how);
  std::string shown(const std::string& path) const;
  void error(const SourceLoc& loc, const std::string& path, const std::string& message,
             const std::string& hint = {});

  const AssembleOptions& options_;
  Context& context_;
  Diagnostics& reading_;
  std::map<std::string, std::shared_ptr<const yaml::Document>> files_;  // that are extended
  std::size_t included_ = 0;                                            // files, each time it is
};

}  // namespace skep::stack
