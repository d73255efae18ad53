#pragma once
// Reading and writing whole files. Everything throws Error{input} with the path and the reason.
#include <string>
#include <string_view>

namespace skep {

/// More than anything that skep reads whole.
inline constexpr std::size_t kLargestFile = std::size_t{64} * 1024 * 1024;

/// A regular file, or what a shell hands over as /dev/fd/N or /dev/stdin; never another device or a
/// FIFO, which would be waited for. At most `most` bytes.
std::string read_file(const std::string& path, std::size_t most = kLargestFile);
bool file_exists(const std::string& path);
/// Writes to a temporary file beside it and renames that: a reader never sees half a file. Throws
/// when `path` is not a file (a device, a folder). `mode` as in chmod.
void write_file(const std::string& path, std::string_view text, unsigned mode = 0644);
/// `path` when it is absolute, else below `base`; lexically normalised.
std::string absolute_path(const std::string& base, const std::string& path);
/// What stands before the last "/"; "" where there is none.
std::string folder_of(const std::string& path);

}  // namespace skep
