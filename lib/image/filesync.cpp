#include "image/filesync.hpp"

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "image/proto.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <utility>

namespace skep::image {

namespace {

constexpr std::size_t kFileChunk = 32768;

// Packet{type=1, stat=2, ID=3, data=4} and its types.
enum PacketType : std::uint64_t { kStat = 0, kRequest = 1, kData = 2, kFinish = 3, kFailure = 4 };

std::string packet(std::uint64_t type, std::uint32_t id = 0, std::string_view data = {}) {
  std::string message;
  put_varint(message, 1, type);
  put_varint(message, 3, id);
  put_bytes(message, 4, data);
  return message;
}

/// Go's os.FileMode.
std::uint32_t mode_of_go(std::uint32_t mode) {
  std::uint32_t result = mode & 0777;
  const auto add = [&](bool is, unsigned bit) {
    if (is) result |= 1U << bit;
  };
  add(S_ISDIR(mode), 31);
  add(S_ISLNK(mode), 27);
  add(S_ISCHR(mode) || S_ISBLK(mode), 26);
  add(S_ISFIFO(mode), 25);
  add((mode & S_ISUID) != 0, 23);
  add((mode & S_ISGID) != 0, 22);
  add(S_ISCHR(mode), 21);
  add((mode & S_ISVTX) != 0, 20);
  return result;
}

/// Newer engines refuse the whole transfer for it, and do not say which.
void require_utf8(const ContextEntry& entry) {
  if (valid_utf8(entry.path) && valid_utf8(entry.target)) return;
  throw Error(Kind::input, fmt::format("a name is not UTF-8: {}", entry.source),
              "rename it, or name it in .dockerignore");
}

}  // namespace

/// What is being sent.
struct FileSender::File {
  std::uint32_t id = 0;
  std::unique_ptr<ContextFile> on_disk;
  std::size_t sent = 0;  // of `content_`
};

FileSender::FileSender(NextEntry next, std::optional<std::string> content)
    : next_(std::move(next)), content_(std::move(content)) {}

FileSender::~FileSender() = default;

void FileSender::take(std::string_view packet) {
  ProtoReader reader(packet);
  std::uint64_t type = kStat;
  std::uint64_t id = 0;
  std::string_view data;
  while (const auto field = reader.next()) {
    if (field->number == 1) type = field->value;
    if (field->number == 3) id = field->value;
    if (field->number == 4) data = field->bytes;
  }
  if (type == kRequest) {
    if (id >= told_.size() || !told_[id])
      throw Error(Kind::rejected, fmt::format("BuildKit asks for the file {}, which is none", id));
    asked_.push_back(static_cast<std::uint32_t>(id));
  } else if (type == kFinish) {
    finished_ = true;
  } else if (type == kFailure) {
    throw Error(Kind::rejected, fmt::format("BuildKit gave up the build context: {}", data));
  }
}

/// What was asked for goes before more entries: else the engine holds a pipe open for each.
std::optional<std::string> FileSender::next() {
  if (done_) return std::nullopt;
  if (!file_ && !asked_.empty()) {
    open(asked_.front());
    asked_.pop_front();
  }
  if (file_) return chunk();
  if (!all_told_) {
    if (const auto entry = next_()) return tell(*entry);
    all_told_ = true;
    return packet(kStat);
  }
  if (!finished_) return std::nullopt;
  done_ = true;
  return packet(kFinish);
}

/// Stat{path=1, mode=2, uid=3, gid=4, size=5, modTime=6, linkname=7, devmajor=8, devminor=9}; the
/// owner is root.
std::string FileSender::tell(const ContextEntry& entry) {
  require_utf8(entry);
  const bool is_file = S_ISREG(entry.mode);
  const bool is_link = S_ISLNK(entry.mode);
  std::string stat;
  put_bytes(stat, 1, entry.path);
  put_varint(stat, 2, is_link ? mode_of_go(S_IFLNK | 0777) : mode_of_go(entry.mode));
  if (is_file) put_varint(stat, 5, entry.size);
  if (is_link) put_varint(stat, 5, entry.target.size());
  put_varint(stat, 6, static_cast<std::uint64_t>(entry.modified * 1'000'000'000));
  put_bytes(stat, 7, entry.target);
  if (S_ISCHR(entry.mode) || S_ISBLK(entry.mode)) {
    put_varint(stat, 8, major(entry.device));
    put_varint(stat, 9, minor(entry.device));
  }
  told_.push_back(is_file ? std::optional(entry) : std::nullopt);
  std::string message;
  put_bytes(message, 2, stat);
  return message;
}

void FileSender::open(std::uint32_t id) {
  file_ = std::make_unique<File>();
  file_->id = id;
  if (content_) return;
  const ContextEntry& entry = *told_[id];
  file_->on_disk = std::make_unique<ContextFile>(entry);
  if (file_->on_disk->size() != entry.size) {
    throw Error(Kind::input, fmt::format("{} changed while it was read", entry.source),
                "build again when nothing writes into the build context, or name the file in "
                ".dockerignore");
  }
}

/// An empty one is the file's end.
std::string FileSender::chunk() {
  std::array<char, kFileChunk> buffer{};
  std::size_t count = 0;
  if (content_) {
    count = std::min(buffer.size(), content_->size() - file_->sent);
    std::memcpy(buffer.data(), content_->data() + file_->sent, count);
    file_->sent += count;
  } else {
    count = file_->on_disk->read(buffer.data(), buffer.size());
  }
  auto message = packet(kData, file_->id, {buffer.data(), count});
  if (count == 0) file_.reset();
  return message;
}

std::unique_ptr<FileSender> folder_sender(const BuildOptions& options, const Dockerfile& dockerfile,
                                          const FolderQuestion& question) {
  if (question.folder == "dockerfile") {
    ContextEntry entry{.path = "Dockerfile", .source = dockerfile.path, .target = {}};
    entry.mode = S_IFREG | 0644;
    entry.size = dockerfile.content.size();
    return std::make_unique<FileSender>(
        [entry, told = false]() mutable -> std::optional<ContextEntry> {
          if (std::exchange(told, true)) return std::nullopt;
          return entry;
        },
        dockerfile.content);
  }
  if (question.folder != "context") return nullptr;
  // The rules are skep's to apply. The engine asks for their file alone before it asks for the
  // rest.
  const bool rules_alone = question.paths == std::vector<std::string>{".dockerignore"};
  auto walk =
      std::make_shared<ContextWalk>(options.context, read_ignore_rules(options, dockerfile));
  return std::make_unique<FileSender>([walk, rules_alone] {
    auto entry = walk->next();
    while (rules_alone && entry && entry->path != ".dockerignore") entry = walk->next();
    return entry;
  });
}

}  // namespace skep::image
