#include "base/scrypt.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"

#include <openssl/evp.h>

#include <cstdint>

namespace skep {

std::string scrypt_hex(std::string_view text, std::string_view salt) {
  constexpr std::uint64_t kCost = std::uint64_t{1} << 14U;
  constexpr std::uint64_t kBlocks = 8;
  constexpr std::uint64_t kMemory = std::uint64_t{64} << 20U;
  std::string key(32, '\0');
  const int good = EVP_PBE_scrypt(
      text.data(), text.size(), reinterpret_cast<const unsigned char*>(salt.data()), salt.size(),
      kCost, kBlocks, 1, kMemory, reinterpret_cast<unsigned char*>(key.data()), key.size());
  if (good != 1) throw Error(Kind::internal, "scrypt failed");
  return hex(key);
}

}  // namespace skep
