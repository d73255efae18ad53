#pragma once
// A real unix socket for the tests of libcurl's path. Either a handler gets each connection raw, or
// it speaks a little HTTP/1.1 (keep-alive, chunked, upgrade) in front of a Transport such as
// FakeEngine, whose cuts then cut the socket.
#include "engine/transport.hpp"
#include "http/message.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace skep::test {

/// Accepts connections in a folder of its own; each runs on a thread of its own.
class FakeServer {
 public:
  using Handler = std::function<void(int fd)>;
  explicit FakeServer(Handler handler);
  /// Speaks HTTP in front of `engine`: "/v1.NN" is cut off the path and kept in versions().
  explicit FakeServer(engine::Transport& engine);
  /// Ends all connections and waits for their threads.
  ~FakeServer();
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  const std::string& path() const { return path_; }
  /// TCP on 127.0.0.1 too, for tests of fetch(): "127.0.0.1:PORT".
  std::string tcp_address() const;
  int connections() const;
  std::vector<std::string> versions() const;

 private:
  void accept_loop(int listener);
  void serve(engine::Transport& engine, int fd);
  bool serve_one(engine::Transport& engine, int fd, std::string& buffer);

  Handler handler_;
  std::string folder_;
  std::string path_;
  std::vector<int> listeners_;
  int port_ = 0;
  mutable std::mutex mutex_;
  bool ending_ = false;
  int accepted_ = 0;
  std::vector<int> open_;
  std::vector<std::string> versions_;
  std::vector<std::jthread> threads_;
};

/// What a raw handler needs. read_head reads up to the empty line; "" when the peer closed.
std::string read_head(int fd);
/// Writes all, also to a peer that is gone.
void write_all(int fd, std::string_view bytes);
/// "HTTP/1.1 200 OK" with Content-Length and this body.
std::string answer_text(const std::string& body, int status = 200,
                        const std::string& more_headers = {});

}  // namespace skep::test
