#include "base/looks_secret.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>

namespace skep {
namespace {

constexpr std::array<std::string_view, 11> kSecretWords = {
    "password", "passwd",     "passphrase", "secret",    "token",        "apikey",
    "private",  "credential", "basicauth",  "accesskey", "authorization"};
constexpr std::array<std::string_view, 6> kSecretParts = {"pass", "pw",   "pwd",
                                                          "key",  "auth", "dsn"};

/// "dbPass" → "db_Pass".
std::string split_words(std::string_view name) {
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (i > 0 && is_upper(name[i]) && is_lower(name[i - 1])) result += '_';
    result += name[i];
  }
  return result;
}

/// "a.b-c_D" → whether one of its parts is a secret word by itself ("MYSQL_PASS", "db.pw").
bool has_secret_part(const std::string& name) {
  std::size_t begin = 0;
  while (begin <= name.size()) {
    const auto end = std::min(name.find_first_of("_-. /", begin), name.size());
    const auto part = std::string_view(name).substr(begin, end - begin);
    if (std::find(kSecretParts.begin(), kSecretParts.end(), part) != kSecretParts.end())
      return true;
    begin = end + 1;
  }
  return false;
}

/// "scheme://user:password@…", also "scheme://token@…".
bool has_user_info(std::string_view value) {
  auto at = value.find("://");
  while (at != std::string_view::npos) {
    const auto rest = value.substr(at + 3);
    const auto authority = rest.substr(0, rest.find_first_of("/?# \t\n\"'"));
    if (authority.find('@') != std::string_view::npos) return true;
    at = value.find("://", at + 3);
  }
  return false;
}

/// "…password=x", "--token x" inside a longer text.
bool has_assignment(std::string_view value) {
  const auto text = lower(std::string(value));
  for (const auto word : kSecretWords) {
    auto at = text.find(word);
    while (at != std::string::npos) {
      const auto end = at + word.size();
      if (end + 1 < text.size() && (text[end] == '=' || text[end] == ':' || text[end] == ' '))
        return true;
      at = text.find(word, end);
    }
  }
  return false;
}

/// "curl -u me:pw", "--user me:pw".
bool has_user_flag(std::string_view value) {
  for (const std::string_view flag : {"-u ", "--user ", "--user="}) {
    for (auto at = value.find(flag); at != std::string_view::npos; at = value.find(flag, at + 1)) {
      if (at > 0 && value[at - 1] != ' ') continue;
      const auto rest = value.substr(at + flag.size());
      const auto word = rest.substr(0, rest.find_first_of(" \t\n\"'"));
      const auto colon = word.find(':');
      if (colon != std::string_view::npos && colon + 1 < word.size()) return true;
    }
  }
  return false;
}

}  // namespace

bool name_looks_secret(std::string_view name) {
  const auto text = lower(std::string(name));
  if (text.ends_with("_file") || text.ends_with("_path")) return false;
  const bool word =
      std::any_of(kSecretWords.begin(), kSecretWords.end(),
                  [&](std::string_view secret) { return text.find(secret) != std::string::npos; });
  return word || has_secret_part(lower(split_words(name)));
}

bool value_looks_secret(std::string_view value) {
  return has_user_info(value) || has_assignment(value) || has_user_flag(value) ||
         value.find("-----BEGIN") != std::string_view::npos;
}

std::string shown_url(const std::string& url) {
  const auto scheme = url.find("://");
  const auto begin = scheme == std::string::npos ? 0 : scheme + 3;
  const auto end = std::min(url.find_first_of("/?#", begin), url.size());
  const auto at = url.rfind('@', end);
  std::string result = url.substr(0, begin);
  result += at != std::string::npos && at >= begin && at < end
                ? "***@" + url.substr(at + 1, end - at - 1)
                : url.substr(begin, end - begin);
  const auto query = url.find('?', end);
  if (query == std::string::npos) return result + url.substr(end);
  result += url.substr(end, query - end);
  for (std::size_t from = query; from < url.size();) {
    const auto next = std::min(url.find_first_of("&#", from + 1), url.size());
    const auto pair = url.substr(from, next - from);
    const auto equals = pair.find('=');
    const bool secret =
        equals != std::string::npos && name_looks_secret(pair.substr(1, equals - 1));
    result += secret ? pair.substr(0, equals + 1) + "***" : pair;
    from = next;
  }
  return result;
}

}  // namespace skep
