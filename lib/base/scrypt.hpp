#pragma once
// A slow hash, for values that might be guessed.
#include <string>
#include <string_view>

namespace skep {

/// scrypt (RFC 7914) with N = 2^14, r = 8, p = 1: 32 bytes in hex. Slow on purpose, so that a weak
/// value cannot be guessed from it.
std::string scrypt_hex(std::string_view text, std::string_view salt);

}  // namespace skep
