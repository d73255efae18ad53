#pragma once
// Certificates and keys in PEM text.
#include "base/clock.hpp"

#include <string>

namespace skep {

struct Certificate {
  WallTime from;
  WallTime until;
  std::string public_key;  // DER
};

/// The first certificate of a text. Throws Error{input}: "holds no certificate", to be put behind
/// the file's name.
Certificate read_certificate(const std::string& pem);

/// The public key (DER) of the private key in a text. Throws Error{input}: "is encrypted" (nobody
/// is asked for a passphrase), "holds no private key".
std::string public_key_of(const std::string& pem);

}  // namespace skep
