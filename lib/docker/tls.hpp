#pragma once
// The files of TLS to an engine. Rules: docker/cli cli/flags/options.go and
// cli/context/docker/load.go.
#include "base/clock.hpp"

#include <string>

namespace skep::docker {

/// Paths of PEM files; "" where there is none.
struct Tls {
  std::string ca = {};  // the only authorities that count; "": the system's
  std::string cert = {};
  std::string key = {};
  bool verify = true;       // false: anybody can answer for this engine
  std::string source = {};  // what names the files: "DOCKER_CERT_PATH", "context prod"
};

/// Looks at the files before anything is sent: each that is named must be there and hold what it
/// should, the certificate must be valid now, and the key be its own and not encrypted. Throws
/// Error{input} with the path, and in its hint where that came from.
void check_tls(const Tls& tls, WallTime now);

}  // namespace skep::docker
