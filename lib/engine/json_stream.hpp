#pragma once
// Bodies that are JSON objects, one a line: build, push, events. They come in arbitrary pieces, and
// with status 200 even when they fail, so each object and the end must be looked at.
#include "base/json.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace skep::engine {

class JsonStream {
 public:
  using OnObject = std::function<void(const Json&)>;
  /// `what` names the stream in messages: "POST /build".
  JsonStream(std::string what, OnObject on_object);

  /// Takes the next piece. Throws Error{rejected} for a line that is not JSON, and whatever
  /// on_object throws.
  void feed(std::string_view piece);
  /// The stream is over: its last object may lack a newline. Throws Error{unreachable} when it
  /// ended inside an object.
  void finish();

 private:
  void line(std::string_view text);

  std::string what_;
  OnObject on_object_;
  std::string rest_;
};

/// `errorDetail.message` (else `error`) of a stream's object: why the build or push failed.
std::optional<std::string> stream_error(const Json& object);

}  // namespace skep::engine
