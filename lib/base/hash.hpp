#pragma once
// Hashes and encodings of bytes: SHA-256, base64, hex, URLs.
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace skep {

/// SHA-256 over pieces. hex() ends it.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(std::string_view bytes);
  /// 64 lower-case hex digits.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256_hex(std::string_view bytes);

std::string base64(std::string_view bytes);
std::string base64url(
    std::string_view bytes);  // with padding, as the engine's X-Registry-Auth wants it
/// Takes both alphabets, with or without padding. Throws Error{input}.
std::string base64_decode(std::string_view text);
std::string hex(std::string_view bytes);
/// Everything but unreserved characters (RFC 3986) as %XX.
std::string url_encode(std::string_view text);

}  // namespace skep
