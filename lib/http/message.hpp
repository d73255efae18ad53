#pragma once
// What goes over the wire, without libcurl: requests, answers, bodies as streams, and two-way
// streams.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace skep::http {

using Pairs = std::vector<std::pair<std::string, std::string>>;  // names may repeat: ?t=a&t=b

/// A request body. `next` fills the buffer and returns how many bytes it put there, 0 at the end;
/// it is called from the thread that sends. Sent chunked when `size` is unknown. An empty source
/// (no `next`) means no body.
struct BodySource {
  std::function<std::size_t(char* buffer, std::size_t size)> next;
  std::optional<std::uint64_t> size;
};
BodySource body_of(std::string text);

/// Takes a piece of a body. What it throws ends the transfer and is rethrown by send().
using BodySink = std::function<void(std::string_view piece)>;

/// How long an answer may take; zero means for ever.
struct Patience {
  std::chrono::seconds silence{60};  // without a byte
  std::chrono::seconds total{300};   // until the answer is whole
};
/// For an answer that comes while work goes on: a build, a push.
inline constexpr Patience kWorking{.silence = std::chrono::hours(1), .total = {}};
/// For an answer that goes on for as long as somebody listens.
inline constexpr Patience kListening{.silence = {}, .total = {}};
/// The most bytes of an answer that is kept whole.
inline constexpr std::size_t kMaxBody = 256U * 1024 * 1024;

struct Request {
  std::string method;  // "GET"
  std::string path;    // "/services", without the API version
  Pairs query;
  Pairs headers;
  BodySource body;
  Patience patience = {};
};

struct Response {
  int status = 0;
  Pairs headers;
  std::string body;
  /// First header of that name, case-insensitive; "" when absent.
  std::string header(std::string_view name) const;
};

/// A two-way stream of bytes (the rest of a connection after 101). Not thread-safe, but one thread
/// may read while another writes.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Waits for bytes; 0 at the end of the stream. Throws Error{unreachable, interrupted}.
  virtual std::size_t read(char* buffer, std::size_t size) = 0;
  /// Writes all of it.
  virtual void write(std::string_view bytes) = 0;
  /// Says that no more will be written (half-close).
  virtual void shutdown_write() = 0;
  /// For poll(2).
  virtual int fd() const = 0;
};

}  // namespace skep::http
