#include "base/random.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"

#include <openssl/rand.h>

namespace skep {
namespace {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  if (RAND_bytes(out, static_cast<int>(count)) != 1) {
    throw Error(Kind::internal, "the system gives no random bytes");
  }
  return bytes;
}

}  // namespace

std::string random_hex(std::size_t bytes) {
  return hex(random_bytes(bytes));
}

std::string random_password(std::size_t bytes) {
  std::string text = base64url(random_bytes(bytes));
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

}  // namespace skep
