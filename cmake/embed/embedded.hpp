#pragma once
// The files below templates/, compiled into the program (templates/CMakeLists.txt writes the
// definition).
#include <span>
#include <string_view>

namespace skep {

struct EmbeddedFile {
  std::string_view path;  // relative to templates/, for example "web/stack.yml"
  std::string_view text;
};

/// All files of all built-in templates, sorted by path.
std::span<const EmbeddedFile> embedded_templates();

}  // namespace skep
