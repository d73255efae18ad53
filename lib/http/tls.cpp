#include "http/tls.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace skep::http {

namespace {

/// OpenSSL's X509_V_ERR_…, of which libcurl hands on the number.
enum Verdict : long {
  kNotYetValid = 9,
  kExpired = 10,
  kSelfSigned = 18,
  kSelfSignedInChain = 19,
  kNoIssuerHere = 20,
  kNoFirstIssuer = 21,
};

struct Words {
  std::string fact;
  std::string hint;
};

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string host_of(const std::string& url) {
  const auto begin = url.find("://") + 3;
  const auto end = url.find('/', begin);
  const auto host = url.substr(begin, end - begin);
  return host.substr(0, host.rfind(':'));
}

/// Why the engine's certificate was not taken.
Words refused_here(const Handle& handle, const Endpoint& endpoint, std::string why) {
  if (has(why, "target host name")) {
    return {
        fmt::format("the engine's certificate is not made out to {}", host_of(endpoint.base_url)),
        "connect by a name that stands in it, or have one made with this name"};
  }
  long verdict = 0;
  curl_easy_getinfo(handle.easy(), CURLINFO_SSL_VERIFYRESULT, &verdict);
  switch (verdict) {
    case kExpired:
      return {"the engine's certificate has expired", "have a new one made for the engine"};
    case kNotYetValid:
      return {"the engine's certificate is not valid yet", "is the time of this machine right?"};
    case kSelfSigned:
    case kSelfSignedInChain:
    case kNoIssuerHere:
    case kNoFirstIssuer:
      return {fmt::format("the engine's certificate is of an authority that {} does not name",
                          endpoint.tls->ca.empty() ? "this system" : endpoint.tls->ca),
              "is this the right engine? then its authority's certificate belongs into ca.pem"};
    default:
      return {std::move(why), {}};
  }
}

/// The engine's alert about ours: TLS 1.3 brings it at the first read, after the request was sent.
bool refused_there(std::string_view why) {
  return has(why, "alert") && (has(why, "certificate") || has(why, "unknown ca"));
}

Words client_refused(const Tls& tls) {
  if (tls.cert.empty()) {
    return {"the engine wants a client's certificate, and there is none",
            "cert.pem and key.pem belong beside ca.pem"};
  }
  return {fmt::format("the engine does not take the client's certificate {}", tls.cert),
          "is it of the authority that the engine trusts (its tlscacert), made for clients, and "
          "still valid there?"};
}

std::optional<Words> words_for(const Handle& handle, CURLcode code, const Endpoint& endpoint) {
  const auto why = handle.why(code);
  if (refused_there(why)) return client_refused(*endpoint.tls);
  if (code == CURLE_PEER_FAILED_VERIFICATION) return refused_here(handle, endpoint, why);
  if (code == CURLE_SSL_CACERT_BADFILE)
    return Words{fmt::format("{} cannot be used: {}", endpoint.tls->ca, why), {}};
  if (code == CURLE_SSL_CERTPROBLEM) return Words{why, {}};
  if (code != CURLE_SSL_CONNECT_ERROR) return std::nullopt;
  if (has(why, "wrong version number") || has(why, "packet length too long"))
    return Words{"it does not speak TLS there",
                 "is it the port without TLS (2375)? then DOCKER_TLS_VERIFY must not be set"};
  if (has(why, "alert handshake failure"))
    return Words{"the engine ended the handshake",
                 "does it want a client's certificate (cert.pem and key.pem beside ca.pem)?"};
  if (has(why, "unsupported protocol") || has(why, "protocol version"))
    return Words{"it does not speak TLS 1.2 or later", "docker asks for as much"};
  return Words{why, {}};
}

}  // namespace

void set_tls(Handle& handle, const Tls& tls) {
  CURL* easy = handle.easy();
  set_option(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set_option(easy, CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
  set_option(easy, CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
  if (!tls.ca.empty()) {
    set_option(easy, CURLOPT_CAINFO, tls.ca.c_str());
    set_option(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (tls.cert.empty()) return;
  set_option(easy, CURLOPT_SSLCERT, tls.cert.c_str());
  set_option(easy, CURLOPT_SSLKEY, tls.key.c_str());
  set_option(easy, CURLOPT_KEYPASSWD, "");  // else OpenSSL asks on the terminal
}

std::optional<Error> tls_fault(const Handle& handle, CURLcode code, const Endpoint& endpoint) {
  if (!endpoint.tls) return std::nullopt;
  const auto words = words_for(handle, code, endpoint);
  if (!words) return std::nullopt;
  return Error(Kind::unreachable,
               fmt::format("cannot connect to {}: {}", endpoint.display, words->fact), words->hint);
}

}  // namespace skep::http
