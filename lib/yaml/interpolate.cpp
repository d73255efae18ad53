#include "yaml/interpolate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace skep::yaml {
namespace {

constexpr int kDeepestDefault = 50;

bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool word(char c) {
  return letter(c) || (c >= '0' && c <= '9');
}

/// Length of the variable's name at the front.
std::size_t name_length(std::string_view text) {
  if (text.empty() || !letter(text.front())) return 0;
  std::size_t length = 1;
  while (length < text.size() && word(text[length])) ++length;
  return length;
}

/// Length of "$apr1$" or "$2y$" at the front: how the hash of a password begins (crypt(5)).
std::size_t hash_mark(std::string_view text) {
  constexpr std::array<std::string_view, 14> kMarks = {
      "$apr1$", "$1$", "$2$", "$2a$",      "$2b$",      "$2x$",       "$2y$",
      "$5$",    "$6$", "$y$", "$argon2i$", "$argon2d$", "$argon2id$", "$sha1$"};
  for (const std::string_view mark : kMarks) {
    if (text.starts_with(mark)) return mark.size();
  }
  return 0;
}

/// A piece of text that was taken, and what it stands for.
struct Piece {
  std::size_t length = 0;
  std::string value;
};

/// Expands until the first problem, which ends it.
class Expander {
 public:
  explicit Expander(const Interpolation& how) : how_(how) {}

  std::string expand(std::string_view text, int depth = 0) {
    if (depth > kDeepestDefault) return invalid(text);
    std::string result;
    while (!text.empty() && problem_.empty()) {
      const std::size_t dollar = text.find('$');
      result += text.substr(0, dollar);
      if (dollar == std::string_view::npos) break;
      text.remove_prefix(dollar);
      const Piece piece = take(text, depth);
      result += piece.value;
      text.remove_prefix(piece.length);
    }
    return result;
  }

  const std::string& problem() const { return problem_; }
  const std::string& hint() const { return hint_; }
  const std::string& what_is_invalid() const { return invalid_; }

 private:
  std::string fail(std::string problem, std::string hint = {}) {
    if (problem_.empty()) {
      problem_ = std::move(problem);
      hint_ = std::move(hint);
    }
    return "";
  }

  std::string invalid(std::string_view text) {
    constexpr std::size_t kShown = 40;
    if (const std::size_t mark = hash_mark(text); mark > 0) {
      invalid_ = text;
      return fail(fmt::format("invalid interpolation \"{}…\"", text.substr(0, mark)),
                  "write $$ for each $ of a password's hash");
    }
    const std::string more = text.size() > kShown ? "…" : "";
    invalid_ = text;
    return fail(fmt::format("invalid interpolation \"{}{}\"", text.substr(0, kShown), more),
                "write $$ for a literal $");
  }

  std::string required(const std::string& name, const std::string& why, bool set) {
    const char* state = set ? "is empty" : "is not set";
    return fail(fmt::format("the variable {} {}{}{}", name, state, why.empty() ? "" : ": ", why));
  }

  /// What stands at the front of `text`, which starts with a `$`.
  Piece take(std::string_view text, int depth) {
    if (text.size() > 1 && text[1] == '$') return {2, "$"};
    if (const std::size_t name = name_length(text.substr(1)); name > 0) {
      const std::size_t end = how_.dialect == Dialect::docker ? unbraced_end(text, name) : 1 + name;
      const std::string_view body = text.substr(1, end - 1);
      if (body.size() == name) return {end, plain(std::string(body), hash_mark(text) > 0)};
      return {end, docker_braced(body, name, text.substr(0, end))};
    }
    const bool braced = text.size() > 1 && text[1] == '{';
    const std::size_t name = braced ? name_length(text.substr(2)) : 0;
    const bool docker = how_.dialect == Dialect::docker;
    const std::size_t end = docker ? text.find('}') : closing(text);
    if (name == 0 || end == std::string_view::npos) return {text.size(), invalid(text)};
    const std::string_view body = text.substr(2, end - 2);
    const std::string_view whole = text.substr(0, end + 1);
    if (body.size() == name) return {whole.size(), plain(std::string(body))};
    return {whole.size(),
            docker ? docker_braced(body, name, whole) : braced_value(body, name, whole, depth)};
  }

