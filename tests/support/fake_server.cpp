#include "support/fake_server.hpp"

#include "base/error.hpp"
#include "support/fake_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace skep::test {

namespace {

int listen_unix(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(fd, 64) != 0) {
    throw std::logic_error("fake server: cannot listen at " + path);
  }
  return fd;
}

int listen_tcp(int& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd, 64) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::logic_error("fake server: cannot listen on 127.0.0.1");
  }
  port = ntohs(address.sin_port);
  return fd;
}

std::string make_folder() {
  std::string name = "/tmp/skep-fake-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::logic_error("fake server: no temporary folder");
  return name;
}

/// Reads more into `buffer`; false at the end.
bool read_more(int fd, std::string& buffer) {
  std::array<char, 16 * 1024> piece{};
  const auto count = ::recv(fd, piece.data(), piece.size(), 0);
  if (count <= 0) return false;
  buffer.append(piece.data(), static_cast<std::size_t>(count));
  return true;
}

/// Takes one line off the front of `buffer`, reading as needed.
std::string take_line(int fd, std::string& buffer) {
  auto end = buffer.find("\r\n");
  while (end == std::string::npos && read_more(fd, buffer)) end = buffer.find("\r\n");
  if (end == std::string::npos) return {};
  auto line = buffer.substr(0, end);
  buffer.erase(0, end + 2);
  return line;
}

std::string take_bytes(int fd, std::string& buffer, std::size_t size) {
  while (buffer.size() < size && read_more(fd, buffer)) {
  }
  auto bytes = buffer.substr(0, size);
  buffer.erase(0, size);
  return bytes;
}

std::string take_body(int fd, std::string& buffer, const http::Response& head) {
  if (head.header("Transfer-Encoding") != "chunked") {
    const auto length = head.header("Content-Length");
    return length.empty() ? std::string() : take_bytes(fd, buffer, std::stoul(length));
  }
  std::string body;
  for (;;) {
    const auto size = std::stoul(take_line(fd, buffer), nullptr, 16);
    body += take_bytes(fd, buffer, size);
    take_line(fd, buffer);
    if (size == 0) return body;
  }
}

std::string decode(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      plain += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

http::Pairs parse_query(const std::string& text) {
  http::Pairs query;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('&', at), text.size());
    const auto pair = text.substr(at, end - at);
    const auto equals = pair.find('=');
    query.emplace_back(decode(pair.substr(0, equals)), decode(pair.substr(equals + 1)));
    at = end + 1;
  }
  return query;
}

/// What a real engine sends piece by piece.
bool is_stream(const std::string& path) {
  return path == "/build" || path == "/events" || path.ends_with("/push") ||
         path.ends_with("/logs");
}

std::string chunk(std::string_view piece) {
  return fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
}

/// Moves bytes between the socket and the fake's stream until one side ends.
void pump(int fd, engine::ByteStream& stream) {
  std::array<char, 4096> buffer{};
  for (;;) {
    std::array<pollfd, 2> fds{pollfd{fd, POLLIN, 0}, pollfd{stream.fd(), POLLIN, 0}};
    ::poll(fds.data(), fds.size(), -1);
    if (fds[0].revents != 0) {
      const auto count = ::recv(fd, buffer.data(), buffer.size(), 0);
      if (count <= 0) {
        stream.shutdown_write();
        return;
      }
      stream.write({buffer.data(), static_cast<std::size_t>(count)});
    }
    if (fds[1].revents != 0) {
      const auto count = stream.read(buffer.data(), buffer.size());
      if (count == 0) return;
      write_all(fd, {buffer.data(), count});
    }
  }
}

}  // namespace

FakeServer::FakeServer(Handler handler) : handler_(std::move(handler)), folder_(make_folder()) {
  path_ = folder_ + "/docker.sock";
  listeners_ = {listen_unix(path_), listen_tcp(port_)};
  for (const int listener : listeners_)
    threads_.emplace_back([this, listener] { accept_loop(listener); });
}

