#include "stack/short_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace skep::stack {
namespace {

bool letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

bool slash(char c) {
  return c == '/' || c == '\\';
}

/// \\server\share\path; a pipe such as \\.\pipe\name is none (docker/cli
/// cli/compose/loader/windows_path.go).
bool windows_share(const std::string& path) {
  if (path.size() < 5 || !slash(path[0]) || !slash(path[1]) || slash(path[2]) || path[2] == '.')
    return false;
  std::size_t at = 3;
  while (at + 1 < path.size() && !slash(path[at])) ++at;
  if (at + 2 >= path.size() || slash(path[at + 1]) || path[at + 1] == '.') return false;
  const auto end = path.find_first_of("/\\", at + 1);
  return end != std::string::npos;
}

/// The parts between colons; `C:\x` is one part.
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    const bool drive = parts.back().size() == 1 && letter(parts.back().front());
    if (c == ':' && !drive) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

bool is_path(const std::string& source) {
  if (source.empty()) return false;
  if (source.front() == '.' || source.front() == '/' || source.front() == '~') return true;
  if (source.starts_with("\\\\")) return true;  // a Windows pipe
  return source.size() > 1 && letter(source[0]) && source[1] == ':';
}

void take_options(const std::string& text, ShortMount& result) {
  constexpr std::array kPropagations = {"rprivate", "private", "rshared",
                                        "shared",   "rslave",  "slave"};
  // They meant something to Docker Desktop for Mac alone, and docker reads over them.
  constexpr std::array kConsistencies = {"consistent", "cached", "delegated"};
  std::string rest = text;
  while (true) {
    const auto comma = rest.find(',');
    const std::string option = rest.substr(0, comma);
    if (option == "ro") {
      result.mount.read_only = true;
    } else if (option == "rw") {
      result.mount.read_only = false;
    } else if (option == "nocopy") {
      result.mount.volume = Mount::Volume{true, "", {}};
    } else if (std::find(kPropagations.begin(), kPropagations.end(), option) !=
               kPropagations.end()) {
      result.mount.propagation = option;
    } else if (!option.empty() && std::find(kConsistencies.begin(), kConsistencies.end(), option) ==
                                      kConsistencies.end()) {
      result.unknown.push_back(option);
    }
    if (comma == std::string::npos) return;
    rest = rest.substr(comma + 1);
  }
}

Parsed<ShortMount> wrong_mount(const std::string& text, const std::string& what) {
  return {{},
          fmt::format("\"{}\" is no mount: {}", text, what),
          "write \"data:/var/lib/data\" or \"./folder:/target:ro\""};
}

}  // namespace

std::optional<std::int64_t> octal_mode(const std::string& text) {
  constexpr std::int64_t kMost = 07777;
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, bad] = std::from_chars(text.data(), end, value, 8);
  const bool good = !text.empty() && bad == std::errc() && rest == end;
  return good && value >= 0 && value <= kMost ? std::optional(value) : std::nullopt;
}

bool absolute(const std::string& path) {
  return path.starts_with("\\\\") || docker_absolute(path);
}

bool docker_absolute(const std::string& path) {
  if (path.starts_with('/')) return true;
  if (path.size() > 2 && letter(path[0]) && path[1] == ':') return slash(path[2]);
  return windows_share(path);
}

Parsed<ShortMount> parse_mount(const std::string& text) {
  if (text.empty()) return wrong_mount(text, "it is empty");
  ShortMount result;
  result.mount.type = "volume";
  if (text.size() <= 2) {
    result.mount.target = text;
    return {std::move(result), "", ""};
  }
  const auto parts = parts_of(text);
  if (std::any_of(parts.begin(), parts.end(),
                  [](const std::string& part) { return part.empty(); })) {
    return wrong_mount(text, "there is nothing between two colons, or before or after one");
  }
  if (parts.size() > 3) return wrong_mount(text, "it has too many colons");
  if (parts.size() > 1) result.mount.source = parts[0];
  result.mount.target = parts[parts.size() > 1 ? 1 : 0];
  if (parts.size() == 3) take_options(parts[2], result);
  if (is_path(result.mount.source)) result.mount.type = "bind";
  const bool bind = result.mount.type == "bind";
  if (bind && result.mount.volume)
    return {std::move(result), "nocopy does not go with a bind mount", "remove nocopy"};
  if (!bind && result.mount.propagation) {
    return {std::move(result), "propagation does not go with a volume",
            "remove it, or mount a path"};
  }
  return {std::move(result), "", ""};
}

}  // namespace skep::stack
