#pragma once
// A pool of connections to one daemon. Every call blocks until the whole answer is there, and ends
// at once on stop.
//
// Promises: a connection that breaks off before the answer is whole is Error{unreachable}, never a
// short answer. Only GET and HEAD may use a connection that was kept: the peer may have closed it
// meanwhile, and libcurl then sends them again over a new one. Everything else gets a new
// connection and is sent exactly once.
#include "http/message.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace skep::http {

class Handle;

/// TLS to a daemon: at least 1.2. Paths of PEM files; "" where there is none.
struct Tls {
  std::string ca;  // the only authorities that count; "": the system's
  std::string cert;
  std::string key;  // not encrypted: nobody is asked for a passphrase
  bool verify = true;
};

struct Endpoint {
  std::string unix_socket;                 // path of a socket; empty: the network, by base_url
  std::string base_url = "http://docker";  // scheme, host, and what goes before every path; with a
                                           // socket only the Host header comes from it
  std::string display;                     // how messages name it, "unix:///var/run/docker.sock"
  std::optional<Tls> tls = {};             // of an https base_url
};
/// The endpoint of a daemon on a unix socket.
Endpoint unix_endpoint(const std::string& path);

/// Result of an upgrade: the stream after a 101, or the daemon's whole answer if it was another
/// one.
struct Upgraded {
  Response answer;
  std::unique_ptr<ByteStream> stream;
};

class Client {
 public:
  explicit Client(Endpoint endpoint);
  ~Client();

  const Endpoint& endpoint() const { return endpoint_; }

  /// Thread-safe. With a `sink`, a 2xx body goes there piece by piece and is not kept.
  /// Throws Error{unreachable, interrupted} and whatever sink and body source throw.
  /// An answer that does not come within the request's patience is Error{unreachable}, one of more
  /// than kMaxBody bytes Error{rejected}.
  /// `prefix` goes before the path on the wire ("/v1.41"), but not into messages.
  Response send(const Request& request, const BodySink& sink = {}, std::stop_token stop = {},
                const std::string& prefix = {});

  /// Thread-safe. Sends a request that asks for an upgrade (its headers say for which). `stop` also
  /// ends reads and writes of the stream, which outlives the client. Throws Error{unreachable,
  /// interrupted}.
  Upgraded upgrade(const Request& request, std::stop_token stop = {},
                   const std::string& prefix = {});

 private:
  std::unique_ptr<Handle> take();
  void give_back(std::unique_ptr<Handle> handle);
  std::string url(const Request& request, const std::string& prefix) const;

  Endpoint endpoint_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Handle>> idle_;
};

}  // namespace skep::http
