#include "base/certificate.hpp"

#include "base/error.hpp"
#include "support/catch.hpp"

using namespace skep;

namespace {

// openssl ca -selfsign -startdate 20260101000000Z -enddate 99991231235959Z
constexpr const char* kCertificate = R"(-----BEGIN CERTIFICATE-----
MIHAMHQCAQEwBQYDK2VwMAwxCjAIBgNVBAMMAXgwIBcNMjYwMTAxMDAwMDAwWhgP
OTk5OTEyMzEyMzU5NTlaMAwxCjAIBgNVBAMMAXgwKjAFBgMrZXADIQCzG+oIfJL0
xCWHyRJk/BxcRhbcH5h+eb3az++nGvzCvzAFBgMrZXADQQA6h9OYkh/3qlNv4+m2
EfbOyThLINIlfGcHFgOX5u5+pVQq9nNHwsOP5yuJzL9qYtKV414Jt02xDe5cA7Rn
7JsE
-----END CERTIFICATE-----
)";
constexpr const char* kKey = R"(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJYju2sHDtO20X4EP3RHBWFhZHDhr9Kl0fzv2O+ya83c
-----END PRIVATE KEY-----
)";

}  // namespace

TEST_CASE("a certificate says from when to when it is valid, and has its key's public half",
          "[base]") {
  const auto certificate = read_certificate(std::string("text before\n") + kCertificate);
  CHECK(format_utc(certificate.from) == "2026-01-01T00:00:00Z");
  CHECK(certificate.until == WallTime::max());  // the year 9999
  CHECK(certificate.public_key == public_key_of(kKey));
}

TEST_CASE("what is no certificate and no key is told", "[base]") {
  CHECK_THROWS_WITH(read_certificate(""), "holds no certificate");
  CHECK_THROWS_WITH(read_certificate(kKey), "holds no certificate");
  CHECK_THROWS_WITH(public_key_of(""), "holds no private key");
  CHECK_THROWS_WITH(public_key_of(kCertificate), "holds no private key");
  CHECK_THROWS_WITH(public_key_of("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), "is encrypted");
}