FakeServer::FakeServer(engine::Transport& engine)
    : FakeServer([this, &engine](int fd) { serve(engine, fd); }) {}

FakeServer::~FakeServer() {
  std::vector<std::jthread> threads;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    for (const int fd : listeners_) ::shutdown(fd, SHUT_RDWR);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    threads.swap(threads_);
  }
  threads.clear();
  for (const int fd : listeners_) ::close(fd);
  ::unlink(path_.c_str());
  ::rmdir(folder_.c_str());
}

std::string FakeServer::tcp_address() const {
  return fmt::format("127.0.0.1:{}", port_);
}

int FakeServer::connections() const {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

std::vector<std::string> FakeServer::versions() const {
  const std::lock_guard lock(mutex_);
  return versions_;
}

void FakeServer::accept_loop(int listener) {
  for (;;) {
    const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::lock_guard lock(mutex_);
    if (ending_) {
      ::close(fd);
      return;
    }
    ++accepted_;
    open_.push_back(fd);
    threads_.emplace_back([this, fd] {
      handler_(fd);
      const std::lock_guard closing(mutex_);
      std::erase(open_, fd);
      ::close(fd);
    });
  }
}

void FakeServer::serve(engine::Transport& engine, int fd) {
  std::string buffer;
  while (serve_one(engine, fd, buffer)) {
  }
}

bool FakeServer::serve_one(engine::Transport& engine, int fd, std::string& buffer) {
  const auto first = take_line(fd, buffer);
  if (first.empty()) return false;
  http::Response head;
  for (auto line = take_line(fd, buffer); !line.empty(); line = take_line(fd, buffer)) {
    const auto colon = line.find(": ");
    head.headers.emplace_back(line.substr(0, colon), line.substr(std::min(line.size(), colon + 2)));
  }
  const auto method_end = first.find(' ');
  auto target = first.substr(method_end + 1, first.rfind(' ') - method_end - 1);
  if (target.starts_with("/v1.")) {
    const auto slash = target.find('/', 1);
    const std::lock_guard lock(mutex_);
    versions_.push_back(target.substr(1, slash - 1));
    target.erase(0, slash);
  }
  const auto question = std::min(target.find('?'), target.size());
  const engine::Request request{
      .method = first.substr(0, method_end),
      .path = decode(target.substr(0, question)),
      .query = parse_query(target.substr(std::min(target.size(), question + 1))),
      .headers = head.headers,
      .body = http::body_of(take_body(fd, buffer, head))};
  bool begun = false;
  try {
    if (!head.header("Upgrade").empty()) {
      const auto stream = engine.upgrade(request);
      write_all(fd, "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
      pump(fd, *stream);
      return false;
    }
    const engine::BodySink chunks = [&](std::string_view piece) {
      if (!begun) write_all(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      begun = true;
      write_all(fd, chunk(piece));
    };
    const auto answer = engine.send(request, is_stream(request.path) ? chunks : engine::BodySink());
    if (begun) {
      write_all(fd, chunk({}));
      return true;
    }
    std::string headers;
    for (const auto& [name, value] : answer.headers)
      headers += fmt::format("{}: {}\r\n", name, value);
    write_all(fd, answer_text(answer.body, answer.status, headers));
    return true;
  } catch (const Error& error) {
    if (!begun && error.kind() == Kind::rejected) {
      write_all(fd, answer_text(dump_json({{"message", error.message()}}), 400));
      return true;
    }
    return false;  // the fake cut the connection
  }
}

std::string read_head(int fd) {
  std::string head;
  char byte = 0;
  while (!head.ends_with("\r\n\r\n")) {
    if (::recv(fd, &byte, 1, 0) != 1) return {};
    head += byte;
  }
  return head;
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string answer_text(const std::string& body, int status, const std::string& more_headers) {
  return fmt::format("HTTP/1.1 {} Status\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(),
                     more_headers, body);
}

}  // namespace skep::test
