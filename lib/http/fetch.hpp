#pragma once
// One HTTP request to any URL, for checks: no pool, no redirects, no proxy from the environment.
#include "http/message.hpp"

#include <chrono>
#include <stop_token>
#include <string>

namespace skep::http {

struct Fetch {
  std::string method = "GET";
  std::string url;  // http:// or https://
  Pairs headers;
  std::string body;
  std::string connect;  // HOST:PORT to connect to instead of the URL's; the Host header and TLS
                        // name stay the URL's
  std::chrono::milliseconds timeout{5000};  // for all of it
  bool verify_tls = true;
  std::string ca_file;                 // PEM; "" is the system's
  std::size_t max_body = 1024 * 1024;  // longer bodies are cut
};

/// Throws Error{unreachable} when no answer came ("GET http://…: Connection refused"),
/// Error{interrupted}.
Response fetch(const Fetch& what, std::stop_token stop = {});

}  // namespace skep::http
