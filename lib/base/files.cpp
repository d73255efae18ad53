#include "base/files.hpp"

#include "base/error.hpp"
#include "base/units.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace skep {
namespace {

[[noreturn]] void fail(const char* doing, const std::string& path, int error) {
  throw Error(Kind::input,
              fmt::format("cannot {} {}: {}", doing, path, std::generic_category().message(error)));
}

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }
  int close() {
    const int result = ::close(fd_);
    fd_ = -1;
    return result;
  }

 private:
  int fd_;
};

/// Where a shell puts what it hands over: `<(command)`, `<file`.
bool is_handed_over(const std::string& path) {
  return path.starts_with("/dev/fd/") || path.starts_with("/proc/self/fd/") || path == "/dev/stdin";
}

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

[[noreturn]] void too_large(const std::string& path, std::size_t most) {
  throw Error(Kind::input,
              fmt::format("cannot read {}: it is larger than {}", path, format_size(most)));
}

void require_a_file(int fd, const std::string& path, std::size_t most) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) fail("read", path, errno);
  if (S_ISREG(status.st_mode)) {
    if (static_cast<std::uintmax_t>(status.st_size) > most) too_large(path, most);
    return;
  }
  if (S_ISFIFO(status.st_mode) && is_handed_over(path)) {
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    return;
  }
  throw Error(Kind::input, fmt::format("cannot read {}: it is {}", path, kind_of(status.st_mode)));
}

/// A file that is unlinked at the end unless it was renamed.
struct Temporary {
  std::string path;
  ~Temporary() {
    if (!path.empty()) ::unlink(path.c_str());
  }
};

}  // namespace

std::string read_file(const std::string& path, std::size_t most) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.fd() < 0) fail("read", path, errno);
  require_a_file(file.fd(), path, most);
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t count = ::read(file.fd(), buffer.data(), buffer.size());
    if (count == 0) return text;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read", path, errno);
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > most) too_large(path, most);
  }
}

bool file_exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

void write_file(const std::string& path, std::string_view text, unsigned mode) {
  struct stat there {};
  if (::lstat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode) && !S_ISLNK(there.st_mode))
    throw Error(Kind::input,
                fmt::format("cannot write {}: it is {}", path, kind_of(there.st_mode)));
  Temporary temporary{path + ".XXXXXX"};
  File file(::mkostemp(temporary.path.data(), O_CLOEXEC));  // 0600 until it is whole
  if (file.fd() < 0) {
    const int error = errno;
    temporary.path.clear();
    fail("write", path, error);
  }
  while (!text.empty()) {
    const ssize_t count = ::write(file.fd(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("write", path, errno);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::fchmod(file.fd(), mode) != 0 || file.close() != 0) fail("write", path, errno);
  if (::rename(temporary.path.c_str(), path.c_str()) != 0) fail("write", path, errno);
  temporary.path.clear();
}

std::string absolute_path(const std::string& base, const std::string& path) {
  const std::filesystem::path joined = std::filesystem::path(base) / path;
  std::string text = joined.lexically_normal().string();
  if (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

std::string folder_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

}  // namespace skep
