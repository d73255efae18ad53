#include "mongo/uri.hpp"

#include "base/hash.hpp"
#include "mongo/mongo.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::mongo {
namespace {

constexpr const char* kScheme = "mongodb://";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string url_decode(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size();
    const int high = escape ? hex_digit(text[i + 1]) : -1;
    const int low = escape ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      result += text[i];
      continue;
    }
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return result;
}

}  // namespace

Secret connection_string(const Cluster& cluster, const User& user, const Secret& password) {
  std::vector<std::string> hosts;
  for (const auto& [name, port] : cluster.hosts) hosts.push_back(fmt::format("{}:{}", name, port));
  std::vector<std::string> options;
  if (!cluster.replica_set.empty())
    options.push_back("replicaSet=" + url_encode(cluster.replica_set));
  options.push_back("authSource=" + url_encode(cluster.auth_source));
  if (cluster.tls) options.emplace_back("tls=true");
  for (const auto& [key, value] : cluster.options) options.push_back(key + "=" + url_encode(value));
  return Secret(fmt::format("{}{}:{}@{}/{}?{}", kScheme, url_encode(user.name),
                            url_encode(password.reveal()), fmt::join(hosts, ","),
                            url_encode(user.database), fmt::join(options, "&")));
}

std::optional<std::pair<std::string, Secret>> credentials_of(const std::string& uri) {
  if (uri.rfind(kScheme, 0) != 0) return std::nullopt;
  const std::string rest = uri.substr(std::string(kScheme).size());
  const auto at = rest.substr(0, rest.find('/')).rfind('@');
  if (at == std::string::npos) return std::nullopt;
  const auto colon = rest.find(':');
  if (colon == std::string::npos || colon > at) return std::nullopt;
  return std::pair{url_decode(rest.substr(0, colon)),
                   Secret(url_decode(rest.substr(colon + 1, at - colon - 1)))};
}

}  // namespace skep::mongo
