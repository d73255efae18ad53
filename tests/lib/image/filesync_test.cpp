// The file transfer of a build session: the sender packet by packet, and over HTTP/2 with
// BuildKit's end played here.
#include "image/filesync.hpp"

#include "base/error.hpp"
#include "image/grpc.hpp"
#include "image/proto.hpp"
#include "image/session.hpp"
#include "support/catch.hpp"
#include "support/fake_engine.hpp"
#include "support/temp_dir.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace skep;
using namespace skep::image;
using skep::test::TempDir;

namespace {

constexpr std::size_t kMostOfPacket = 1 << 20;

struct Stat {
  std::string path;
  std::uint64_t mode = 0;
  std::uint64_t size = 0;
  std::string target;
};

struct Packet {
  std::uint64_t type = 0;
  std::uint64_t id = 0;
  std::optional<Stat> stat;
  std::string data;
};

Packet read_packet(std::string_view message) {
  Packet packet;
  ProtoReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 1) packet.type = field->value;
    if (field->number == 3) packet.id = field->value;
    if (field->number == 4) packet.data = field->bytes;
    if (field->number != 2) continue;
    packet.stat.emplace();
    ProtoReader stat(field->bytes);
    while (const auto part = stat.next()) {
      if (part->number == 1) packet.stat->path = part->bytes;
      if (part->number == 2) packet.stat->mode = part->value;
      if (part->number == 5) packet.stat->size = part->value;
      if (part->number == 7) packet.stat->target = part->bytes;
    }
  }
  return packet;
}

std::string request(std::uint64_t type, std::uint64_t id, const std::string& data = {}) {
  std::string message;
  put_varint(message, 1, type);
  put_varint(message, 3, id);
  put_bytes(message, 4, data);
  return message;
}

/// What the engine has of a folder.
struct Copy {
  std::vector<std::string> paths;
  std::map<std::string, std::string> files;
  std::map<std::string, Stat> stats;
  std::string status;  // grpc-status
  std::string message;
};

/// The receiver's side of one transfer: asks for each file as soon as it hears of it.
class Receiver {
 public:
  /// What to send upon a packet.
  std::vector<std::string> take(const Packet& packet) {
    std::vector<std::string> answers;
    if (packet.type == 0 && packet.stat) {
      copy.paths.push_back(packet.stat->path);
      copy.stats[packet.stat->path] = *packet.stat;
      if ((packet.stat->mode & ~07777ULL) == 0) {
        answers.push_back(request(1, copy.paths.size() - 1));
        copy.files[packet.stat->path];
        ++open_;
      }
    } else if (packet.type == 0) {
      told_ = true;
    } else if (packet.type == 2 && packet.data.empty()) {
      --open_;
    } else if (packet.type == 2) {
      copy.files[copy.paths.at(packet.id)] += packet.data;
    }
    if (told_ && open_ == 0 && !std::exchange(finished_, true)) answers.push_back(request(3, 0));
    return answers;
  }
  Copy copy;

 private:
  std::size_t open_ = 0;
  bool told_ = false;
  bool finished_ = false;
};

/// Without a network between them.
Copy copied(FileSender& sender) {
  Receiver receiver;
  while (!sender.done()) {
    const auto packet = sender.next();
    if (!packet && !sender.done()) throw std::runtime_error("both sides wait");
    for (const auto& answer : receiver.take(read_packet(*packet))) sender.take(answer);
  }
  return receiver.copy;
}

BuildOptions of_folder(const TempDir& folder, const std::string& dockerfile = "") {
  BuildOptions options;
  options.context = folder.path();
  options.dockerfile = dockerfile;
  return options;
}

Copy asked_for(const BuildOptions& options, const FolderQuestion& question) {
  const auto sender = folder_sender(options, find_dockerfile(options), question);
  REQUIRE(sender);
  return copied(*sender);
}

