#pragma once
// Files that are compiled into the program (cmake/SkepEmbed.cmake writes the definitions).
#include <span>
#include <string_view>

namespace skep {

struct EmbeddedFile {
  std::string_view path;  // relative to the folder below, for example "web/stack.yml"
  std::string_view text;
};

/// templates/: all files of all built-in templates, sorted by path.
std::span<const EmbeddedFile> embedded_templates();
/// lib/mongo: the one script.
std::span<const EmbeddedFile> embedded_mongo();
/// cmd: the one completion script.
std::span<const EmbeddedFile> embedded_completion();

}  // namespace skep
