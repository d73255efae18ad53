#pragma once
// Compose files → the one file that they mean together: each file's keys are checked, what it
// includes and extends is brought in, later files are laid over earlier ones, and services whose
// profile nobody asked for are left out. Every node keeps the file and line that it came from.
#include "stack/cursor.hpp"
#include "yaml/dotenv.hpp"
#include "yaml/interpolate.hpp"

#include <functional>

namespace skep::stack {

struct AssembleOptions {
  ReadOptions read;
  /// Of the files that others extend or include; the documents given are interpolated already.
  yaml::Interpolation interpolation;
  bool interpolate = true;            // false: `${…}` stays as it is
  std::vector<std::string> profiles;  // enabled; "*" is all
  /// Told of each variable that an included file's env file gave; may be empty.
  std::function<void(const yaml::Variable&)> used = {};
};

struct Assembled {
  yaml::Document document;  // named as the first file
  Diagnostics problems;     // of the keys, and of how the files go together
  std::vector<LeftOut> impossible, ignored;
  std::set<std::string> reported;  // Context::reported
  std::map<std::string, Disabled> disabled;
  std::map<std::string, std::string> meant;  // a service without an image that only a later file
                                             // has → the earlier file's service of nearly that name
  std::vector<std::string> profiles;  // that services name, sorted
};

/// One file from disk, `${…}` replaced if wanted. Throws Error{input} where it is no YAML.
yaml::Document read_compose(const std::string& path, const std::string& shown_as,
                            const AssembleOptions& options, Diagnostics& problems);

/// `files` in the order of the command line, at least one; relative paths that they name mean
/// options.read.base_dir. With errors the result is what could be put together. What cannot be read
/// in a file that another one includes or extends, or has a variable that is not set, goes to
/// `problems` as for the files themselves; what is wrong with keys to the result, which `read`
/// adds.
Assembled assemble(std::vector<yaml::Document> files, const AssembleOptions& options,
                   Diagnostics& problems);

}  // namespace skep::stack
