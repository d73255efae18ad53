#include "yaml/emit.hpp"

#include "base/hash.hpp"
#include "base/visible.hpp"
#include "yaml/typing.hpp"
#include "yaml/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace skep::yaml {
namespace {

constexpr std::size_t kLongestPlainKey = 200;  // YAML gives up on implicit keys of 1024 characters
constexpr std::size_t kShortestBlock = 2;      // lines

/// Words and numbers that YAML 1.1 readers take for something else than a string.
bool misread_elsewhere(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  constexpr std::array<std::string_view, 8> kWords = {"y",  "n",   "yes", "no",
                                                      "on", "off", "<<",  "="};
  if (std::find(kWords.begin(), kWords.end(), lower) != kWords.end()) return true;
  // Base 60 (`56:56`), dates, and numbers with a comma.
  return text.find_first_not_of("0123456789:-+.,_eExXTZ ") == std::string_view::npos &&
         text.find_first_of("0123456789") != std::string_view::npos;
}

/// What may be YAML's but would turn the reading of it around is escaped.
bool stands_as_it_is(std::uint32_t point) {
  return printable(point) && !breaks_lines(point) && !is_control(point);
}

/// Whether a text can stand without quotes and is read as the same string.
bool can_be_plain(std::string_view text) {
  constexpr std::string_view kIndicators = "-?:,[]{}#&*!|>'\"%@`=";
  if (text.empty() || kIndicators.find(text.front()) != std::string_view::npos) return false;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  if (text.find(": ") != text.npos || text.find(" #") != text.npos) return false;
  if (text.starts_with("...")) return false;
  if (type_of_plain(text).type != Type::string || misread_elsewhere(text)) return false;
  return every_point(text,
                     [](std::uint32_t point) { return point >= 0x20 && stands_as_it_is(point); });
}

void escape(std::string& out, std::uint32_t point, std::string_view bytes) {
  switch (point) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      break;
  }
  if (stands_as_it_is(point)) {
    out += bytes;
  } else if (point <= 0xFF) {
    out += fmt::format("\\x{:02X}", point);
  } else {
    out += fmt::format("\\u{:04X}", point);
  }
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode(text.substr(at));
    escape(out, decoded.point, text.substr(at, decoded.length));
    at += decoded.length;
  }
  return out + "\"";
}

std::string string_text(std::string_view text) {
  if (!valid_utf8(text)) return "!!binary " + in_quotes(base64(text));
  return can_be_plain(text) ? std::string(text) : in_quotes(text);
}

/// Whether a text of several lines can stand as a literal block and is read as the same string.
bool can_be_block(std::string_view text) {
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  if (lines + 1 < kShortestBlock || lines == 0 || !valid_utf8(text)) return false;
  if (text.front() == ' ' || text.front() == '\n' || text.front() == '\t') return false;
  if (text.find(" \n") != text.npos || text.back() == ' ') return false;
  return every_point(text, [](std::uint32_t point) {
    return point == '\n' || (point >= 0x20 && stands_as_it_is(point));
  });
}

class Writer {
 public:
  void node(const Node& value, std::size_t indent, std::size_t list_indent) {
    if (value.is_map() && value.size() > 0) {
      map(value, indent);
    } else if (value.is_list() && value.size() > 0) {
      list(value, list_indent);
    } else {
      scalar(value, indent);
    }
  }
  std::string text;

 private:
  static bool nested(const Node& value) { return !value.is_scalar() && value.size() > 0; }

  void pad(std::size_t indent) { text.append(indent, ' '); }

  void map(const Node& value, std::size_t indent) {
    for (const auto& entry : value.entries()) {
      pad(pending_ ? 0 : indent);
      pending_ = false;
      if (entry.key.size() <= kLongestPlainKey) {
        text += string_text(entry.key) + ":";
      } else {
        text += "? " + in_quotes_or_binary(entry.key) + "\n";
        pad(indent);
        text += ":";
      }
      text += nested(entry.value) ? "\n" : " ";
      // A list below a key stands two deeper, as most people write it.
      node(entry.value, indent + 2, indent + 2);
    }
  }

  void list(const Node& value, std::size_t indent) {
    for (const auto& item : value.items()) {
      pad(pending_ ? 0 : indent);
      text += "- ";
      pending_ = nested(item);
      node(item, indent + 2, indent + 2);
      pending_ = false;
    }
  }

  void scalar(const Node& value, std::size_t indent) {
    if (value.is_string() && can_be_block(value.text())) return block(value.text(), indent);
    text += emit_scalar(value) + "\n";
  }

  void block(std::string_view lines, std::size_t indent) {
    const bool ends = lines.back() == '\n';
    const bool more = ends && lines.size() > 1 && lines[lines.size() - 2] == '\n';
    text += more ? "|+\n" : ends ? "|\n" : "|-\n";
    if (ends) lines.remove_suffix(1);
    for (;;) {
      const std::size_t end = lines.find('\n');
      const std::string_view line = lines.substr(0, end);
      if (!line.empty()) pad(std::max<std::size_t>(indent, 2));
      text += line;
      text += '\n';
      if (end == std::string_view::npos) return;
      lines.remove_prefix(end + 1);
    }
  }

  static std::string in_quotes_or_binary(const std::string& key) {
    return valid_utf8(key) ? in_quotes(key) : string_text(key);
  }

  bool pending_ = false;  // a "- " is already there: what comes first stands on its line
};

}  // namespace

std::string emit_scalar(const Node& scalar) {
  switch (scalar.type()) {
    case Type::null:
      return "null";
    case Type::boolean:
      return scalar.as_boolean() ? "true" : "false";
    case Type::integer:
      return std::to_string(scalar.as_integer());
    case Type::floating:
      return format_floating(scalar.as_floating());
    case Type::string:
      return string_text(scalar.as_string());
    case Type::list:
      return "[]";
    case Type::map:
      return "{}";
  }
  return "";
}

std::string json_as_yaml(std::string json) {
  const auto is_ascii = [](char c) { return c >= 0 && c < 0x7F; };
  if (std::all_of(json.begin(), json.end(), is_ascii)) return json;
  std::string result;
  for (std::size_t at = 0; at < json.size();) {
    const std::string_view rest = std::string_view(json).substr(at);
    const Decoded decoded = decode(rest);
    const bool good = is_ascii(rest.front()) || stands_as_it_is(decoded.point);
    result += good ? std::string(rest.substr(0, decoded.length))
                   : fmt::format("\\u{:04x}", decoded.point);
    at += decoded.length;
  }
  return result;
}

std::string emit(const Node& node) {
  Writer writer;
  writer.node(node, 0, 0);
  return writer.text;
}

}  // namespace skep::yaml
