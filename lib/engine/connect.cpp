#include "engine/connect.hpp"

#include "base/error.hpp"
#include "engine/call.hpp"
#include "engine/retry.hpp"
#include "engine/system.hpp"
#include "http/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>

namespace skep::engine {

namespace {

constexpr const char* kPing = "/_ping";

std::string window() {
  return fmt::format("skep speaks the Engine API 1.{} to 1.{} (Docker Engine 20.10 to 29)",
                     kMinApiMinor, kMaxApiMinor);
}

class SocketTransport : public Transport {
 public:
  explicit SocketTransport(const docker::Endpoint& endpoint)
      : client_(http::unix_endpoint(endpoint.unix_socket)) {
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
    return client_.send(request, sink, stop, prefix(request, stop));
  }

  std::unique_ptr<ByteStream> upgrade(const Request& request, std::stop_token stop) override {
    auto upgraded = client_.upgrade(request, stop, prefix(request, stop));
    if (upgraded.stream) return std::move(upgraded.stream);
    const auto answer = require(std::move(upgraded.answer), request);
    throw Error(Kind::rejected, fmt::format("{}: the engine did not switch protocols (status {})",
                                            name_of(request), answer.status));
  }

 private:
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
    const auto answer = require(client_.send(ping, {}, stop), ping);
    const auto version = answer.header("Api-Version");
    const auto minor = api_minor(version);
    const auto& name = client_.endpoint().display;
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

  http::Client client_;
  std::mutex mutex_;
  std::string prefix_;
  std::optional<Error> failed_;
  std::chrono::steady_clock::time_point failed_at_{};
};

}  // namespace

std::unique_ptr<Transport> connect(const docker::Endpoint& endpoint, Clock& clock) {
  return with_retry(std::make_unique<SocketTransport>(endpoint), clock);
}

}  // namespace skep::engine
