#pragma once
// Bodies that are a row of JSON objects, one a line: build, push, events. They come in arbitrary
// pieces and with status 200 also when they fail, so every object must be looked at, and the end as
// well.
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

  /// Takes the next piece. Throws Error{rejected} for a line that is no JSON, and what on_object
  /// throws.
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

/// `errorDetail.message` (else `error`) of a stream's object: the failure of what the stream is
/// about.
std::optional<std::string> stream_error(const Json& object);

}  // namespace skep::engine
