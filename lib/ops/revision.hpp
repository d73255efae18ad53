#pragma once
// The number of a release as a person writes it.
#include <cstdint>
#include <string>

namespace skep::ops {

/// "3" or "r3". Throws Error{usage}.
std::uint64_t parse_revision(const std::string& text);

}  // namespace skep::ops