/// BuildKit's end of a session.
class BuildKit {
 public:
  explicit BuildKit(int fd) : fd_(fd) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(
        callbacks,
        [](nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name, std::size_t name_size,
           const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* self) {
          auto& copy = static_cast<BuildKit*>(self)->receiver_.copy;
          const std::string key(reinterpret_cast<const char*>(name), name_size);
          const std::string text(reinterpret_cast<const char*>(value), value_size);
          if (key == "grpc-status") copy.status = text;
          if (key == "grpc-message") copy.message = text;
          return 0;
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        callbacks, [](nghttp2_session* session, std::uint8_t, std::int32_t id,
                      const std::uint8_t* data, std::size_t size, void* self) {
          auto& kit = *static_cast<BuildKit*>(self);
          kit.received_.append(reinterpret_cast<const char*>(data), size);
          while (const auto message = take_grpc_message(kit.received_, kMostOfPacket)) {
            for (const auto& answer : kit.receiver_.take(read_packet(*message)))
              kit.to_send_ += grpc_frame(answer);
          }
          nghttp2_session_resume_data(session, id);
          return 0;
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        callbacks, [](nghttp2_session*, std::int32_t, std::uint32_t, void* self) {
          static_cast<BuildKit*>(self)->closed_ = true;
          return 0;
        });
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
  }
  ~BuildKit() {
    nghttp2_session_del(session_);
    ::close(fd_);
  }

  Copy fetch(const FolderQuestion& question) {
    receiver_ = {};
    received_.clear();
    to_send_.clear();
    closed_ = false;
    std::vector<std::pair<std::string, std::string>> headers{{":method", "POST"},
                                                             {":scheme", "http"},
                                                             {":path", kDiffCopy},
                                                             {":authority", "localhost"},
                                                             {"dir-name", question.folder}};
    for (const auto& path : question.paths) headers.emplace_back("followpaths", path);
    std::vector<nghttp2_nv> list;
    for (auto& [name, value] : headers) {
      list.push_back({reinterpret_cast<std::uint8_t*>(name.data()),
                      reinterpret_cast<std::uint8_t*>(value.data()), name.size(), value.size(),
                      NGHTTP2_NV_FLAG_NONE});
    }
    nghttp2_data_provider provider{
        .source = {.ptr = this},
        .read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t size,
                            std::uint32_t*, nghttp2_data_source* source, void*) -> ssize_t {
          auto& pending = static_cast<BuildKit*>(source->ptr)->to_send_;
          const auto count = std::min({size, pending.size(), std::size_t{7}});  // in small pieces
          if (count == 0) return NGHTTP2_ERR_DEFERRED;
          std::copy_n(pending.begin(), count, buffer);
          pending.erase(0, count);
          return static_cast<ssize_t>(count);
        }};
    nghttp2_submit_request(session_, nullptr, list.data(), list.size(), &provider, nullptr);
    std::array<std::uint8_t, 4096> buffer{};
    while (!closed_) {
      flush();
      const auto count = ::read(fd_, buffer.data(), buffer.size());
      if (count <= 0) break;
      if (nghttp2_session_mem_recv(session_, buffer.data(), static_cast<std::size_t>(count)) < 0)
        break;
      // The answer has ended: so does the request.
      if (!receiver_.copy.status.empty()) break;
    }
    return receiver_.copy;
  }

 private:
  void flush() {
    const std::uint8_t* data = nullptr;
    while (const auto size = nghttp2_session_mem_send(session_, &data)) {
      if (size < 0 || ::send(fd_, data, static_cast<std::size_t>(size), MSG_NOSIGNAL) != size)
        return;
    }
  }

  int fd_;
  nghttp2_session* session_ = nullptr;
  Receiver receiver_;
  std::string received_, to_send_;
  bool closed_ = false;
};

/// A session for this build, with `daemon` as BuildKit's end; what failed in it.
std::vector<std::string> with_folders(const BuildOptions& options,
                                      const std::function<void(BuildKit&)>& daemon) {
  test::FakeClock clock;
  test::FakeEngine engine(clock);
  std::mutex mutex;
  std::condition_variable ended;
  bool done = false;
  engine.on_upgrade = [&](const test::Call&, int fd) {
    BuildKit kit(fd);
    daemon(kit);
    const std::lock_guard lock(mutex);
    done = true;
    ended.notify_all();
  };
  std::vector<std::string> failures;
  const auto dockerfile = find_dockerfile(options);
  SessionOffer offer{.find_auth = [](const std::string&) { return std::nullopt; }};
  offer.find_folder = [&](const FolderQuestion& question) {
    return folder_sender(options, dockerfile, question);
  };
  offer.failed = [&](const Error& error) {
    const std::lock_guard lock(mutex);
    failures.emplace_back(error.what());
  };
  const auto session = open_session(engine, "id", "key", std::move(offer), {});
  std::unique_lock lock(mutex);
  ended.wait(lock, [&] { return done; });
  return failures;
}

}  // namespace

