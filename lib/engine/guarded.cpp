#include "engine/guarded.hpp"

namespace skep::engine {

Response Guarded::send(const Request& request, const BodySink& sink, std::stop_token stop) {
  if (ask_ && request.method != "GET" && request.method != "HEAD") ask_();
  return to_->send(request, sink, std::move(stop));
}

std::unique_ptr<ByteStream> Guarded::upgrade(const Request& request, std::stop_token stop) {
  return to_->upgrade(request, std::move(stop));
}

}  // namespace skep::engine
