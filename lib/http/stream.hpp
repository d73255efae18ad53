#pragma once
// The upgrade of a connection: CURLOPT_CONNECT_ONLY, a request written by hand, and the bytes after
// 101. For lib/http only.
#include "http/client.hpp"
#include "http/curl.hpp"

#include <memory>
#include <stop_token>
#include <string>

namespace skep::http {

Upgraded open_stream(std::unique_ptr<Handle> handle, const Endpoint& endpoint,
                     const Request& request, const std::string& url, std::stop_token stop);

}  // namespace skep::http
