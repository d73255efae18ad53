#include "http/connect.hpp"

#include "http/tls.hpp"

#include <fmt/format.h>

#include <cerrno>

namespace skep::http {

namespace {

constexpr long kConnectTimeoutMs = 30'000;

std::string hint_for(CURLcode code, int system) {
  if (code == CURLE_COULDNT_RESOLVE_HOST) return "is the host's name right?";
  if (system == ENOENT || system == ECONNREFUSED) return "is the Docker Engine running there?";
  if (system == EACCES)
    return "run as a user who may use the socket, such as a member of its group";
  return {};
}

}  // namespace

void set_endpoint(Handle& handle, const Endpoint& endpoint) {
  set_option(handle.easy(), CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
  if (endpoint.tls) set_tls(handle, *endpoint.tls);
  if (endpoint.unix_socket.empty()) return;
  const auto code =
      curl_easy_setopt(handle.easy(), CURLOPT_UNIX_SOCKET_PATH, endpoint.unix_socket.c_str());
  if (code != CURLE_OK) {
    throw Error(Kind::internal, fmt::format("libcurl does not take {}", endpoint.display));
  }
}

Error unreachable(const Handle& handle, CURLcode code, const Endpoint& endpoint,
                  const Request& request) {
  if (auto fault = tls_fault(handle, code, endpoint)) return *fault;
  const auto why = handle.why(code);
  if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST) {
    return {Kind::unreachable, fmt::format("cannot connect to {}: {}", endpoint.display, why),
            hint_for(code, handle.os_error())};
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return {Kind::unreachable,
            fmt::format("{} {}: no whole answer from {} in time ({})", request.method, request.path,
                        endpoint.display, why),
            "does it hang? its log says more"};
  }
  // TLS 1.3 has sent the request by then, and what the engine says of it may be lost.
  const bool maybe_refused = endpoint.tls && code != CURLE_PARTIAL_FILE;
  return {Kind::unreachable,
          fmt::format("{} {}: the connection to {} broke off: {}", request.method, request.path,
                      endpoint.display, why),
          maybe_refused ? "an engine that does not take the client's certificate may hang up so: "
                          "its log says more"
                        : ""};
}

}  // namespace skep::http
