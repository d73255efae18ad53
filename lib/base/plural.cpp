#include "base/plural.hpp"

#include <fmt/format.h>

namespace skep {

std::string plural(std::uint64_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace skep
