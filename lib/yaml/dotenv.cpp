#include "yaml/dotenv.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>

namespace skep::yaml {
namespace {

// Values may name each other: forty lines that double are a terabyte.
constexpr std::size_t kMostValues = std::size_t{16} * 1024 * 1024;
constexpr const char* kQuotes = "write NAME=value; a value of several lines stands in quotes";

bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

bool name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// What an escape in double quotes stands for. `\$` stays for the interpolation, as `$$`.
std::string unescape(char c) {
  switch (c) {
    case 'n':
      return "\n";
    case 'r':
      return "\r";
    case 't':
      return "\t";
    case 'a':
      return "\a";
    case 'b':
      return "\b";
    case 'f':
      return "\f";
    case 'v':
      return "\v";
    case '$':
      return "$$";
    case '"':
    case '\\':
    case '\'':
      return std::string(1, c);
    default:
      return std::string("\\") + c;
  }
}

struct Quoted {
  std::string value;
  std::size_t length = 0;  // with both quotes
};

class DotenvReader {
 public:
  DotenvReader(std::string_view text, const std::string& file, const Lookup& lookup,
               Diagnostics& diagnostics)
      : rest_(text), file_(file), lookup_(lookup), diagnostics_(diagnostics) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  }

  std::vector<Variable> read() {
    while (!rest_.empty()) {
      const std::string_view line = rest_.substr(0, rest_.find('\n'));
      const std::string_view content = trimmed(line);
      if (content.empty() || content.front() == '#') {
        skip(line.size());
      } else {
        skip(static_cast<std::size_t>(content.data() - line.data()), /*whole_line=*/false);
        statement();
      }
    }
    return std::move(found_);
  }

 private:
  /// Takes `length` bytes and, for a whole line, the newline behind them.
  void skip(std::size_t length, bool whole_line = true) {
    for (const char c : rest_.substr(0, length)) line_ += c == '\n' ? 1 : 0;
    rest_.remove_prefix(std::min(length, rest_.size()));
    if (!whole_line || rest_.empty()) return;
    ++line_;
    rest_.remove_prefix(1);
  }

  void skip_line() { skip(std::min(rest_.find('\n'), rest_.size())); }

  SourceLoc here() const { return {file_, line_, 0}; }

  void fail(const SourceLoc& loc, const std::string& message, const std::string& hint = {}) {
    diagnostics_.error(loc, "", message, hint);
  }

  void statement() {
    const SourceLoc loc = here();
    std::string_view line = rest_.substr(0, rest_.find('\n'));
    std::size_t at = 0;
    if (line.starts_with("export") && line.size() > 6 && blank(line[6])) {
      at = line.find_first_not_of(" \t", 6);
      if (at == std::string_view::npos) at = line.size();
    }
    const std::size_t start = at;
    while (at < line.size() && name_char(line[at])) ++at;
    const std::string name(line.substr(start, at - start));
    while (at < line.size() && blank(line[at])) ++at;
    const bool digit = !name.empty() && name.front() >= '0' && name.front() <= '9';
    if (name.empty() || digit) {
      // Not the line itself: it may be the second one of a key.
      fail(loc, "this line is no NAME=value", kQuotes);
      return skip_line();
    }
    if (at == line.size() || line[at] == '#') {
      if (const auto value = lookup_(name)) set(name, *value, loc);
      return skip_line();
    }
    if (line[at] != '=' && line[at] != ':') {
      fail(loc, "there is no \"=\" behind the name", kQuotes);
      return skip_line();
    }
    ++at;
    while (at < line.size() && blank(line[at])) ++at;
    skip(at, /*whole_line=*/false);
    value_of(name, loc);
  }

  void value_of(const std::string& name, const SourceLoc& loc) {
    const char first = rest_.empty() ? '\n' : rest_.front();
    if (first != '"' && first != '\'') {
      const std::string_view line = rest_.substr(0, rest_.find('\n'));
      set_expanded(name, std::string(without_comment(line)), loc);
      return skip_line();
    }
    const auto quoted = take_quoted(first);
    if (!quoted) {
      fail(loc, fmt::format("the value of {} opens a quote that never closes", name));
      return skip_line();
    }
    skip(quoted->length, /*whole_line=*/false);
    const std::string_view behind = trimmed(rest_.substr(0, rest_.find('\n')));
    if (!behind.empty() && behind.front() != '#') {
      fail(here(), fmt::format("the value of {} has text behind its closing quote", name));
    }
    skip_line();
    if (first == '\'') {
      set(name, quoted->value, loc);
    } else {
      set_expanded(name, quoted->value, loc);
    }
  }

  static std::string_view without_comment(std::string_view line) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '#' && (i == 0 || blank(line[i - 1]))) return trimmed(line.substr(0, i));
    }
    return trimmed(line);
  }

  std::optional<Quoted> take_quoted(char quote) const {
    Quoted quoted;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == quote) {
        quoted.length = i + 1;
        return quoted;
      }
      const bool escape = rest_[i] == '\\' && i + 1 < rest_.size();
      if (escape && quote == '"') {
        quoted.value += unescape(rest_[++i]);
      } else if (escape && rest_[i + 1] == '\'') {
        quoted.value += rest_[++i];
      } else {
        quoted.value += rest_[i];
      }
    }
    return std::nullopt;
  }

  void set_expanded(const std::string& name, const std::string& value, const SourceLoc& loc) {
    const auto result =
        interpolate(value, {[this](const std::string& wanted) { return get(wanted); }});
    for (const auto& problem : result.problems) {
      if (problem.of_form) {
        fail(loc, fmt::format("the value of {} holds an invalid interpolation", name),
             "write $$ for a literal $, or the value in single quotes");
      } else {
        diagnostics_.add({Severity::error, loc, "", problem.message, problem.hint,
                          /*repeats=*/true});
      }
    }
    if (!result.problems.empty()) return;
    size_ += result.text.size();
    if (size_ > kMostValues)
      throw Error(Kind::input, loc, "the values of this file are larger than 16 MiB in all");
    set(name, result.text, loc);
  }

  std::optional<std::string> get(const std::string& name) const {
    if (auto value = lookup_(name)) return value;
    const auto known = values_.find(name);
    if (known == values_.end()) return std::nullopt;
    return known->second;
  }

  void set(const std::string& name, const std::string& value, const SourceLoc& loc) {
    values_[name] = value;
    found_.push_back({name, value, loc});
  }

  std::string_view rest_;
  const std::string& file_;
  const Lookup& lookup_;
  Diagnostics& diagnostics_;
  int line_ = 1;
  std::size_t size_ = 0;  // of the values so far
  std::map<std::string, std::string> values_;
  std::vector<Variable> found_;
};

}  // namespace

std::vector<Variable> read_dotenv(std::string_view text, const std::string& file,
                                  const Lookup& lookup, Diagnostics& diagnostics) {
  if (!valid_utf8(text)) {
    throw Error(Kind::input, SourceLoc{file, 0, 0}, "the text is not valid UTF-8");
  }
  return DotenvReader(text, file, lookup, diagnostics).read();
}

}  // namespace skep::yaml
