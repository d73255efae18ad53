#pragma once
// Files, whole. Everything throws Error{input} naming the path and the reason.
#include <string>
#include <string_view>

namespace skep {

std::string read_file(const std::string& path);
bool file_exists(const std::string& path);
/// Writes to a temporary file beside it and renames: a reader never sees half. `mode` as in chmod.
void write_file(const std::string& path, std::string_view text, unsigned mode = 0644);
/// `path` when it is absolute, else below `base`; lexically normalised.
std::string absolute_path(const std::string& base, const std::string& path);

}  // namespace skep
