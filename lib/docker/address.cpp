#include "docker/address.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace skep::docker {

namespace {

constexpr const char* kForms =
    "unix:///var/run/docker.sock, tcp://HOST:2376 and ssh://USER@HOST are addresses";

/// An address in the making, for messages.
struct Reading {
  const std::string& text;
  const std::string& source;
  Error wrong(const std::string& why, const std::string& hint = kForms) const {
    return {Kind::usage, fmt::format("{}: \"{}\": {}", source, text, why), hint};
  }
};

struct HostPort {
  std::string host;
  std::string port;
};

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1));
}

bool all_of(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_alnum(c) || one_of(c, others); });
}

std::string good_port(const std::string& port, const Reading& reading) {
  int number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc() || end != port.data() + port.size() || number < 1 || number > 65535)
    throw reading.wrong(fmt::format("\"{}\" is no port", port));
  return port;
}

/// "host", "host:port", ":port", "[::1]:port".
HostPort host_and_port(const std::string& text, const Reading& reading) {
  HostPort both;
  std::string_view rest = text;
  if (rest.starts_with('[')) {
    const auto end = rest.find(']');
    if (end == std::string_view::npos) throw reading.wrong("the bracket [ has no end");
    both.host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    if (both.host.find(':') == std::string::npos)
      throw reading.wrong("between brackets stands an IPv6 address");
  } else {
    both.host = rest.substr(0, rest.find(':'));
    rest.remove_prefix(both.host.size());
  }
  if (rest.find(':', 1) != std::string_view::npos)
    throw reading.wrong("an IPv6 address stands in brackets, as in tcp://[::1]:2376");
  if (!rest.empty() && rest.front() != ':') throw reading.wrong("that is no host and port");
  if (rest.size() > 1) both.port = good_port(std::string(rest.substr(1)), reading);
  return both;
}

Tcp read_tcp(const std::string& rest, const Reading& reading) {
  const auto slash = std::min(rest.find('/'), rest.size());
  const auto both = host_and_port(rest.substr(0, slash), reading);
  Tcp tcp{.host = both.host, .port = both.port, .prefix = rest.substr(slash)};
  while (tcp.prefix.ends_with('/')) tcp.prefix.pop_back();
  if (!all_of(tcp.host, ".-_:") || tcp.host.starts_with('-'))
    throw reading.wrong(fmt::format("\"{}\" is no host", tcp.host));
  if (!all_of(tcp.prefix, "/.-_~%"))
    throw reading.wrong(fmt::format("\"{}\" is no path", tcp.prefix));
  return tcp;
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  return (is_lower(c) ? c - 'a' : c - 'A') + 10;
}

/// %41 → A, as in URLs.
std::string percent_decoded(std::string_view text, const Reading& reading) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2]))
      throw reading.wrong("behind % stand two hexadecimal digits, as in %40 for @");
    plain += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  return plain;
}

/// What ssh hands on to a ProxyCommand's shell, and what skep hands to ssh, holds no character that
/// means something there.
void require_plain(const Ssh& ssh, const Reading& reading) {
  if (!all_of(ssh.user, "._@+-") || ssh.user.starts_with('-'))
    throw reading.wrong(fmt::format("\"{}\" is no user", ssh.user));
  if (!all_of(ssh.host, "._:%-") || ssh.host.starts_with('-'))
    throw reading.wrong(fmt::format("\"{}\" is no host", ssh.host));
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(ssh.socket.begin(), ssh.socket.end(), control) ||
      ssh.socket.find("${") != std::string::npos || ssh.socket.size() > 107)
    throw reading.wrong("that is no path of a socket");
}

/// [user@]host[:port][/path of the socket there]
Ssh read_ssh(const std::string& rest, const Reading& reading) {
  for (const char c : {'?', '#'}) {
    if (rest.find(c) != std::string::npos)
      throw reading.wrong(fmt::format("an ssh address has no \"{}\"", c));
  }
  const auto slash = std::min(rest.find('/'), rest.size());
  const auto authority = rest.substr(0, slash);
  const auto path = percent_decoded(rest.substr(slash), reading);
  const auto at = authority.rfind('@');
  const auto user = at == std::string::npos ? std::string() : authority.substr(0, at);
  if (user.find(':') != std::string::npos) {
    // The address is not quoted: the password would be in the log.
    throw Error(
        Kind::usage,
        fmt::format("{}: an ssh address with a password in it is not supported", reading.source),
        "use a key: ssh-add it, or name it in ~/.ssh/config");
  }
  const auto both =
      host_and_port(at == std::string::npos ? authority : authority.substr(at + 1), reading);
  Ssh ssh{.user = percent_decoded(user, reading),
          .host = percent_decoded(both.host, reading),
          .port = both.port};
  if (ssh.host.empty()) throw reading.wrong("it names no host");
  if (path.size() > 1) ssh.socket = path;
  require_plain(ssh, reading);
  return ssh;
}

std::optional<std::string> behind(const std::string& text, std::string_view scheme) {
  if (!text.starts_with(scheme)) return std::nullopt;
  return text.substr(scheme.size());
}

UnixSocket read_unix(const std::string& path, const Reading& reading) {
  if (path.empty()) return {};
  if (!path.starts_with('/')) throw reading.wrong("the path of a socket must be absolute");
  return {path};
}

Error no_scheme(const Reading& reading) {
  const auto scheme = reading.text.substr(0, reading.text.find("://"));
  return reading.wrong(fmt::format("engines on {}:// are not supported", scheme));
}

}  // namespace

Address parse_address(std::string_view given, const std::string& source) {
  const auto text = trimmed(given);
  const Reading reading{text, source};
  if (text.empty()) return UnixSocket{};
  if (text.starts_with('/')) {
    throw reading.wrong("an address begins with its kind",
                        fmt::format("a socket is unix://{}", text));
  }
  if (const auto path = behind(text, "unix://")) return read_unix(*path, reading);
  if (const auto rest = behind(text, "ssh://")) return read_ssh(*rest, reading);
  const auto rest = behind(text, "tcp://");
  if (!rest && text.find("://") != std::string::npos) throw no_scheme(reading);
  auto tcp = read_tcp(rest.value_or(text), reading);
  // As with docker 2375 also where TLS is spoken.
  if (tcp.host.empty()) tcp.host = Tcp{}.host;
  if (tcp.port.empty()) tcp.port = Tcp{}.port;
  return tcp;
}

Address parse_context_address(const std::string& text, const std::string& source) {
  const Reading reading{text, source};
  if (text.empty()) return UnixSocket{};
  if (const auto path = behind(text, "unix://")) return read_unix(*path, reading);
  if (const auto rest = behind(text, "ssh://")) return read_ssh(*rest, reading);
  const auto rest = behind(text, "tcp://");
  if (!rest) {
    if (text.find("://") != std::string::npos) throw no_scheme(reading);
    throw reading.wrong("an address begins with its kind");
  }
  auto tcp = read_tcp(*rest, reading);
  if (tcp.host.empty() || tcp.port.empty()) {
    throw reading.wrong("a context's address needs host and port",
                        "docker context update NAME --docker host=tcp://HOST:2376");
  }
  return tcp;
}

}  // namespace skep::docker
