#include "engine/retry.hpp"

#include "base/error.hpp"
#include "engine/call.hpp"

#include <array>
#include <atomic>
#include <chrono>

namespace skep::engine {

namespace {

using std::chrono::milliseconds;

/// Waits between tries; together 14.75 s, longer than a manager needs to find a new leader.
constexpr std::array kWaits{milliseconds(250),  milliseconds(500),  milliseconds(1000),
                            milliseconds(2000), milliseconds(4000), milliseconds(7000)};

/// What has taken longer than this is not tried again.
constexpr auto kLongestTry = std::chrono::seconds(20);

bool is_read(const Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

/// Only a manager answers these with 200.
bool is_swarm_path(const std::string& path) {
  for (const char* start : {"/services", "/tasks", "/nodes", "/secrets", "/configs", "/swarm"}) {
    if (path.starts_with(start)) return true;
  }
  return false;
}

class RetryingTransport : public Transport {
 public:
  RetryingTransport(std::unique_ptr<Transport> inner, Clock& clock)
      : inner_(std::move(inner)), clock_(clock) {}

  Response send(const Request& request, const BodySink& sink, std::stop_token stop) override {
    if (!is_read(request)) return note(request, inner_->send(request, sink, stop));
    bool delivered = false;
    const TimePoint first = clock_.now();
    const BodySink noted = [&](std::string_view piece) {
      delivered = true;
      sink(piece);
    };
    for (const auto wait : kWaits) {
      try {
        auto response = inner_->send(request, sink ? noted : BodySink{}, stop);
        if (!worth_waiting(response)) return note(request, std::move(response));
      } catch (const Error& error) {
        // What was handed on cannot be taken back, and an engine that never answered is not
        // restarting.
        if (error.kind() != Kind::unreachable || delivered || !answered_) throw;
        if (clock_.now() - first > kLongestTry) throw;  // it does not refuse, it is silent
      }
      clock_.sleep(wait, stop);
    }
    return note(request, inner_->send(request, sink, stop));
  }

  std::unique_ptr<ByteStream> upgrade(const Request& request, std::stop_token stop) override {
    return inner_->upgrade(request, stop);
  }

 private:
  Response note(const Request& request, Response response) {
    answered_ = true;
    if (is_swarm_path(request.path) && response.status == 200) was_manager_ = true;
    return response;
  }

  bool worth_waiting(const Response& response) const {
    if (response.status != 503) return false;
    const bool no_manager = is_no_manager(error_message(response));
    return !no_manager || was_manager_;
  }

  std::unique_ptr<Transport> inner_;
  Clock& clock_;
  std::atomic<bool> answered_{false};
  std::atomic<bool> was_manager_{false};
};

}  // namespace

std::unique_ptr<Transport> with_retry(std::unique_ptr<Transport> inner, Clock& clock) {
  return std::make_unique<RetryingTransport>(std::move(inner), clock);
}

}  // namespace skep::engine
