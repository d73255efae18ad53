#include "ops/revision.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <charconv>

namespace skep::ops {

std::uint64_t parse_revision(const std::string& text) {
  const std::string digits = text.starts_with('r') ? text.substr(1) : text;
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, number);
  if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != end || number == 0) {
    throw Error(Kind::usage, fmt::format("\"{}\" is no release", text),
                "a number as `skep history` shows it, such as 3 or r3");
  }
  return number;
}

}  // namespace skep::ops
