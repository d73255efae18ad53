#pragma once
#include <cstdint>
#include <string>

namespace skep {

/// "1 task", "2 tasks".
std::string plural(std::uint64_t count, const char* noun);

}  // namespace skep
