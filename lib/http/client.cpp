#include "http/client.hpp"

#include "base/error.hpp"
#include "http/connect.hpp"
#include "http/curl.hpp"
#include "http/stream.hpp"
#include "http/transfer.hpp"

#include <fmt/format.h>

#include <cerrno>

namespace skep::http {

namespace {

constexpr std::size_t kKept = 8;  // as many as `parallel` uses at once

bool may_be_sent_again(const std::string& method) {
  return method == "GET" || method == "HEAD";
}

}  // namespace

Endpoint unix_endpoint(const std::string& path) {
  return {.unix_socket = path, .base_url = "http://docker", .display = "unix://" + path};
}

Client::Client(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}
Client::~Client() = default;

Response Client::send(const Request& request, const BodySink& sink, std::stop_token stop,
                      const std::string& prefix) {
  const Wake wake(std::move(stop));
  wake.check();
  auto handle = take();
  handle->reset();
  set_endpoint(*handle, endpoint_);
  if (!may_be_sent_again(request.method)) set_option(handle->easy(), CURLOPT_FRESH_CONNECT, 1L);
  set_option(handle->easy(), CURLOPT_LOW_SPEED_LIMIT, 1L);
  set_option(handle->easy(), CURLOPT_LOW_SPEED_TIME,
             static_cast<long>(request.patience.silence.count()));
  set_option(handle->easy(), CURLOPT_TIMEOUT, static_cast<long>(request.patience.total.count()));
  Transfer transfer(*handle, request, sink);
  const auto code = transfer.run(url(request, prefix), wake);
  if (code != CURLE_OK) throw unreachable(*handle, code, endpoint_, request);
  auto response = std::move(transfer.response());
  handle->detach();
  give_back(std::move(handle));
  return response;
}

Upgraded Client::upgrade(const Request& request, std::stop_token stop, const std::string& prefix) {
  auto handle = std::make_unique<Handle>();
  set_endpoint(*handle, endpoint_);
  return open_stream(std::move(handle), endpoint_, request, url(request, prefix), std::move(stop));
}

std::unique_ptr<Handle> Client::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto handle = std::move(idle_.back());
      idle_.pop_back();
      return handle;
    }
  }
  return std::make_unique<Handle>();
}

void Client::give_back(std::unique_ptr<Handle> handle) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kKept) idle_.push_back(std::move(handle));
}

std::string Client::url(const Request& request, const std::string& prefix) const {
  auto text = endpoint_.base_url + prefix + request.path;
  if (!request.query.empty()) text += '?' + encode_query(request.query);
  return text;
}

}  // namespace skep::http
