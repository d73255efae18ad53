#pragma once
// TLS to a daemon: its options, and its faults in plain words. For lib/http only.
#include "base/error.hpp"
#include "http/client.hpp"
#include "http/curl.hpp"

#include <optional>

namespace skep::http {

void set_tls(Handle& handle, const Tls& tls);

/// nullopt when a transfer did not fail of TLS.
std::optional<Error> tls_fault(const Handle& handle, CURLcode code, const Endpoint& endpoint);

}  // namespace skep::http
