#pragma once
// Random bytes of the system, as text.
#include <string>

namespace skep {

/// `bytes` random bytes from the system, in lower-case hex (two characters a byte). For names and
/// ids.
std::string random_hex(std::size_t bytes);
/// `bytes` random bytes in URL-safe base64 without padding. For passwords: 24 bytes are 192 bits,
/// 32 characters.
std::string random_password(std::size_t bytes = 24);

}  // namespace skep
