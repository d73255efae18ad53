#include "http/fetch.hpp"

#include "base/error.hpp"
#include "base/looks_secret.hpp"
#include "http/curl.hpp"
#include "http/transfer.hpp"

#include <fmt/format.h>

namespace skep::http {

Response fetch(const Fetch& what, std::stop_token stop) {
  const Wake wake(std::move(stop));
  Handle handle;
  CURL* easy = handle.easy();
  set_option(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(what.timeout.count()));
  set_option(easy, CURLOPT_SSL_VERIFYPEER, what.verify_tls ? 1L : 0L);
  set_option(easy, CURLOPT_SSL_VERIFYHOST, what.verify_tls ? 2L : 0L);
  if (!what.ca_file.empty()) set_option(easy, CURLOPT_CAINFO, what.ca_file.c_str());
  List connect_to;
  if (!what.connect.empty()) {
    connect_to.reset(curl_slist_append(nullptr, ("::" + what.connect).c_str()));
    set_option(easy, CURLOPT_CONNECT_TO, connect_to.get());
  }
  Request request{
      .method = what.method, .path = {}, .query = {}, .headers = what.headers, .body = {}};
  if (!what.body.empty()) request.body = body_of(what.body);
  const BodySink no_sink;
  Transfer transfer(handle, request, no_sink, what.max_body);
  const auto code = transfer.run(what.url, wake);
  if (code != CURLE_OK) {
    throw Error(Kind::unreachable,
                fmt::format("{} {}: {}", what.method, shown_url(what.url), handle.why(code)));
  }
  return std::move(transfer.response());
}

}  // namespace skep::http
