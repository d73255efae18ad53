// The yaml reader beside libyaml: a text that both take is the same tree for both. What only one of
// them takes is counted and printed at the end (tests/lib/yaml/differential_test.cpp has its
// limit).
#include "base/diagnostics.hpp"
#include "fuzz/fuzz.hpp"
#include "yaml/read.hpp"

#include <yaml.h>

#include <map>
#include <optional>

using namespace skep;

namespace {

constexpr std::size_t kMost = 1 << 16;  // of a tree's text: aliases grow it

struct Counts {
  std::size_t both = 0, only_libyaml = 0, only_skep = 0, neither = 0;
  ~Counts() {
    std::fprintf(stderr, "both take %zu, only libyaml %zu, only skep %zu, neither %zu\n", both,
                 only_libyaml, only_skep, neither);
  }
};

/// NEL, LS and PS are line ends for libyaml, as YAML 1.1 has it, and text since 1.2.
bool breaks_lines_in_1_1(std::string_view text) {
  for (const char* mark : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
    if (text.find(mark) != std::string_view::npos) return true;
  }
  return false;
}

/// A '?' with no blank behind it begins a key in brackets for libyaml, and is text since 1.2.
bool asks_in_1_1(std::string_view text) {
  for (auto at = text.find('?'); at != std::string_view::npos; at = text.find('?', at + 1)) {
    const bool begins = at == 0 || std::string_view(" \n\r\t[{,").find(text[at - 1]) != text.npos;
    const bool goes_on = at + 1 < text.size() &&
                         std::string_view(" \n\r\t").find(text[at + 1]) == std::string_view::npos;
    if (begins && goes_on) return true;
  }
  return false;
}

/// A tree as one line of text: [item,] {key:value,} 'scalar' for a plain one, "scalar" for another.
std::string scalar_text(const std::string& text, bool quoted) {
  // A null is one, however it is written; skep keeps no word that stands on another line.
  const bool null = !quoted && (text == "~" || text == "null" || text == "Null" || text == "NULL");
  const char mark = quoted ? '"' : '\'';
  return mark + (null ? "" : text) + mark;
}

std::string shown(const yaml::Node& node) {
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
    fuzz::require(yaml_parser_initialize(&parser_) != 0, "no memory");
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
      if (yaml_parser_parse(&parser_, &event) == 0) return std::nullopt;
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
  /// Tags, `<<`, keys that are no plain text and the like: skep takes them in a way of its own.
  bool own_way() const { return own_way_ || too_big_; }

 private:
  std::optional<std::string> node() {
    yaml_event_t event;
    if (yaml_parser_parse(&parser_, &event) == 0) return std::nullopt;
    auto result = of(event);
    yaml_event_delete(&event);
    if (result && result->size() > kMost) too_big_ = true;
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Counts counts;
  const auto text = fuzz::text_of(data, size);
  if (breaks_lines_in_1_1(text) || asks_in_1_1(text)) return 0;
  Libyaml libyaml(text);
  const auto wanted = libyaml.tree();
  fuzz::only_input_errors([&] {
    try {
      Diagnostics problems;
      const auto document = yaml::read(text, "f", problems);
      ++(wanted ? counts.both : counts.only_skep);
      if (!wanted || !problems.empty() || libyaml.own_way()) return;
      const std::string found = shown(document.root);
      fuzz::require(found == *wanted, "skep:    " + found + "\nlibyaml: " + *wanted);
    } catch (const Error&) {
      ++(wanted ? counts.only_libyaml : counts.neither);
      throw;
    }
  });
  return 0;
}
