#include "http/stream.hpp"

#include "base/error.hpp"
#include "http/connect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <limits>
#include <mutex>
#include <poll.h>
#include <sys/socket.h>

namespace skep::http {

namespace {

constexpr std::size_t kMaxHead = 64 * 1024;
constexpr std::size_t kMaxErrorBody = 1024 * 1024;

/// curl_easy_send and curl_easy_recv do not block and are not thread-safe, so they run under a
/// mutex and the waiting happens outside of it: one thread may read while another writes.
class CurlStream : public ByteStream {
 public:
  CurlStream(std::unique_ptr<Handle> handle, const Endpoint& endpoint, std::stop_token stop)
      : handle_(std::move(handle)), name_(endpoint.display), wake_(std::move(stop)) {}

  /// Connects; called once.
  void connect(const Endpoint& endpoint, const Request& request) {
    const auto code = handle_->drive(wake_);
    if (code != CURLE_OK) throw unreachable(*handle_, code, endpoint, request);
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(handle_->easy(), CURLINFO_ACTIVESOCKET, &socket);
    if (socket == CURL_SOCKET_BAD) throw Error(Kind::internal, "libcurl gave no socket");
    socket_ = socket;
  }

  std::size_t read(char* buffer, std::size_t size) override {
    for (;;) {
      wake_.check();
      std::size_t count = 0;
      const auto code =
          locked([&] { return curl_easy_recv(handle_->easy(), buffer, size, &count); });
      if (code == CURLE_OK) return count;
      if (code != CURLE_AGAIN) throw broken("read", code);
      wait(POLLIN);
    }
  }

  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      wake_.check();
      std::size_t count = 0;
      const auto code = locked(
          [&] { return curl_easy_send(handle_->easy(), bytes.data(), bytes.size(), &count); });
      if (code == CURLE_OK) {
        bytes.remove_prefix(count);
      } else if (code == CURLE_AGAIN) {
        wait(POLLOUT);
      } else {
        throw broken("write", code);
      }
    }
  }

  void shutdown_write() override {
    // libcurl has no half-close. Over TLS the end of the bytes without TLS's own word for it is
    // one too: the engine reads it as an end.
    if (::shutdown(socket_, SHUT_WR) != 0 && errno != ENOTCONN) {
      throw Error(Kind::unreachable,
                  fmt::format("shut down the stream to {}: {}", name_, std::strerror(errno)));
    }
  }

  int fd() const override { return socket_; }

  /// How long a wait may last, and all of them together from now on; zero is for ever.
  void set_patience(const Patience& patience) {
    patience_ = patience;
    begun_ = std::chrono::steady_clock::now();
  }

 private:
  template <typename F>
  CURLcode locked(F f) {
    const std::lock_guard lock(mutex_);
    return f();
  }

  void wait(short events) {
    std::array<pollfd, 2> fds{pollfd{.fd = socket_, .events = events, .revents = 0},
                              pollfd{.fd = wake_.fd(), .events = POLLIN, .revents = 0}};
    for (;;) {
      const auto [limit, seconds] = longest_wait();
      const int ready = limit == 0 ? 0 : ::poll(fds.data(), fds.size(), limit);
      if (ready > 0) return;
      if (ready == 0) {
        throw Error(Kind::unreachable,
                    fmt::format("no answer from {} within {} s", name_, seconds.count()));
      }
      if (errno != EINTR) throw Error(Kind::internal, std::string("poll: ") + std::strerror(errno));
    }
  }

  /// Milliseconds for poll, and which of the two limits that is.
  std::pair<int, std::chrono::seconds> longest_wait() const {
    using std::chrono::milliseconds;
    const auto& [silence, total] = patience_;
    const auto passed =
        std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun_);
    const auto left = std::max(milliseconds(0), milliseconds(total) - passed);
    const bool whole = total.count() != 0 && (silence.count() == 0 || left < silence);
    if (whole) return {static_cast<int>(left.count()), total};
    return {silence.count() == 0 ? -1 : static_cast<int>(milliseconds(silence).count()), silence};
  }

  Error broken(const char* what, CURLcode code) const {
    return {Kind::unreachable,
            fmt::format("{} on the stream to {}: {}", what, name_, curl_easy_strerror(code))};
  }

  std::unique_ptr<Handle> handle_;
  std::string name_;
  Wake wake_;
  std::mutex mutex_;
  int socket_ = -1;
  Patience patience_ = kListening;
  std::chrono::steady_clock::time_point begun_{};
};

