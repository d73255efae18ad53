#include "yaml/interpolate.hpp"

#include "yaml/used.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
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

std::string advice_on(const Interpolation& how, const std::string& name) {
  return how.advice ? how.advice(name) : "set it, or give a default: ${NAME:-default}";
}

constexpr const char* kHashAdvice = "write $$ for each $ of a password's hash";
// docker looks for no variable in a default, nor for a doubled $.
constexpr const char* kHashInDefaultAdvice =
    "write $$ for each $ of a password's hash; docker stack deploy takes a default as it stands, "
    "and so does --compat docker";

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

/// Expands until a form that is wrong, which ends it, but for docker: who reads the rest would
/// guess.
class Expander {
 public:
  explicit Expander(const Interpolation& how) : how_(how) {}

  std::string expand(std::string_view text, int depth = 0) {
    if (depth > kDeepestDefault) return invalid(text);
    in_default_ = depth > 0;
    std::string result;
    while (!text.empty() && !ended_) {
      const std::size_t dollar = text.find('$');
      result += text.substr(0, dollar);
      if (dollar == std::string_view::npos) break;
      text.remove_prefix(dollar);
      const Piece piece = take(text, depth);
      in_default_ = depth > 0;
      result += piece.value;
      text.remove_prefix(piece.length);
    }
    return result;
  }

  /// docker/cli cli/compose/template: a `$` that begins nothing is dropped, and a problem counts
  /// only until the next variable: each takes the error of the one before with it.
  std::string expand_docker(std::string_view text) {
    std::string result;
    for (;;) {
      const std::size_t dollar = text.find('$');
      result += text.substr(0, dollar);
      if (dollar == std::string_view::npos) return result;
      text.remove_prefix(dollar);
      const Piece piece = take_docker(text);
      result += piece.value;
      text.remove_prefix(piece.length);
    }
  }

  const std::vector<Interpolated::Problem>& problems() const { return problems_; }
  const std::vector<Interpolated::Blank>& blank() const { return blank_; }

 private:
  const char* hash_advice() const { return in_default_ ? kHashInDefaultAdvice : kHashAdvice; }

  std::string fail(Interpolated::Problem problem) {
    if (said_.insert(problem.message).second) problems_.push_back(std::move(problem));
    return "";
  }

  std::string invalid(std::string_view text, const char* hint = "write $$ for a literal $") {
    constexpr std::size_t kShown = 40;
    const std::string more = text.size() > kShown ? "…" : "";
    if (ended_) return "";
    ended_ = true;
    if (const std::size_t mark = hash_mark(text); mark > 0)
      return fail({fmt::format("invalid interpolation \"{}…\"", text.substr(0, mark)),
                   hash_advice(), /*of_form=*/true});
    return fail({fmt::format("invalid interpolation \"{}{}\"", text.substr(0, kShown), more), hint,
                 /*of_form=*/true});
  }

  std::string required(const std::string& name, const std::string& why, bool set) {
    const char* state = set ? "is empty" : "is not set";
    return fail(
        {fmt::format("the variable {} {}{}{}", name, state, why.empty() ? "" : ": ", why), ""});
  }

  /// What stands at the front of `text`, which starts with a `$`.
  Piece take(std::string_view text, int depth) {
    if (text.size() > 1 && text[1] == '$') return {2, "$"};
    if (const std::size_t name = name_length(text.substr(1)); name > 0)
      return {1 + name, plain(std::string(text.substr(1, name)), hash_mark(text) > 0)};
    const bool braced = text.size() > 1 && text[1] == '{';
    const std::size_t name = braced ? name_length(text.substr(2)) : 0;
    if (name == 0) return {text.size(), invalid(text)};
    const std::size_t end = closing(text);
    if (end == std::string_view::npos) return {text.size(), unclosed(text)};
    const std::string_view body = text.substr(2, end - 2);
    const std::string_view whole = text.substr(0, end + 1);
    if (body.size() == name) return {whole.size(), plain(std::string(body))};
    return {whole.size(), braced_value(body, name, whole, depth)};
  }