  /// docker/cli takes `$NAME-rest` for a default too, up to a '}' or the end of the text.
  static std::size_t unbraced_end(std::string_view text, std::size_t name) {
    std::string_view rest = text.substr(1 + name);
    if (rest.starts_with(':')) rest.remove_prefix(1);
    if (!rest.starts_with('-') && !rest.starts_with('?')) return 1 + name;
    return std::min(text.find('}', 1 + name), text.size());
  }

  /// Where the brace that `${` opens is closed, over nested ones.
  static std::size_t closing(std::string_view text) {
    int open = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '$' && i + 1 < text.size()) {
        ++i;
        if (text[i] == '{') ++open;
      } else if (text[i] == '}' && --open == 0) {
        return i;
      }
    }
    return std::string_view::npos;
  }

  std::string plain(const std::string& name, bool may_be_hash = false) {
    const auto value = how_.lookup(name);
    if (value) return *value;
    if (how_.allow_missing || how_.dialect == Dialect::docker) return "";
    return fail(fmt::format("the variable {} is not set", name),
                may_be_hash ? "write $$ for each $ of a password's hash"
                            : fmt::format("set it, or give a default: ${{{}:-default}}", name));
  }

  std::string braced_value(std::string_view body, std::size_t name_size, std::string_view whole,
                           int depth) {
    const std::string name(body.substr(0, name_size));
    body.remove_prefix(name_size);
    const bool colon = body.front() == ':';
    if (colon) body.remove_prefix(1);
    if (body.empty()) return invalid(whole);
    const char form = body.front();
    const std::string_view rest = body.substr(1);
    const auto value = how_.lookup(name);
    const bool there = value && !(colon && value->empty());
    if (form == '-') return there ? *value : expand(rest, depth + 1);
    if (form == '+') return there ? expand(rest, depth + 1) : "";
    if (form != '?') return invalid(whole);
    return there ? *value : required(name, expand(rest, depth + 1), value.has_value());
  }

  /// docker/cli's order of trying: a '-' anywhere, in the words of an error too, makes a default of
  /// it.
  std::string docker_braced(std::string_view body, std::size_t name_size, std::string_view whole) {
    const std::string_view mark = body.substr(name_size);
    const bool known = mark.starts_with(":-") || mark.starts_with(":?") || mark.starts_with('-') ||
                       mark.starts_with('?');
    if (!known) return invalid(whole);
    for (const std::string_view separator : {":-", "-", ":?", "?"}) {
      const std::size_t at = body.find(separator);
      if (at == std::string_view::npos) continue;
      const std::string name(body.substr(0, at));
      const std::string rest(body.substr(at + separator.size()));
      const auto value = how_.lookup(name);
      const bool there = value && !(separator.front() == ':' && value->empty());
      if (there) return *value;
      return separator.back() == '-' ? rest : required(name, rest, value.has_value());
    }
    return invalid(whole);
  }

  const Interpolation& how_;
  std::string problem_;
  std::string hint_;
  std::string invalid_;
};

}  // namespace

Interpolated interpolate(const std::string& text, const Interpolation& how) {
  Expander expander(how);
  std::string result = expander.expand(text);
  if (!expander.problem().empty()) result = text;
  return {std::move(result), expander.problem(), expander.what_is_invalid(), expander.hint()};
}

Node interpolate(Node node, const Interpolation& how, Diagnostics& diagnostics,
                 const std::string& path) {
  if (node.is_list()) {
    for (std::size_t i = 0; i < node.items().size(); ++i) {
      Node& item = node.items()[i];
      item = interpolate(std::move(item), how, diagnostics, join_path(path, i));
    }
  } else if (node.is_map()) {
    for (std::size_t i = 0; i < node.entries().size(); ++i) {
      const std::string below = join_path(path, node.entries()[i].key);
      node.value_at(i) = interpolate(std::move(node.value_at(i)), how, diagnostics, below);
    }
  } else if (node.is_string() && node.text().find('$') != std::string::npos) {
    auto result = interpolate(node.text(), how);
    if (!result.problem.empty()) {
      diagnostics.error(node.loc(), path, result.problem, result.hint);
    } else if (result.text != node.text()) {
      const bool quoted = node.quoted();
      const MergeTag tag = node.merge_tag();
      node = Node::string(std::move(result.text)).at(node.place());
      node.set_quoted(quoted).set_interpolated(true).set_merge_tag(tag);
    }
  }
  return node;
}

}  // namespace skep::yaml
