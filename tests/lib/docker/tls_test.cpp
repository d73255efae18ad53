#include "docker/tls.hpp"

#include "base/certificate.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

#include <chrono>

namespace skep::docker {
namespace {

/// A folder with a certificate that is valid for a day, and its key.
struct Pair {
  test::TempDir dir;
  Tls tls{.ca = dir.path() + "/cert.pem",
          .cert = dir.path() + "/cert.pem",
          .key = dir.path() + "/key.pem",
          .source = "DOCKER_CERT_PATH"};
  Certificate certificate;

  Pair() {
    openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-keyout", tls.key, "-out", tls.cert, "-subj", "/CN=me", "-days", "1"});
    certificate = read_certificate(read_file(tls.cert));
  }
  void openssl(std::vector<std::string> words) const {
    words.insert(words.begin(), "openssl");
    Env env;
    env.variables = {{"PATH", "/usr/bin:/bin"}};
    env.cwd = dir.path();
    const auto result = run_process(words, "", env);
    INFO(result.err);
    REQUIRE(result.exit == 0);
  }
  std::string fault(WallTime now) const {
    const auto error = test::error_of([&] { check_tls(tls, now); });
    REQUIRE(error.kind() == Kind::input);
    return error.message() + " | " + error.hint();
  }
  WallTime now() const { return certificate.from + std::chrono::hours(1); }
};

constexpr const char* kNames = " | DOCKER_CERT_PATH names it";

TEST_CASE("files of TLS that are in order pass", "[docker]") {
  const Pair pair;
  REQUIRE_NOTHROW(check_tls(pair.tls, pair.now()));
  REQUIRE(pair.certificate.until - pair.certificate.from == std::chrono::hours(24));
  REQUIRE_NOTHROW(check_tls({}, pair.now()));
}

TEST_CASE("a certificate that is not valid now is told with its time", "[docker]") {
  const Pair pair;
  const std::string hint = " | have a new one made; DOCKER_CERT_PATH names it";
  REQUIRE(pair.fault(pair.certificate.until + std::chrono::seconds(1)) ==
          pair.tls.cert + " has expired, at " + format_utc(pair.certificate.until) + hint);
  REQUIRE(pair.fault(pair.certificate.from - std::chrono::seconds(1)) ==
          pair.tls.cert + " is not valid before " + format_utc(pair.certificate.from) + hint);
}

TEST_CASE("a file of TLS that is missing or holds something else is told by its path", "[docker]") {
  Pair pair;
  const auto nowhere = pair.dir.path() + "/nowhere.pem";
  const auto text = pair.dir.write("text.pem", "-----BEGIN CERTIFICATE-----\nno\n");
  const auto cert = pair.tls.cert;
  pair.tls.ca = nowhere;
  REQUIRE(pair.fault(pair.now()) ==
          "cannot read " + nowhere + ": No such file or directory" + kNames);
  pair.tls.ca = text;
  REQUIRE(pair.fault(pair.now()) == text + " holds no certificate" + kNames);
  pair.tls.ca = cert;
  pair.tls.cert = text;
  REQUIRE(pair.fault(pair.now()) == text + " holds no certificate" + kNames);
  pair.tls.cert = cert;
  pair.tls.key = nowhere;
  REQUIRE(pair.fault(pair.now()) ==
          "cannot read " + nowhere + ": No such file or directory" + kNames);
  pair.tls.key = cert;
  REQUIRE(pair.fault(pair.now()) == cert + " holds no private key" + kNames);
}

TEST_CASE("a key that is encrypted, or of another certificate, is refused", "[docker]") {
  Pair pair;
  const auto other = pair.dir.path() + "/other.pem";
  const auto closed = pair.dir.path() + "/closed.pem";
  pair.openssl({"genpkey", "-algorithm", "ED25519", "-out", other});
  pair.openssl({"pkey", "-in", pair.tls.key, "-aes128", "-passout", "pass:word", "-out", closed});
  const auto cert = pair.tls.cert;
  pair.tls.key = other;
  REQUIRE(pair.fault(pair.now()) ==
          other + " is not the key of " + cert + " | DOCKER_CERT_PATH names them");
  pair.tls.key = closed;
  REQUIRE(pair.fault(pair.now()) ==
          closed + " is encrypted | openssl pkey -in FILE -out key.pem decrypts it");
}

}  // namespace
}  // namespace skep::docker