  /// The same for docker: `\$(?i:(\$)|(SUBST)|{(SUBST)}|())`, SUBST being NAME(:?[-?][^}]*)?
  Piece take_docker(std::string_view text) {
    if (text.size() > 1 && text[1] == '$') return {2, "$"};
    problems_.clear();
    said_.clear();
    ended_ = false;
    const std::size_t begin = text.size() > 1 && text[1] == '{' ? 2 : 1;
    const std::string_view rest = text.substr(begin);
    const std::size_t name = name_length(rest);
    const std::size_t size = name == 0 ? 0 : docker_body(rest, name);
    const bool closed = begin == 1 || rest.substr(size).starts_with('}');
    if (name == 0 || !closed) {
      const std::size_t brace = begin == 1 ? std::string_view::npos : text.find('}');
      invalid(text.substr(0, brace == std::string_view::npos ? brace : brace + 1));
      return {1, ""};
    }
    const std::string_view body = rest.substr(0, size);
    const std::size_t length = begin + size + (begin == 2 ? 1 : 0);
    if (size == name) return {length, plain(std::string(body))};
    return {length, docker_value(body)};
  }

  /// How much of the text is NAME and, with braces or without, what it is replaced by: up to a '}'
  /// or the end.
  static std::size_t docker_body(std::string_view text, std::size_t name) {
    std::string_view rest = text.substr(name);
    if (rest.starts_with(':')) rest.remove_prefix(1);
    if (!rest.starts_with('-') && !rest.starts_with('?')) return name;
    return std::min(text.find('}', name), text.size());
  }

  /// Where the brace that `${` opens is closed, over the pairs in between.
  static std::size_t closing(std::string_view text) {
    int open = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '{') ++open;
      if (text[i] == '}' && --open == 0) return i;
    }
    return std::string_view::npos;
  }

  std::string unclosed(std::string_view text) {
    const bool closes = text.find('}') != std::string_view::npos;
    return closes ? invalid(text, "close each { with a }, the variable's own too") : invalid(text);
  }

  std::string plain(const std::string& name, bool may_be_hash = false) {
    const auto value = how_.lookup(name);
    if (value) return noted({name, true}, *value);
    if (how_.allow_missing || how_.dialect == Dialect::docker) return noted({name, false}, "");
    if (may_be_hash) ended_ = true;  // what follows is the hash, which is not shown
    return fail({fmt::format("the variable {} is not set", name),
                 may_be_hash ? hash_advice() : advice_on(how_, name)});
  }

  std::string noted(Interpolated::Blank variable, std::string value) {
    if (value.empty()) blank_.push_back(std::move(variable));
    return value;
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
    if (form == '-') {
      return noted({name, value.has_value(), /*defaulted=*/true},
                   there ? *value : expand(rest, depth + 1));
    }
    if (form == '+') return there ? expand(rest, depth + 1) : "";
    if (form != '?') return invalid(whole);
    if (there) return noted({name, true}, *value);
    return required(name, expand(rest, depth + 1), value.has_value());
  }

  /// docker/cli's order of trying: a '-' anywhere, in the words of an error too, makes a default of
  /// it.
  std::string docker_value(std::string_view body) {
    for (const std::string_view separator : {":-", "-", ":?", "?"}) {
      const std::size_t at = body.find(separator);
      if (at == std::string_view::npos) continue;
      const std::string name(body.substr(0, at));
      const std::string rest(body.substr(at + separator.size()));
      const auto value = how_.lookup(name);
      const bool there = value && !(separator.front() == ':' && value->empty());
      if (!there && separator.back() == '?') return required(name, rest, value.has_value());
      return noted({name, value.has_value(), /*defaulted=*/true}, there ? *value : rest);
    }
    return "";
  }

  const Interpolation& how_;
  std::vector<Interpolated::Problem> problems_;
  std::vector<Interpolated::Blank> blank_;
  std::set<std::string> said_;
  bool ended_ = false;
  bool in_default_ = false;  // or in another word of a `${…}`
};

