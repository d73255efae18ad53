#include "base/json.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace skep {

namespace {

// A value is copied by recursion. The deepest that the Engine API has is about ten.
constexpr std::size_t kDeepest = 200;

/// Of the brackets outside of strings, whether or not the rest is JSON.
std::size_t depth_of(std::string_view text) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool inside = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (inside) {
      if (c == '\\') ++at;
      inside = c != '"';
    } else if (c == '"') {
      inside = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

constexpr std::string_view kBlank = " \t\r\n";

/// Where the element that begins at `at` ends: at the "," or "]" behind it, or npos.
std::size_t end_of_element(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  bool inside = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (inside) {
      if (c == '\\') ++at;
      inside = c != '"';
    } else if (depth == 0 && (c == ',' || c == ']')) {
      return at;
    } else if (c == '"') {
      inside = true;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return std::string_view::npos;
}

}  // namespace

bool each_element(std::string_view text, const std::string& what,
                  const std::function<void(Json)>& take) {
  auto at = text.find_first_not_of(kBlank);
  if (at == std::string_view::npos || text[at] != '[') return false;
  const auto end_of_list = [&](std::size_t end) {
    if (text.find_first_not_of(kBlank, end + 1) != std::string_view::npos)
      throw Error(Kind::rejected, what + " is not JSON");
    return true;
  };
  const auto first = text.find_first_not_of(kBlank, ++at);
  if (first != std::string_view::npos && text[first] == ']') return end_of_list(first);
  for (;;) {
    const auto end = end_of_element(text, at);
    if (end == std::string_view::npos) throw Error(Kind::rejected, what + " is not JSON");
    take(parse_json(text.substr(at, end - at), what));
    if (text[end] == ']') return end_of_list(end);
    at = end + 1;
  }
}

Json parse_json(std::string_view text, const std::string& what) {
  if (depth_of(text) > kDeepest)
    throw Error(Kind::rejected, fmt::format("{} is nested deeper than {} levels", what, kDeepest));
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) throw Error(Kind::rejected, what + " is not JSON");
  return value;
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string dump_json_pretty(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace skep
