#include "image/context.hpp"

#include "base/error.hpp"
#include "base/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace skep::image {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const char* doing, const std::string& path, int error) {
  throw Error(Kind::input, fmt::format("cannot {} {}: {}", doing, path, std::strerror(error)));
}

/// `path` relative to `root`, or nullopt when it is not below it.
std::optional<std::string> below(const std::string& root, const std::string& path) {
  const auto prefix = root.ends_with('/') ? root : root + "/";
  if (!path.starts_with(prefix)) return std::nullopt;
  return path.substr(prefix.size());
}

std::string real_path(const std::string& path) {
  std::error_code failed;
  auto real = fs::canonical(path, failed);
  return failed ? path : real.string();
}

std::string read_link(const std::string& path) {
  std::error_code failed;
  auto target = fs::read_symlink(path, failed);
  if (failed) fail("read the link", path, failed.value());
  return target.string();
}

std::int64_t modified_ns(const struct stat& status) {
  return status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
}

}  // namespace

Dockerfile find_dockerfile(const BuildOptions& options) {
  const auto wanted = options.dockerfile.empty() ? "Dockerfile" : options.dockerfile;
  auto path = absolute_path(options.context, wanted);
  if (!file_exists(path) && wanted == "Dockerfile") {
    if (const auto lower = absolute_path(options.context, "dockerfile"); file_exists(lower))
      path = lower;
  }
  if (!file_exists(path)) {
    throw Error(Kind::input, fmt::format("there is no Dockerfile {}", path),
                "build: {context: FOLDER, dockerfile: PATH} names another one");
  }
  const auto name = below(absolute_path("/", options.context), path);
  if (name && !below(real_path(options.context), real_path(path))) {
    throw Error(Kind::input,
                fmt::format("the Dockerfile {} is a link to a file outside of the context", path),
                "name that file itself: build: {context: FOLDER, dockerfile: PATH}");
  }
  Dockerfile found{.path = path, .name = {}, .content = read_file(path)};
  found.outside = !name || !below(real_path(options.context), real_path(path));
  found.name = found.outside ? "Dockerfile" : *name;
  return found;
}

IgnoreRules read_ignore_rules(const BuildOptions& options, const Dockerfile& dockerfile) {
  for (const auto& path :
       {dockerfile.path + ".dockerignore", absolute_path(options.context, ".dockerignore")}) {
    if (file_exists(path)) return {read_file(path), path};
  }
  return {};
}

bool is_in_context(const BuildOptions& options, const Dockerfile& dockerfile) {
  if (dockerfile.outside) return false;
  const auto rules = read_ignore_rules(options, dockerfile);
  std::optional<IgnoreRules::Verdict> verdict;
  for (std::size_t at = 0; at != std::string::npos;) {
    at = dockerfile.name.find('/', at + 1);
    const auto path = dockerfile.name.substr(0, at);
    auto here = rules.judge(path, verdict ? &*verdict : nullptr);
    // A folder in which nothing can be an exception is not looked into.
    if (at != std::string::npos && here.ignored && !rules.may_except_below(path)) return false;
    verdict = std::move(here);
  }
  return !verdict->ignored;
}

ContextWalk::ContextWalk(std::string root, IgnoreRules rules)
    : root_(std::move(root)), rules_(std::move(rules)) {
  folders_.push_back({.path = {}, .names = names_in("", false), .verdict = {}, .held = {}});
}

std::optional<ContextEntry> ContextWalk::next() {
  while (ready_.empty()) {
    if (folders_.empty()) return std::nullopt;
    auto& folder = folders_.back();
    if (folder.at == folder.names.size()) {
      folders_.pop_back();
      continue;
    }
    const auto& name = folder.names[folder.at++];
    visit(folder.path.empty() ? name : folder.path + "/" + name);
  }
  auto entry = std::move(ready_.front());
  ready_.pop_front();
  return entry;
}

std::vector<std::string> ContextWalk::names_in(const std::string& path, bool ignored) const {
  const auto source = path.empty() ? root_ : root_ + "/" + path;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(source.c_str()), ::closedir);
  if (!folder) {
    if (ignored && errno == EACCES) return {};
    fail("read the build context", source, errno);
  }
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const auto* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  if (errno != 0) fail("read the build context", source, errno);
  std::sort(names.begin(), names.end());
  return names;
}

void ContextWalk::visit(const std::string& path) {
  ContextEntry entry{.path = path, .source = root_ + "/" + path, .target = {}};
  struct stat status {};
  if (::lstat(entry.source.c_str(), &status) != 0) {
    if (errno == ENOENT) return;  // gone since the folder was listed: as if it had never been there
    fail("read the build context", entry.source, errno);
  }
  if (S_ISSOCK(status.st_mode)) return;
  entry.mode = status.st_mode;
  entry.device = status.st_rdev;
  entry.modified = status.st_mtim.tv_sec;
  entry.size = static_cast<std::uint64_t>(status.st_size);

  const bool top = folders_.back().path.empty();
  auto verdict = rules_.judge(path, top ? nullptr : &folders_.back().verdict);
  const bool sent = !verdict.ignored;
  if (S_ISDIR(status.st_mode)) {
    if (!sent && !rules_.may_except_below(path)) return;
    if (sent) emit(entry);
    auto names = names_in(path, !sent);
    folders_.push_back(
        {.path = path, .names = std::move(names), .verdict = std::move(verdict), .held = {}});
    if (!sent) folders_.back().held = std::move(entry);
    return;
  }
  if (!sent) return;
  if (S_ISLNK(status.st_mode)) entry.target = read_link(entry.source);
  emit(std::move(entry));
}

void ContextWalk::emit(ContextEntry entry) {
  for (auto& folder : folders_) {
    if (!folder.held) continue;
    ready_.push_back(std::move(*folder.held));
    folder.held.reset();
  }
  ready_.push_back(std::move(entry));
}

ContextFile::ContextFile(const ContextEntry& entry)
    : path_(entry.source), fd_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) {
  if (fd_ < 0) fail("read", path_, errno);
  struct stat status {};
  if (::fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(fd_);
    throw Error(Kind::input, fmt::format("{} changed while it was read", path_));
  }
  size_ = left_ = static_cast<std::uint64_t>(status.st_size);
  modified_ns_ = modified_ns(status);
}

ContextFile::~ContextFile() {
  ::close(fd_);
}

std::size_t ContextFile::read(char* buffer, std::size_t size) {
  if (left_ == 0) {
    check_unchanged();
    return 0;
  }
  for (;;) {
    const auto count = ::read(fd_, buffer, std::min<std::uint64_t>(size, left_));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read", path_, errno);
    if (count == 0) check_unchanged();
    left_ -= static_cast<std::uint64_t>(count);
    return static_cast<std::size_t>(count);
  }
}

void ContextFile::check_unchanged() const {
  struct stat status {};
  const bool same = ::fstat(fd_, &status) == 0 && left_ == 0 &&
                    static_cast<std::uint64_t>(status.st_size) == size_ &&
                    modified_ns(status) == modified_ns_;
  if (same) return;
  throw Error(
      Kind::input, fmt::format("{} changed while it was read", path_),
      "build again when nothing writes into the build context, or name the file in .dockerignore");
}

}  // namespace skep::image
