#include "engine/json_stream.hpp"

#include "engine/call.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace skep::engine {

namespace {

constexpr std::size_t kLongestMessage = 16U * 1024 * 1024;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

JsonStream::JsonStream(std::string what, OnObject on_object)
    : what_(std::move(what)), on_object_(std::move(on_object)) {}

void JsonStream::feed(std::string_view piece) {
  for (auto end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
    if (rest_.empty()) {
      line(piece.substr(0, end));
    } else {
      rest_ += piece.substr(0, end);
      const auto whole = std::exchange(rest_, {});
      line(whole);
    }
    piece.remove_prefix(end + 1);
  }
  rest_ += piece;
  if (rest_.size() > kLongestMessage)
    throw Error(Kind::rejected,
                fmt::format("{}: a message is larger than {} MiB", what_, kLongestMessage >> 20U));
}

void JsonStream::finish() {
  if (is_blank(rest_)) return;
  const auto last = std::exchange(rest_, {});
  Json object;
  try {
    object = parse_json(last, what_);
  } catch (const Error&) {
    throw Error(Kind::unreachable, fmt::format("{}: the stream broke off inside a message", what_));
  }
  on_object_(object);
}

void JsonStream::line(std::string_view text) {
  if (!is_blank(text)) on_object_(parse_json(text, what_));
}

std::optional<std::string> stream_error(const Json& object) {
  if (!object.is_object()) return std::nullopt;
  const auto detail = object.find("errorDetail");
  const bool has_detail = detail != object.end() && detail->is_object();
  auto message = has_detail ? text_of(*detail, "message") : std::string();
  if (message.empty()) message = text_of(object, "error");
  if (message.empty() && !has_detail) return std::nullopt;
  return message;
}

}  // namespace skep::engine