std::string read_body(const Request& request) {
  std::string text;
  if (!request.body.next) return text;
  std::array<char, 16 * 1024> buffer{};
  while (const auto count = request.body.next(buffer.data(), buffer.size())) {
    text.append(buffer.data(), count);
  }
  return text;
}

/// The request line and headers. "http://host/path?query" is cut into Host and target.
std::string request_text(const Request& request, const std::string& url, const std::string& body) {
  const auto host_at = url.find("://") + 3;
  const auto path_at = url.find('/', host_at);
  auto text = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, url.substr(path_at),
                          url.substr(host_at, path_at - host_at));
  for (const auto& [name, value] : request.headers) text += fmt::format("{}: {}\r\n", name, value);
  text += fmt::format("Content-Length: {}\r\n\r\n", body.size());
  return text + body;
}

/// Reads up to the empty line, byte by byte: what comes after it belongs to whoever gets the stream
/// and polls its fd.
std::string read_head(ByteStream& stream, const Endpoint& endpoint, const Request& request) {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    char byte = 0;
    if (stream.read(&byte, 1) == 0 || head.size() > kMaxHead) {
      throw Error(Kind::unreachable,
                  fmt::format("{} {}: the connection to {} broke off: no whole answer came",
                              request.method, request.path, endpoint.display));
    }
    head += byte;
  }
  return head;
}

Response parse_head(std::string_view head) {
  Response response;
  for (std::size_t at = 0; at < head.size();) {
    const auto end = head.find("\r\n", at);
    const auto line = head.substr(at, end - at);
    at = end + 2;
    const auto colon = line.find(": ");
    if (line.starts_with("HTTP/")) {
      const auto digits = line.substr(std::min(line.size(), line.find(' ') + 1));
      std::from_chars(digits.data(), digits.data() + digits.size(), response.status);
    } else if (colon != std::string_view::npos) {
      response.headers.emplace_back(std::string(line.substr(0, colon)),
                                    std::string(line.substr(colon + 2)));
    }
  }
  return response;
}

/// The body of a refusal: asked for with "Connection: Upgrade", so it may come chunked or with a
/// length.
std::string read_refusal(ByteStream& stream, const Response& answer) {
  std::size_t length = std::numeric_limits<std::size_t>::max();
  const auto text = answer.header("Content-Length");
  std::from_chars(text.data(), text.data() + text.size(), length);
  const bool chunked = answer.header("Transfer-Encoding") == "chunked";
  std::string body;
  std::array<char, 4096> buffer{};
  while (body.size() < std::min(length, kMaxErrorBody)) {
    if (chunked && body.ends_with("0\r\n\r\n")) break;
    const auto count = stream.read(buffer.data(), buffer.size());
    if (count == 0) break;
    body.append(buffer.data(), count);
  }
  if (!chunked) return body;
  std::string joined;
  for (std::size_t at = 0; at < body.size();) {
    const auto end = body.find("\r\n", at);
    std::size_t size = 0;
    if (end == std::string::npos) break;
    std::from_chars(body.data() + at, body.data() + end, size, 16);
    if (size == 0) break;
    joined += body.substr(end + 2, size);
    if (size > body.size()) break;  // it says more than there can be
    at = end + 2 + size + 2;
  }
  return joined;
}

}  // namespace

Upgraded open_stream(std::unique_ptr<Handle> handle, const Endpoint& endpoint,
                     const Request& request, const std::string& url, std::stop_token stop) {
  set_option(handle->easy(), CURLOPT_URL, url.c_str());
  set_option(handle->easy(), CURLOPT_CONNECT_ONLY, 1L);
  auto stream = std::make_unique<CurlStream>(std::move(handle), endpoint, std::move(stop));
  stream->set_patience(request.patience);
  stream->connect(endpoint, request);
  stream->write(request_text(request, url, read_body(request)));
  auto answer = parse_head(read_head(*stream, endpoint, request));
  if (answer.status != 101) {
    answer.body = read_refusal(*stream, answer);
    return {.answer = std::move(answer), .stream = nullptr};
  }
  stream->set_patience(kListening);
  return {.answer = std::move(answer), .stream = std::move(stream)};
}

}  // namespace skep::http
