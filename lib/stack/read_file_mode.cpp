// Modes of files: people write them in octal, YAML wants a 0 in front of that.
#include "stack/readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace skep::stack {
namespace {

constexpr std::uint64_t kMostDecimal = 7777;  // of four octal digits

/// What people give to files: the owner may read, and nobody may do more than who stands before
/// him, nor anything without reading.
bool is_usual(std::uint32_t mode) {
  const std::uint32_t owner = mode >> 6 & 7, group = mode >> 3 & 7, others = mode & 7;
  const auto reads = [](std::uint32_t may) { return may == 0 || (may & 4) != 0; };
  return (owner & 4) != 0 && (group & ~owner) == 0 && (others & ~group) == 0 && reads(group) &&
         reads(others);
}

/// "440" or "1777", whose digits are a usual mode in octal. The decimal numbers of usual modes
/// (288, which is 0440) are none of these, but for 500, which is 0764: nobody's mode.
std::optional<std::uint32_t> surely_octal(std::string_view digits) {
  if (digits.size() < 3 || digits.size() > 4) return std::nullopt;
  const bool octal =
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '7'; });
  if (!octal) return std::nullopt;
  // With a sticky, setgid or setuid bit a mode is a folder's or a program's: rwx or r-x.
  const bool special = digits.size() == 4;
  if (special && digits.find_first_not_of("057", 1) != std::string_view::npos) return std::nullopt;
  std::uint32_t mode = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), mode, 8);
  return is_usual(mode) ? std::optional(mode) : std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> file_mode(const Cursor& cursor) {
  if (!cursor.filled()) return std::nullopt;
  const bool text = cursor.is_text(), variable = cursor.node().interpolated();
  std::string_view digits = cursor.node().text();
  // YAML reads 0440 as octal; in a text docker takes no notice of the 0.
  if (text && digits.size() == 4 && digits.starts_with('0')) digits.remove_prefix(1);
  const auto meant = digits.starts_with('0') ? std::nullopt : surely_octal(digits);
  const auto number = cursor.count_to(meant ? kMostDecimal : kMostMode);
  if (!number) return std::nullopt;
  const auto mode = static_cast<std::uint32_t>(*number);
  if (!meant) return mode;
  const std::string what =
      fmt::format("{} is decimal here: in octal that is the mode {:04o}", *number, mode);
  const std::string hint =
      variable
          ? fmt::format("a variable gives a mode in decimal: let it hold {}, or write 0{} here",
                        *meant, digits)
          : fmt::format("write 0{}{}", digits, text ? ", without quotes" : "");
  if (mode > kMostMode) {
    cursor.error(what, hint);
    return std::nullopt;
  }
  cursor.context().problems.add(
      {Severity::warning, cursor.loc(), cursor.path(), what, hint, /*repeats=*/true});
  return mode;
}

}  // namespace skep::stack