TEST_CASE("a context is sent without its Dockerfile where that is ignored", "[image]") {
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\nCOPY . /\n");
  folder.write(".dockerignore", "Dockerfile\nsecret*\n");
  folder.write("secret.pem", "x");
  folder.write("src/a-b", "1");
  folder.write("src/a/run", "#!/bin/sh\n", 0755);
  folder.write("src/empty", "");
  folder.write("src/big", std::string(200'000, 'x'));
  std::filesystem::create_symlink("a-b", folder.path() + "/src/link");
  const auto copy = asked_for(of_folder(folder), {"context", {}});
  // Folders before what is in them; "/" counts as lower than any other character.
  CHECK(copy.paths == std::vector<std::string>{".dockerignore", "src", "src/a", "src/a/run",
                                               "src/a-b", "src/big", "src/empty", "src/link"});
  CHECK(copy.files.at("src/a/run") == "#!/bin/sh\n");
  CHECK(copy.files.at("src/big") == std::string(200'000, 'x'));
  CHECK(copy.files.at("src/empty").empty());
  CHECK(copy.stats.at("src").mode == (1U << 31 | 0755));
  CHECK(copy.stats.at("src/a/run").mode == 0755);
  CHECK(copy.stats.at("src/big").size == 200'000);
  CHECK(copy.stats.at("src/link").mode == (1U << 27 | 0777));
  CHECK(copy.stats.at("src/link").target == "a-b");
  CHECK(copy.stats.at("src/link").size == 3);
}

TEST_CASE("the Dockerfile is a folder of its own, and so are the rules", "[image]") {
  const TempDir folder;
  const TempDir elsewhere;
  folder.write("a", "1");
  folder.write(".dockerignore", "b\n");
  const auto options = of_folder(folder, elsewhere.write("Other", "FROM scratch\n"));
  const auto alone = asked_for(options, {"dockerfile", {"Dockerfile", "Dockerfile.dockerignore"}});
  CHECK(alone.files == std::map<std::string, std::string>{{"Dockerfile", "FROM scratch\n"}});
  CHECK(asked_for(options, {"context", {".dockerignore"}}).files ==
        std::map<std::string, std::string>{{".dockerignore", "b\n"}});
  CHECK(folder_sender(options, find_dockerfile(options), {"other", {}}) == nullptr);
}

TEST_CASE("a file that cannot be sent as it was told ends the transfer with its name", "[image]") {
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  const auto path = folder.write("file", "12345");
  const auto sender =
      folder_sender(of_folder(folder), find_dockerfile(of_folder(folder)), {"context", {}});
  CHECK(read_packet(*sender->next()).stat->path == "Dockerfile");
  CHECK(read_packet(*sender->next()).stat->path == "file");
  sender->take(request(1, 1));
  SECTION("it shrank") {
    std::filesystem::resize_file(path, 2);
    CHECK_THROWS_WITH(sender->next(), path + " changed while it was read");
  }
  SECTION("it is gone") {
    std::filesystem::remove(path);
    CHECK_THROWS_WITH(sender->next(), "cannot read " + path + ": No such file or directory");
  }
  SECTION("it became a link") {
    std::filesystem::remove(path);
    std::filesystem::create_symlink("Dockerfile", path);
    CHECK_THROWS_WITH(sender->next(),
                      "cannot read " + path + ": Too many levels of symbolic links");
  }
}

TEST_CASE("a name that is not UTF-8 is named, since newer engines only refuse it", "[image]") {
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  folder.write("caf\xE9", "");
  const auto sender =
      folder_sender(of_folder(folder), find_dockerfile(of_folder(folder)), {"context", {}});
  CHECK(sender->next());
  CHECK_THROWS_WITH(sender->next(), "a name is not UTF-8: " + folder.path() + "/caf\xE9");
}

TEST_CASE("a packet that makes no sense is refused", "[image]") {
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  std::filesystem::create_directory(folder.path() + "/sub");
  const auto sender =
      folder_sender(of_folder(folder), find_dockerfile(of_folder(folder)), {"context", {}});
  while (sender->next()) {
  }
  CHECK_FALSE(sender->done());
  CHECK_THROWS_WITH(sender->take(request(1, 1)),
                    "BuildKit asks for the file 1, which is none");  // a folder
  CHECK_THROWS_WITH(sender->take(request(1, 7)), "BuildKit asks for the file 7, which is none");
  CHECK_THROWS_WITH(sender->take(request(4, 0, "no space")),
                    "BuildKit gave up the build context: no space");
  CHECK_THROWS_WITH(sender->take("\xFF\xFF"), "a message of BuildKit is broken");
  sender->take(request(3, 0));
  CHECK(read_packet(*sender->next()).type == 3);
  CHECK(sender->done());
  CHECK_FALSE(sender->next());
}

TEST_CASE("a session sends folders over HTTP/2, one after another", "[image]") {
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  folder.write(".dockerignore", "Dockerfile\n");
  folder.write("big", std::string(300'000, 'y'));  // longer than a window of HTTP/2
  folder.write("sub/small", "s");
  Copy dockerfile, rules, context, none;
  const auto failures = with_folders(of_folder(folder), [&](BuildKit& kit) {
    dockerfile = kit.fetch({"dockerfile", {"Dockerfile"}});
    rules = kit.fetch({"context", {".dockerignore"}});
    context = kit.fetch({"context", {}});
    none = kit.fetch({"other", {}});
  });
  CHECK(failures.empty());
  CHECK(dockerfile.files.at("Dockerfile") == "FROM scratch\n");
  CHECK(dockerfile.status == "0");
  CHECK(rules.paths == std::vector<std::string>{".dockerignore"});
  CHECK(context.paths == std::vector<std::string>{".dockerignore", "big", "sub", "sub/small"});
  CHECK(context.files.at("big") == std::string(300'000, 'y'));
  CHECK(context.status == "0");
  CHECK(none.status == "5");
  CHECK(none.message == "there is no folder other");
}

TEST_CASE("what fails in a transfer is kept, and the engine hears of it", "[image]") {
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  folder.write("caf\xE9", "");
  Copy context;
  const auto failures = with_folders(of_folder(folder), [&](BuildKit& kit) {
    context = kit.fetch({"context", {}});
  });
  CHECK(failures == std::vector<std::string>{"a name is not UTF-8: " + folder.path() + "/caf\xE9"});
  CHECK(context.status == "2");
}
