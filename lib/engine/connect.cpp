#include "engine/connect.hpp"

#include "base/error.hpp"
#include "engine/call.hpp"
#include "engine/retry.hpp"
#include "engine/system.hpp"
#include "engine/tunnel.hpp"
#include "http/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <type_traits>
#include <variant>

namespace skep::engine {

namespace {

constexpr const char* kPing = "/_ping";

std::string window() {
  return fmt::format("skep speaks the Engine API 1.{} to 1.{} (Docker Engine 20.10 to 29)",
                     kMinApiMinor, kMaxApiMinor);
}

http::Endpoint tcp_endpoint(const docker::Tcp& tcp, const docker::Endpoint& endpoint) {
  const bool v6 = tcp.host.find(':') != std::string::npos;
  const auto host = v6 ? '[' + tcp.host + ']' : tcp.host;
  http::Endpoint made{.unix_socket = {},
                      .base_url = fmt::format("{}://{}:{}{}", endpoint.tls ? "https" : "http", host,
                                              tcp.port, tcp.prefix),
                      .display = endpoint.display()};
  if (const auto& tls = endpoint.tls)
    made.tls = {.ca = tls->ca, .cert = tls->cert, .key = tls->key, .verify = tls->verify};
  return made;
}

http::Endpoint http_endpoint(const docker::Endpoint& endpoint, const Tunnel* tunnel) {
  if (const auto* tcp = std::get_if<docker::Tcp>(&endpoint.address))
    return tcp_endpoint(*tcp, endpoint);
  auto made = http::unix_endpoint(
      tunnel != nullptr ? tunnel->path() : std::get<docker::UnixSocket>(endpoint.address).path);
  made.display = endpoint.display();
  return made;
}

std::unique_ptr<Tunnel> make_tunnel(const docker::Endpoint& endpoint, const Env& env) {
  const auto* ssh = std::get_if<docker::Ssh>(&endpoint.address);
  return ssh == nullptr ? nullptr : std::make_unique<Tunnel>(*ssh, endpoint.display(), env);
}

class SocketTransport : public Transport {
 public:
  SocketTransport(const docker::Endpoint& endpoint, const Env& env)
      : tunnel_(make_tunnel(endpoint, env)), client_(http_endpoint(endpoint, tunnel_.get())) {
    if (endpoint.api_version.empty()) return;
    const auto minor = api_minor(endpoint.api_version);
    if (!minor || *minor < kMinApiMinor || *minor > kMaxApiMinor) {
      throw Error(Kind::usage,
                  fmt::format("DOCKER_API_VERSION: \"{}\" cannot be used", endpoint.api_version),
                  window());
    }
    prefix_ = fmt::format("/v1.{}", *minor);
  }

  Response send(const Request& request, const BodySink& sink, std::stop_token stop) override {
    return connected(stop,
                     [&] { return client_.send(request, sink, stop, prefix(request, stop)); });
  }

  std::unique_ptr<ByteStream> upgrade(const Request& request, std::stop_token stop) override {
    auto upgraded =
        connected(stop, [&] { return client_.upgrade(request, stop, prefix(request, stop)); });
    if (upgraded.stream) return std::move(upgraded.stream);
    const auto answer = require(std::move(upgraded.answer), request);
    throw Error(Kind::rejected, fmt::format("{}: the engine did not switch protocols (status {})",
                                            name_of(request), answer.status));
  }

 private:
  /// Runs `f` with ssh's forwarding where there is one, and says what ssh says of a failure.
  template <typename F>
  std::invoke_result_t<F> connected(const std::stop_token& stop, F f) {
    if (!tunnel_) return f();
    tunnel_->require(stop);
    try {
      auto answer = f();
      answered_ = true;
      return answer;
    } catch (const Error& error) {
      if (error.kind() != Kind::unreachable) throw;
      throw told_by_ssh(error, stop);
    }
  }

  Error told_by_ssh(const Error& error, const std::stop_token& stop) {
    // Once an engine has answered there, its silence is its own.
    if (const auto refused = answered_ ? std::nullopt : tunnel_->refusal(stop)) {
      return {Kind::unreachable,
              fmt::format("cannot connect to {}: {}", client_.endpoint().display, refused->fact),
              refused->hint};
    }
    const auto end = tunnel_->end();
    if (end.empty()) return error;
    return {Kind::unreachable, fmt::format("{} ({})", error.message(), end), error.hint()};
  }

  std::string prefix(const Request& request, const std::stop_token& stop) {
    if (request.path == kPing) return {};
    const auto asked = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (!prefix_.empty()) return prefix_;
    // What was found out while this one waited holds for it too: a silent engine is asked once for
    // all that ask side by side.
    if (failed_ && failed_at_ > asked) throw *failed_;
    try {
      prefix_ = negotiate(stop);
    } catch (const Error& error) {
      failed_ = error;
      failed_at_ = std::chrono::steady_clock::now();
      throw;
    }
    return prefix_;
  }

  std::string negotiate(const std::stop_token& stop) {
    const Request ping{.method = "GET", .path = kPing, .query = {}, .headers = {}, .body = {}};
    auto first = client_.send(ping, {}, stop);
    const auto& name = client_.endpoint().display;
    if (first.status == 400 && first.body.find("HTTPS server") != std::string::npos) {
      throw Error(Kind::rejected, fmt::format("the engine at {} speaks TLS", name),
                  "DOCKER_TLS_VERIFY=1 and the folder of ca.pem, cert.pem and key.pem in "
                  "DOCKER_CERT_PATH, or a docker context that has them");
    }
    const auto answer = require(std::move(first), ping);
    const auto version = answer.header("Api-Version");
    const auto minor = api_minor(version);
    if (!minor) {
      throw Error(
          Kind::rejected,
          version.empty()
              ? fmt::format("what answers at {} is no Docker Engine: it says no Api-Version", name)
              : fmt::format("the engine at {} says Api-Version \"{}\"", name, version));
    }
    if (*minor < kMinApiMinor) {
      throw Error(Kind::rejected,
                  fmt::format("the engine at {} is too old: it speaks API {}", name, version),
                  window());
    }
    return fmt::format("/v1.{}", std::min(*minor, kMaxApiMinor));
  }

  std::unique_ptr<Tunnel> tunnel_;
  http::Client client_;
  std::atomic<bool> answered_{false};
  std::mutex mutex_;
  std::string prefix_;
  std::optional<Error> failed_;
  std::chrono::steady_clock::time_point failed_at_{};
};

}  // namespace

std::unique_ptr<Transport> connect(const docker::Endpoint& endpoint, const Env& env, Clock& clock) {
  if (endpoint.tls) docker::check_tls(*endpoint.tls, clock.wall());
  return with_retry(std::make_unique<SocketTransport>(endpoint, env), clock);
}

}  // namespace skep::engine
