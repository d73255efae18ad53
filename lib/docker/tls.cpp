#include "docker/tls.hpp"

#include "base/certificate.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

#include <fmt/format.h>

namespace skep::docker {

namespace {

/// Runs `f` with the file's text; an error says where the file was named.
template <typename F>
auto with_text(const std::string& path, const std::string& source, F f) {
  const auto named = fmt::format("{} names it", source);
  std::string text;
  try {
    text = read_file(path);
  } catch (const Error& error) {
    throw Error(Kind::input, error.message(), named);
  }
  try {
    return f(text);
  } catch (const Error& error) {
    throw Error(Kind::input, fmt::format("{} {}", path, error.message()),
                error.hint().empty() ? named : error.hint());
  }
}

void check_pair(const Tls& tls, const Certificate& certificate, WallTime now) {
  const auto wrong = [&](const std::string& what) {
    return Error(Kind::input, fmt::format("{} {}", tls.cert, what),
                 fmt::format("have a new one made; {} names it", tls.source));
  };
  if (now > certificate.until)
    throw wrong(fmt::format("has expired, at {}", format_utc(certificate.until)));
  if (now < certificate.from)
    throw wrong(fmt::format("is not valid before {}", format_utc(certificate.from)));
  if (tls.key.empty()) return;
  const auto key = with_text(tls.key, tls.source, public_key_of);
  if (key == certificate.public_key) return;
  throw Error(Kind::input, fmt::format("{} is not the key of {}", tls.key, tls.cert),
              fmt::format("{} names them", tls.source));
}

}  // namespace

void check_tls(const Tls& tls, WallTime now) {
  if (!tls.ca.empty()) with_text(tls.ca, tls.source, read_certificate);
  if (!tls.cert.empty()) check_pair(tls, with_text(tls.cert, tls.source, read_certificate), now);
}

}  // namespace skep::docker
