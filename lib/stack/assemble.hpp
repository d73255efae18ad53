#pragma once
// Compose files → one file with the same meaning: each file's keys are checked, what it includes
// and extends is added, later files are laid over earlier ones, and services whose profiles are not
// enabled are left out. Every node keeps the file and line that it came from.
#include "stack/cursor.hpp"
#include "yaml/dotenv.hpp"
#include "yaml/interpolate.hpp"

#include <functional>

namespace skep::stack {

struct AssembleOptions {
  ReadOptions read;
  /// For files that others extend or include; the documents given are interpolated already.
  yaml::Interpolation interpolation;
  bool interpolate = true;            // false: `${…}` stays as it is
  std::vector<std::string> profiles;  // enabled; "*" is all
  /// Called for each variable that an included file's env file gave; may be empty.
  std::function<void(const yaml::Variable&)> used = {};
};

struct Assembled {
  yaml::Document document;  // named as the first file
  Diagnostics problems;     // with keys, and with how the files fit together
  std::vector<LeftOut> impossible, ignored;
  std::set<std::string> reported;  // Context::reported
  std::map<std::string, Disabled> disabled;
  /// Probable typing mistakes: a service without an image that only a later file has → an earlier
  /// file's service of nearly that name.
  std::map<std::string, std::string> meant;
  std::vector<std::string> profiles;  // that services name, sorted
};

/// One file from disk, `${…}` replaced if wanted. Throws Error{input} when it is not YAML.
yaml::Document read_compose(const std::string& path, const std::string& shown_as,
                            const AssembleOptions& options, Diagnostics& problems);

/// `files` in the order of the command line, at least one. Relative paths in them start in
/// options.read.base_dir. With errors, the result is what could be put together. Two sorts of
/// problems: what cannot be read, and variables that are not set, go to `problems`, for files that
/// others include or extend too; problems with keys are in the result, and `read` adds them.
Assembled assemble(std::vector<yaml::Document> files, const AssembleOptions& options,
                   Diagnostics& problems);

}  // namespace skep::stack
