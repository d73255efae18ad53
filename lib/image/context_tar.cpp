#include "base/error.hpp"
#include "image/context.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <sys/stat.h>

namespace skep::image {

namespace {

constexpr std::size_t kChunk = 65536;

/// Writes one header or one chunk a turn, so that no more than that is ever held.
class TarStream {
 public:
  TarStream(const BuildOptions& options, const Dockerfile& dockerfile)
      : walk_(options.context, read_ignore_rules(options, dockerfile)),
        entry_(::archive_entry_new(), ::archive_entry_free),
        archive_(::archive_write_new(), ::archive_write_free) {
    // GNU's format takes names as bytes, of any length; pax wants them in UTF-8, which libarchive
    // cannot see in the C locale.
    check(::archive_write_set_format_gnutar(archive_.get()));
    check(::archive_write_set_bytes_per_block(archive_.get(), 0));
    check(::archive_write_open2(archive_.get(), this, nullptr, &TarStream::take, nullptr, nullptr));
    // BuildKit looks at the first 1,024 bytes to tell a tar from a Dockerfile. A first file with a
    // long name would need more than that, so the folder itself comes first.
    header({.path = "./", .source = options.context, .target = {}, .mode = S_IFDIR | 0755}, 0);
  }

  /// Freeing an archive writes what is left of its entry, as zeros and of any size: take() refuses
  /// that.
  ~TarStream() {
    ended_ = true;
    archive_.reset();
  }
  TarStream(const TarStream&) = delete;
  TarStream& operator=(const TarStream&) = delete;

  std::size_t next(char* buffer, std::size_t size) {
    while (at_ == pending_.size()) {
      pending_.clear();
      at_ = 0;
      if (ended_) return 0;
      turn();
    }
    const auto count = std::min(size, pending_.size() - at_);
    std::memcpy(buffer, pending_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  static la_ssize_t take(archive* /*archive*/, void* self, const void* data, std::size_t size) {
    auto& stream = *static_cast<TarStream*>(self);
    if (stream.ended_) return -1;
    try {
      stream.pending_.append(static_cast<const char*>(data), size);
    } catch (const std::bad_alloc&) {
      errno = ENOMEM;
      return -1;
    }
    return static_cast<la_ssize_t>(size);
  }

  void check(int result) const {
    if (result == ARCHIVE_OK) return;
    const char* why = ::archive_error_string(archive_.get());
    throw Error(Kind::internal,
                fmt::format("write the build context: {}", why ? why : "no reason given"));
  }

  void turn() {
    if (file_) {
      copy_chunk();
    } else if (auto entry = walk_.next()) {
      begin(*entry);
    } else {
      check(::archive_write_close(archive_.get()));
      ended_ = true;
    }
  }

  void copy_chunk() {
    const auto count = file_->read(chunk_.data(), chunk_.size());
    if (count == 0) {
      file_.reset();
    } else {
      write(chunk_.data(), count);
    }
  }

  void begin(const ContextEntry& entry) {
    std::uint64_t size = 0;
    if (S_ISREG(entry.mode)) {
      file_ = std::make_unique<ContextFile>(entry);
      size = file_->size();
    }
    header(entry, size);
  }

  void header(const ContextEntry& entry, std::uint64_t size) {
    auto* to = ::archive_entry_clear(entry_.get());
    ::archive_entry_set_pathname(to, entry.path.c_str());
    ::archive_entry_set_mode(to, entry.mode);
    ::archive_entry_set_mtime(to, entry.modified, 0);
    ::archive_entry_set_uid(to, 0);
    ::archive_entry_set_gid(to, 0);
    ::archive_entry_set_size(to, static_cast<la_int64_t>(size));
    if (S_ISLNK(entry.mode)) ::archive_entry_set_symlink(to, entry.target.c_str());
    if (S_ISCHR(entry.mode) || S_ISBLK(entry.mode)) ::archive_entry_set_rdev(to, entry.device);
    check(::archive_write_header(archive_.get(), to));
  }

  void write(const char* data, std::size_t size) {
    const auto written = ::archive_write_data(archive_.get(), data, size);
    if (written != static_cast<la_ssize_t>(size))
      check(written < 0 ? static_cast<int>(written) : ARCHIVE_FATAL);
  }

  ContextWalk walk_;
  std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry_;
  std::unique_ptr<ContextFile> file_;
  std::array<char, kChunk> chunk_{};
  std::string pending_;
  std::size_t at_ = 0;
  bool ended_ = false;
  std::unique_ptr<archive, int (*)(archive*)> archive_;  // freed first: it still writes
};

}  // namespace

engine::BodySource context_tar(const BuildOptions& options, const Dockerfile& dockerfile) {
  auto stream = std::make_shared<TarStream>(options, dockerfile);
  return {.next = [stream](char* buffer, std::size_t size) { return stream->next(buffer, size); },
          .size = std::nullopt};
}

}  // namespace skep::image
