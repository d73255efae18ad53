#include "base/certificate.hpp"

#include "base/error.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <chrono>
#include <ctime>
#include <memory>

namespace skep {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

Owned<BIO> bio_of(const std::string& text) {
  return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

WallTime time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) throw Error(Kind::input, "holds no certificate");
  const auto seconds = ::timegm(&parts);
  // What nanoseconds since 1970 cannot say: "99991231235959Z", an end that never comes.
  constexpr auto kLast = std::chrono::floor<std::chrono::seconds>(WallTime::max());
  const std::chrono::sys_seconds at{std::chrono::seconds(seconds)};
  return at > kLast ? WallTime::max() : WallTime(at);
}

std::string der_of(EVP_PKEY* key) {
  unsigned char* bytes = nullptr;
  const int size = key == nullptr ? -1 : i2d_PUBKEY(key, &bytes);
  if (size < 0) throw Error(Kind::input, "holds a key of a kind that is not known");
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

int no_passphrase(char*, int, int, void*) {
  return -1;
}

}  // namespace

Certificate read_certificate(const std::string& pem) {
  const auto bio = bio_of(pem);
  const Owned<X509> certificate(PEM_read_bio_X509(bio.get(), nullptr, &no_passphrase, nullptr));
  ERR_clear_error();
  if (!certificate) throw Error(Kind::input, "holds no certificate");
  return {.from = time_of(X509_get0_notBefore(certificate.get())),
          .until = time_of(X509_get0_notAfter(certificate.get())),
          .public_key = der_of(X509_get0_pubkey(certificate.get()))};
}

std::string public_key_of(const std::string& pem) {
  // "BEGIN ENCRYPTED PRIVATE KEY", or in the old form "Proc-Type: 4,ENCRYPTED".
  if (pem.find("ENCRYPTED") != std::string::npos)
    throw Error(Kind::input, "is encrypted", "openssl pkey -in FILE -out key.pem decrypts it");
  const auto bio = bio_of(pem);
  const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr));
  ERR_clear_error();
  if (!key) throw Error(Kind::input, "holds no private key");
  return der_of(key.get());
}

}  // namespace skep
