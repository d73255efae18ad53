#pragma once
// The reader beside libyaml alone, of whose events it makes its tree: for a unit test and a fuzzer.
#include "base/diagnostics.hpp"
#include "yaml/read.hpp"

#include <yaml.h>

#include <map>
#include <new>
#include <optional>
#include <string>
#include <string_view>

namespace skep::test {

inline constexpr std::size_t kMostTree = 1 << 16;  // of a tree's text: aliases grow it

/// A tree as one line of text: [item,] {key:value,} 'scalar' for a plain one, "scalar" for another.
inline std::string scalar_text(const std::string& text, bool quoted) {
  const char mark = quoted ? '"' : '\'';
  return mark + text + mark;
}

inline std::string shown(const yaml::Node& node) {
  std::string text;
  if (node.is_list()) {
    for (const auto& item : node.items()) text += shown(item) + ",";
    return "[" + text + "]";
  }
  if (!node.is_map()) return scalar_text(node.text(), node.quoted());
  for (const auto& entry : node.entries()) text += entry.key + ":" + shown(entry.value) + ",";
  return "{" + text + "}";
}

/// The same of libyaml's events; nothing when it refuses the text.
class Libyaml {
 public:
  explicit Libyaml(std::string_view text) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    // As it skips one where it is not told the encoding, and then may take the text for UTF-16.
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~Libyaml() { yaml_parser_delete(&parser_); }
  Libyaml(const Libyaml&) = delete;
  Libyaml& operator=(const Libyaml&) = delete;

  std::optional<std::string> tree() {
    std::string result = scalar_text("", false);
    bool first = true;
    while (true) {
      yaml_event_t event;
      if (yaml_parser_parse(&parser_, &event) == 0) return refused();
      const auto type = event.type;
      yaml_event_delete(&event);
      if (type == YAML_STREAM_END_EVENT) return too_big_ ? std::nullopt : std::optional(result);
      if (type != YAML_DOCUMENT_START_EVENT) continue;
      if (!first) return std::nullopt;  // skep takes one document
      first = false;
      auto root = node();
      if (!root) return std::nullopt;
      result = *root;
    }
  }
  /// Tags, `<<`, keys that are no plain text, `[a:, b]` and the like: skep takes them in a way of
  /// its own.
  bool own_way() const { return own_way_ || too_big_; }

 private:
  std::optional<std::string> refused() {
    const std::string_view why = parser_.problem == nullptr ? "" : parser_.problem;
    own_way_ = own_way_ || why == "found unexpected ':'" ||
               why == "found unknown escape character";  // skep knows "\\'"
    return std::nullopt;
  }

  std::optional<std::string> node() {
    yaml_event_t event;
    if (yaml_parser_parse(&parser_, &event) == 0) return refused();
    auto result = of(event);
    yaml_event_delete(&event);
    if (result && result->size() > kMostTree) too_big_ = true;
    return too_big_ ? std::nullopt : result;
  }

  std::optional<std::string> of(const yaml_event_t& event) {
    if (event.type == YAML_ALIAS_EVENT) return alias(text(event.data.alias.anchor));
    std::string anchor;
    std::optional<std::string> result;
    if (event.type == YAML_SCALAR_EVENT) {
      const auto& scalar = event.data.scalar;
      anchor = text(scalar.anchor);
      own_way_ = own_way_ || scalar.tag != nullptr;
      const std::string value(reinterpret_cast<const char*>(scalar.value), scalar.length);
      result = scalar_text(value, scalar.style != YAML_PLAIN_SCALAR_STYLE);
    } else if (event.type == YAML_SEQUENCE_START_EVENT) {
      anchor = text(event.data.sequence_start.anchor);
      own_way_ = own_way_ || event.data.sequence_start.tag != nullptr;
      result = list();
    } else if (event.type == YAML_MAPPING_START_EVENT) {
      anchor = text(event.data.mapping_start.anchor);
      own_way_ = own_way_ || event.data.mapping_start.tag != nullptr;
      result = map();
    } else {
      ended_ = true;
      return std::nullopt;
    }
    if (result && !anchor.empty()) anchors_[anchor] = *result;
    return result;
  }

  std::optional<std::string> alias(const std::string& name) {
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) return std::nullopt;
    return found->second;
  }

  std::optional<std::string> list() {
    std::string result = "[";
    while (const auto item = node()) result += *item + ",";
    return closed(result + "]");
  }

  std::optional<std::string> map() {
    std::string result = "{";
    while (const auto key = node()) {
      const bool scalar = key->front() == '"' || key->front() == '\'';
      own_way_ = own_way_ || !scalar || *key == "'<<'";
      const auto value = node();
      if (!value) return std::nullopt;
      result += key->substr(1, key->size() - 2) + ":" + *value + ",";
    }
    return closed(result + "}");
  }

  /// What ended a list or a map must have been its end.
  std::optional<std::string> closed(const std::string& result) {
    if (!ended_) return std::nullopt;
    ended_ = false;
    return result;
  }

  static std::string text(const unsigned char* bytes) {
    return bytes == nullptr ? "" : reinterpret_cast<const char*>(bytes);
  }

  yaml_parser_t parser_{};
  std::map<std::string, std::string> anchors_;
  bool own_way_ = false;
  bool ended_ = false;
  bool too_big_ = false;
};

struct Compared {
  bool libyaml_takes = false;
  bool skep_takes = false;
  /// How they differ; "" when they do not, or where skep does otherwise on purpose.
  std::string difference;
};

inline bool refused_on_purpose(const std::string& message) {
  for (const char* reason :
       {"a key cannot be", "a key must be", "a key is missing", "\"<<\" takes", "is not known",
        "\" is no !!", "this alias stands inside", "a second document", "nested deeper",
        "the aliases of this file", "a carriage return without"}) {
    if (message.find(reason) != std::string::npos) return true;
  }
  return false;
}

/// Throws what reading throws that is no Error{input}.
inline Compared beside_libyaml(std::string_view text) {
  Libyaml libyaml(text);
  const auto wanted = libyaml.tree();
  Compared compared;
  compared.libyaml_takes = wanted.has_value();
  Diagnostics problems;
  try {
    const auto document = yaml::read(text, "f", problems);
    compared.skep_takes = true;
    if (libyaml.own_way()) return compared;
    const std::string found = shown(document.root);
    if (!wanted) {
      compared.difference = "libyaml refuses what skep takes: " + found;
    } else if (problems.empty() && found != *wanted) {
      compared.difference = "skep:    " + found + "\nlibyaml: " + *wanted;
    }
  } catch (const Error& error) {
    if (error.kind() != Kind::input) throw;
    if (wanted && !refused_on_purpose(error.message())) {
      compared.difference = "libyaml takes it; skep: " + error.message();
    }
  }
  return compared;
}

}  // namespace skep::test
