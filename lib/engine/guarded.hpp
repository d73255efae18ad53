#pragma once
// A transport that asks for permission before each request that may change something.
#include "engine/transport.hpp"

#include <functional>
#include <memory>

namespace skep::engine {

class Guarded : public Transport {
 public:
  explicit Guarded(std::unique_ptr<Transport> to) : to_(std::move(to)) {}

  /// From now on `ask` is called before each request other than GET and HEAD. If it throws, the
  /// request fails with that and nothing is sent. {} ends it. Must not be called while a request is
  /// under way.
  void ask_before_writes(std::function<void()> ask) { ask_ = std::move(ask); }
  /// The transport behind, for the code that is asked.
  Transport& unguarded() { return *to_; }

  Response send(const Request& request, const BodySink& sink, std::stop_token stop) override;
  std::unique_ptr<ByteStream> upgrade(const Request& request, std::stop_token stop) override;

 private:
  std::unique_ptr<Transport> to_;
  std::function<void()> ask_;
};

}  // namespace skep::engine
