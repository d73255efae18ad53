#pragma once
// The only virtual calls between skep and a daemon. Tests put a fake here; everything above is
// ordinary code.
#include "http/message.hpp"

#include <memory>
#include <stop_token>

namespace skep::engine {

using http::BodySink;
using http::BodySource;
using http::ByteStream;
using http::Pairs;
using http::Request;
using http::Response;

class Transport {
 public:
  virtual ~Transport() = default;
  /// Sends and waits. With a `sink`, a 2xx body is handed over piece by piece and not kept.
  /// Thread-safe. Any status is an answer. Throws Error{unreachable} when no whole answer came,
  /// Error{interrupted} on stop.
  virtual Response send(const Request& request, const BodySink& sink = {},
                        std::stop_token stop = {}) = 0;
  /// For 101 answers (build session, exec, attach): a two-way stream of bytes. Thread-safe. Throws
  /// Error{rejected} with the engine's message for any other answer.
  virtual std::unique_ptr<ByteStream> upgrade(const Request& request,
                                              std::stop_token stop = {}) = 0;
};

}  // namespace skep::engine
