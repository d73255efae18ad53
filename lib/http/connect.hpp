#pragma once
// Sets where a Handle connects to, and makes the error when it cannot. For lib/http only.
#include "base/error.hpp"
#include "http/client.hpp"
#include "http/curl.hpp"

namespace skep::http {

void set_endpoint(Handle& handle, const Endpoint& endpoint);

/// "cannot connect to unix:///x.sock: Permission denied", or "POST /build: the connection to …
/// broke off: …".
Error unreachable(const Handle& handle, CURLcode code, const Endpoint& endpoint,
                  const Request& request);

}  // namespace skep::http
