#include "base/image_ref.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

// The rules are those of distribution/reference (reference.go, normalize.go, regexp.go).
namespace skep {
namespace {

constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestTag = 128;

template <typename F>
bool all(std::string_view text, F test) {
  return std::all_of(text.begin(), text.end(), test);
}

/// Calls `test` for each piece between separators; false as soon as one fails.
template <typename F>
bool each(std::string_view text, char separator, F test) {
  for (;;) {
    const std::size_t end = text.find(separator);
    if (!test(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

bool is_host_part(std::string_view part) {
  return !part.empty() && part.front() != '-' && part.back() != '-' &&
         all(part, [](char c) { return is_alnum(c) || c == '-'; });
}

bool is_domain(std::string_view domain) {
  const std::size_t bracket = domain.rfind(']');
  const std::size_t colon = domain.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  if (has_port) {
    const std::string_view port = domain.substr(colon + 1);
    if (port.empty() || !all(port, is_digit)) return false;
    domain = domain.substr(0, colon);
  }
  if (!domain.empty() && domain.front() == '[') {
    return domain.size() > 2 && domain.back() == ']' &&
           all(domain.substr(1, domain.size() - 2), [](char c) { return is_hex(c) || c == ':'; });
  }
  return each(domain, '.', is_host_part);
}

/// [a-z0-9]+ ((\.|_|__|-+) [a-z0-9]+)*
bool is_path_part(std::string_view part) {
  if (part.empty()) return false;
  std::string_view separator;
  for (std::size_t at = 0; at < part.size();) {
    std::size_t end = at;
    while (end < part.size() && (is_lower(part[end]) || is_digit(part[end]))) ++end;
    if (end == at) return false;
    if (end == part.size()) return true;
    at = end;
    while (at < part.size() && !is_lower(part[at]) && !is_digit(part[at])) ++at;
    separator = part.substr(end, at - end);
    const bool known = separator == "." || separator == "_" || separator == "__" ||
                       all(separator, [](char c) { return c == '-'; });
    if (!known) return false;
  }
  return false;
}

bool is_tag(std::string_view tag) {
  return !tag.empty() && tag.size() <= kLongestTag &&
         (is_alnum(tag.front()) || tag.front() == '_') &&
         all(tag, [](char c) { return is_alnum(c) || c == '_' || c == '.' || c == '-'; });
}

bool is_digest(std::string_view digest) {
  const std::size_t colon = digest.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view algorithm = digest.substr(0, colon);
  const std::size_t wanted = algorithm == "sha256"   ? 64
                             : algorithm == "sha384" ? 96
                             : algorithm == "sha512" ? 128
                                                     : 0;
  return wanted != 0 && digest.size() == colon + 1 + wanted &&
         all(digest.substr(colon + 1), is_lower_hex);
}

void split_domain(std::string_view name, ImageRef& ref) {
  const std::size_t slash = name.find('/');
  const std::string_view first = name.substr(0, slash);
  const bool domain = slash != std::string_view::npos &&
                      (first.find_first_of(".:") != std::string_view::npos ||
                       first == "localhost" || std::any_of(first.begin(), first.end(), is_upper));
  ref.domain = domain ? first : "docker.io";
  ref.path = domain ? name.substr(slash + 1) : name;
  if (ref.domain == "index.docker.io") ref.domain = "docker.io";
  if (ref.domain == "docker.io" && ref.path.find('/') == std::string::npos) {
    ref.path = "library/" + ref.path;
  }
}

struct Parsed {
  ImageRef ref;
  std::string reason;  // why it is not a reference
};

Parsed parse(std::string_view text) {
  ImageRef ref;
  if (text.empty()) return {ref, "it is empty"};
  if (text.size() == 64 && all(text, is_lower_hex)) return {ref, "it looks like an image's id"};
  std::string_view name = text;
  if (const std::size_t at = name.find('@'); at != std::string_view::npos) {
    ref.digest = name.substr(at + 1);
    name = name.substr(0, at);
    if (!is_digest(ref.digest)) return {ref, fmt::format("bad digest \"{}\"", ref.digest)};
  }
  const std::size_t colon = name.rfind(':');
  if (colon != std::string_view::npos && name.find('/', colon) == std::string_view::npos) {
    ref.tag = name.substr(colon + 1);
    name = name.substr(0, colon);
    if (!is_tag(ref.tag)) return {ref, fmt::format("bad tag \"{}\"", ref.tag)};
  }
  split_domain(name, ref);
  if (std::any_of(ref.path.begin(), ref.path.end(), is_upper)) {
    return {ref, "the repository's name must be in lower case"};
  }
  if (!is_domain(ref.domain)) return {ref, fmt::format("bad registry \"{}\"", ref.domain)};
  if (!each(ref.path, '/', is_path_part)) {
    return {ref, fmt::format("bad repository name \"{}\"", name)};
  }
  if (ref.domain.size() + 1 + ref.path.size() > kLongestName) {
    return {ref, "the repository's name is longer than 255 characters"};
  }
  return {ref, ""};
}

std::string with_tag_and_digest(std::string name, const ImageRef& ref) {
  if (!ref.tag.empty()) name += ":" + ref.tag;
  if (!ref.digest.empty()) name += "@" + ref.digest;
  return name;
}

}  // namespace

std::string ImageRef::repository() const {
  if (domain != "docker.io") return domain + "/" + path;
  constexpr std::string_view kOfficial = "library/";
  const bool official =
      path.starts_with(kOfficial) && path.find('/', kOfficial.size()) == std::string::npos;
  return official ? path.substr(kOfficial.size()) : path;
}

std::string ImageRef::familiar() const {
  return with_tag_and_digest(repository(), *this);
}

std::string ImageRef::full() const {
  return with_tag_and_digest(domain + "/" + path, *this);
}

ImageRef ImageRef::tagged() const {
  ImageRef result = *this;
  if (tag.empty() && digest.empty()) result.tag = "latest";
  return result;
}

std::optional<ImageRef> parse_image_ref(const std::string& text) {
  auto parsed = parse(text);
  if (!parsed.reason.empty()) return std::nullopt;
  return std::move(parsed.ref);
}

ImageRef image_ref(const std::string& text) {
  auto parsed = parse(text);
  if (!parsed.reason.empty()) {
    throw Error(Kind::input,
                fmt::format("invalid image reference \"{}\": {}", text, parsed.reason));
  }
  return std::move(parsed.ref);
}

}  // namespace skep