/// The string with another text, at its place.
Node with_text(const Node& node, std::string text) {
  Node result = Node::string(std::move(text)).at(node.place());
  result.set_quoted(node.quoted()).set_interpolated(node.interpolated());
  result.set_merge_tag(node.merge_tag());
  return result;
}

/// Tells of the variables that left nothing, and, where docker says nothing of it, warns.
void say_blank(const Node& node, const std::vector<Interpolated::Blank>& blank,
               const Interpolation& how, Diagnostics& diagnostics, const std::string& path) {
  std::vector<Used::Blank> noted;
  for (const auto& one : blank) {
    const bool asked_for = one.set || one.defaulted || how.allow_missing;
    noted.push_back({fmt::format("the variable {} is {}", one.name, one.set ? "empty" : "not set"),
                     asked_for ? "" : advice_on(how, one.name)});
    if (asked_for || how.dialect != Dialect::docker) continue;
    diagnostics.add({Severity::warning, node.loc(), path, noted.back().state + kBlankAsDocker,
                     noted.back().advice,
                     /*repeats=*/true});
  }
  if (how.used != nullptr) how.used->note_place(node.loc(), std::move(noted));
}

}  // namespace

Interpolated interpolate(const std::string& text, const Interpolation& how) {
  Expander expander(how);
  std::string result =
      how.dialect == Dialect::docker ? expander.expand_docker(text) : expander.expand(text);
  if (!expander.problems().empty()) result = text;
  return {std::move(result), expander.problems(), expander.blank()};
}

namespace {

Node interpolated_text(Node node, const Interpolation& how, Diagnostics& diagnostics,
                       const std::string& path) {
  auto result = interpolate(node.text(), how);
  for (auto& problem : result.problems) {
    diagnostics.add({Severity::error, node.loc(), path, std::move(problem.message),
                     std::move(problem.hint), /*repeats=*/!problem.of_form});
  }
  if (result.problems.empty()) say_blank(node, result.blank, how, diagnostics, path);
  if (result.text == node.text()) return node;
  node = with_text(node, std::move(result.text));
  node.set_interpolated(true);
  return node;
}

}  // namespace

Node interpolate(Node node, const Interpolation& how, Diagnostics& diagnostics,
                 const std::string& path) {
  if (node.is_list()) {
    for (std::size_t i = 0; i < node.items().size(); ++i) {
      Node& item = node.items()[i];
      item = interpolate(std::move(item), how, diagnostics, join_path(path, i));
    }
  } else if (node.is_map()) {
    for (std::size_t i = 0; i < node.entries().size(); ++i) {
      const std::string& key = node.entries()[i].key;
      if (how.used != nullptr) how.used->note_written(key);
      const std::string below = join_path(path, key);
      node.value_at(i) = interpolate(std::move(node.value_at(i)), how, diagnostics, below);
    }
  } else if (node.is_string() && node.text().find('$') != std::string::npos) {
    return interpolated_text(std::move(node), how, diagnostics, path);
  } else if (how.used != nullptr) {
    how.used->note_written(node.text());
  }
  return node;
}

Node with_dollars_doubled(Node node) {
  for (auto& item : node.items()) item = with_dollars_doubled(std::move(item));
  for (std::size_t i = 0; i < node.entries().size(); ++i)
    node.value_at(i) = with_dollars_doubled(std::move(node.value_at(i)));
  if (!node.is_string() || node.text().find('$') == std::string::npos) return node;
  std::string doubled;
  for (const char c : node.text()) {
    if (c == '$') doubled += '$';
    doubled += c;
  }
  return with_text(node, std::move(doubled));
}

}  // namespace skep::yaml
