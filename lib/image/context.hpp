#pragma once
// A build context: which files of a folder are sent, in a fixed order, and as a tar stream. Memory
// does not grow with the size of the files.
#include "engine/transport.hpp"
#include "image/ignore.hpp"
#include "image/image.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace skep::image {

/// The Dockerfile of a build, found and read.
struct Dockerfile {
  std::string path;  // absolute
  std::string name;  // its name in the context; "Dockerfile" if it is outside
  std::string
      content;  // for messages about its lines, and to send it when it is not in the context
  bool outside = false;
};
/// `dockerfile` as in BuildOptions. "Dockerfile" may be written "dockerfile", as docker takes it. A
/// symbolic link that leads out of the context counts as outside. Throws Error{input} when there is
/// no such file.
Dockerfile find_dockerfile(const BuildOptions& options);

/// <dockerfile>.dockerignore beside the Dockerfile, else .dockerignore of the context (BuildKit's
/// precedence). Throws Error{input} with the line of a malformed pattern.
IgnoreRules read_ignore_rules(const BuildOptions& options, const Dockerfile& dockerfile);

/// Whether the Dockerfile is among the files of its context. If not, COPY must not see it, and it
/// is sent to the engine separately.
bool is_in_context(const BuildOptions& options, const Dockerfile& dockerfile);

struct ContextEntry {
  std::string path;        // relative to the context, with "/"
  std::string source;      // on the disk
  std::string target;      // of a symbolic link
  std::uint32_t mode = 0;  // st_mode
  std::uint64_t device = 0;
  std::int64_t modified = 0;  // seconds since 1970
  std::uint64_t size = 0;     // of a regular file
};

/// Walks through a context: folders before their contents, names in byte order, without ignored
/// files and sockets.
class ContextWalk {
 public:
  /// Throws Error{input} when the context is not a folder that can be read.
  ContextWalk(std::string root, IgnoreRules rules);
  /// nullopt at the end. Throws Error{input} naming what cannot be read.
  std::optional<ContextEntry> next();

 private:
  struct Folder {
    std::string path;
    std::vector<std::string> names;
    std::size_t at = 0;
    IgnoreRules::Verdict verdict;
    std::optional<ContextEntry>
        held;  // an ignored folder: it is sent only if something below it is
  };
  std::vector<std::string> names_in(const std::string& path, bool ignored) const;
  void visit(const std::string& path);
  void emit(ContextEntry entry);

  std::string root_;
  IgnoreRules rules_;
  std::vector<Folder> folders_;
  std::deque<ContextEntry> ready_;
};

/// A file of a context; it must have exactly the size that it had when it was opened.
class ContextFile {
 public:
  /// Throws Error{input} when it cannot be opened.
  explicit ContextFile(const ContextEntry& entry);
  ~ContextFile();
  ContextFile(const ContextFile&) = delete;
  ContextFile& operator=(const ContextFile&) = delete;
  std::uint64_t size() const { return size_; }
  /// 0 at the end. Throws Error{input} when the file is shorter, longer or newer than it was when
  /// it was opened.
  std::size_t read(char* buffer, std::size_t size);

 private:
  void check_unchanged() const;

  std::string path_;
  int fd_;
  std::uint64_t size_ = 0;
  std::uint64_t left_ = 0;
  std::int64_t modified_ns_ = 0;
};

/// The context as a tar stream (GNU's format), owned by root. If something cannot be read, `next`
/// throws Error{input}: a tar is never cut short. `dockerfile` decides which ignore rules count.
engine::BodySource context_tar(const BuildOptions& options, const Dockerfile& dockerfile);

}  // namespace skep::image
