#pragma once
// The client's side of BuildKit's file transfer (tonistiigi/fsutil send.go, types/wire.proto): skep
// lists the entries, the engine asks for contents. Used where a tar would put the Dockerfile among
// the files that COPY sees.
#include "image/context.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skep::image {

/// Gives the next entry, in the order of ContextWalk; nullopt at the end.
using NextEntry = std::function<std::optional<ContextEntry>()>;

/// One transfer. Memory does not grow with the size of the files.
class FileSender {
 public:
  /// Files come from the disk, or all of them from `content` when it is given.
  explicit FileSender(NextEntry next, std::optional<std::string> content = {});
  ~FileSender();
  FileSender(const FileSender&) = delete;
  FileSender& operator=(const FileSender&) = delete;

  /// Takes a packet from the engine. Throws Error{rejected} for one that makes no sense, or in
  /// which the engine gives up.
  void take(std::string_view packet);
  /// The next packet to send; nullopt when the engine must speak first, or at the end. Throws
  /// Error{input} naming the file that cannot be read, changed, or has a name that is not UTF-8.
  std::optional<std::string> next();
  /// Everything that was asked for has been sent.
  bool done() const { return done_; }

 private:
  std::string tell(const ContextEntry& entry);
  void open(std::uint32_t id);
  std::string chunk();

  struct File;
  NextEntry next_;
  std::optional<std::string> content_;
  std::vector<std::optional<ContextEntry>> told_;  // by id; nullopt for entries that are not files
  bool all_told_ = false;
  std::deque<std::uint32_t> asked_;
  std::unique_ptr<File> file_;  // being sent
  bool finished_ = false;       // the engine has everything that it wants
  bool done_ = false;
};

/// What the engine asks for: the folder's name ("context", "dockerfile"), and the only paths that
/// it needs.
struct FolderQuestion {
  std::string folder;
  std::vector<std::string> paths;
};

/// Answers for a build whose Dockerfile is not in its context: the folder "dockerfile" has only
/// that, as "Dockerfile"; "context" has the files that are not ignored. nullptr for any other
/// folder.
std::unique_ptr<FileSender> folder_sender(const BuildOptions& options, const Dockerfile& dockerfile,
                                          const FolderQuestion& question);

}  // namespace skep::image
