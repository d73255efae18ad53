#pragma once
#include "engine/transport.hpp"

namespace skep::test {

/// Gives the same answer to everything.
class CannedEngine : public engine::Transport {
 public:
  explicit CannedEngine(engine::Response always) : response(std::move(always)) {}
  engine::Response send(const engine::Request&, const engine::BodySink&, std::stop_token) override {
    return response;
  }
  std::unique_ptr<engine::ByteStream> upgrade(const engine::Request&, std::stop_token) override {
    return nullptr;
  }

  engine::Response response;
};

}  // namespace skep::test
