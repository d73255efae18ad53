#pragma once
// Operations own their connection; a test wants to keep its fake. This is the first, and holds the
// second by reference.
#include "deploy/deps.hpp"
#include "support/fake_engine.hpp"

#include <memory>
#include <utility>

namespace skep::test {

class BorrowedEngine : public engine::Transport {
 public:
  explicit BorrowedEngine(engine::Transport& engine) : engine_(engine) {}
  engine::Response send(const engine::Request& request, const engine::BodySink& sink,
                        std::stop_token stop) override {
    return engine_.send(request, sink, std::move(stop));
  }
  std::unique_ptr<engine::ByteStream> upgrade(const engine::Request& request,
                                              std::stop_token stop) override {
    return engine_.upgrade(request, std::move(stop));
  }

 private:
  engine::Transport& engine_;
};

/// A connector that always gives this engine.
inline deploy::Connector lend(engine::Transport& engine) {
  return [&engine](const deploy::HostOptions&, const docker::Config&, const Env&, Clock&) {
    return std::make_unique<BorrowedEngine>(engine);
  };
}

}  // namespace skep::test
