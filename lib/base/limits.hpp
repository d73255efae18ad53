#pragma once
// What the engine takes at the most (docs/engine.md, "Names and sizes").
#include <cstddef>

namespace skep {

inline constexpr std::size_t kMostServiceName = 63;  // it is a DNS label
inline constexpr std::size_t kMostObjectName = 64;   // of a secret or config
inline constexpr std::size_t kMostSecretBytes = 511'999;
inline constexpr std::size_t kMostConfigBytes = 1'023'999;

}  // namespace skep
