#pragma once
// One request and its answer over a Handle: the C callbacks and their exceptions. For lib/http
// only.
#include "http/curl.hpp"
#include "http/message.hpp"

#include <exception>
#include <string>

namespace skep::http {

class Transfer {
 public:
  /// `limit`: the most bytes of a body that are kept, 0 for all. The first byte beyond it ends the
  /// transfer without an error.
  Transfer(Handle& handle, const Request& request, const BodySink& sink, std::size_t limit = 0);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Sends to `url` (with its query) and waits for the whole answer. Rethrows what source or sink
  /// threw. Throws Error{interrupted}, and Error{unreachable} for headers without end. Only the
  /// beginning of an error's body is kept. Any code but CURLE_OK means that no whole answer came.
  CURLcode run(const std::string& url, const Wake& wake);
  /// The answer, once run() gave CURLE_OK.
  Response& response() { return response_; }

 private:
  void prepare();
  void prepare_body();
  std::size_t take_header(std::string_view line);
  std::size_t take_body(std::string_view piece);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_source(char* data, std::size_t size, std::size_t count, void* self);

  Handle& handle_;
  const Request& request_;
  const BodySink& sink_;
  std::size_t limit_;
  std::string name_;  // for messages
  std::size_t head_size_ = 0;
  bool full_ = false;
  bool head_ended_ = false;
  List headers_;
  Response response_;
  std::exception_ptr thrown_;
};

}  // namespace skep::http
