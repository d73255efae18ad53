#include "yaml/complaint.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <array>
#include <new>

namespace skep::yaml {
namespace {

struct Meaning {
  std::string_view said;  // by the parser
  std::string_view message;
  std::string_view hint;
  bool at_context = false;  // where what it was in began, not where it stopped
};

constexpr std::string_view kIndentation = "look at the indentation";
constexpr std::string_view kOpenQuote = "a quote opens here and never closes";

/// What the parser's commonest complaints mean to who wrote the file.
constexpr std::array kMeanings = {
    Meaning{"mapping values are not allowed in this context", "a ':' where no key can stand",
            "put a value that holds \": \" in quotes, and give the keys of a map one indentation"},
    Meaning{"mapping keys are not allowed in this context", "a key cannot stand here",
            kIndentation},
    Meaning{
        "did not find expected key", "this does not fit the map above it",
        "look at the indentation, and put a value with text behind a quote in quotes as a whole"},
    Meaning{"did not find expected '-' indicator", "this does not fit the list above it",
            kIndentation},
    Meaning{"did not find expected <document start>", "this does not fit what stands above it",
            kIndentation},
    Meaning{"block sequence entries are not allowed in this context",
            "a '-' where no list can stand", kIndentation},
    Meaning{"found a tab character that violates indentation", "a tab cannot indent", "use spaces"},
    Meaning{"found a tab character where an indentation space is expected", "a tab cannot indent",
            "use spaces"},
    Meaning{"found unexpected ':'", "a ':' where no key can stand",
            "put a value with a ':' in it in quotes"},
    Meaning{"found undefined tag handle", "no %TAG line says what this tag's \"!…!\" stands for",
            "", true},
    Meaning{"found unexpected end of stream", kOpenQuote, "", true},
    Meaning{"found unexpected document indicator", kOpenQuote, "", true},
};

std::string_view text_of(const char* text) {
  return text == nullptr ? "" : text;
}

/// Where a key ends in a line, or npos.
std::size_t end_of_key(std::string_view line) {
  const std::size_t inside = line.find(": ");
  return inside == std::string_view::npos && line.ends_with(':') ? line.size() - 1 : inside;
}

class Complaint {
 public:
  Complaint(const yaml_parser_t& parser, const Source& source, const std::string& file)
      : parser_(parser),
        source_(source),
        file_(file),
        problem_(text_of(parser.problem)),
        context_(text_of(parser.context)),
        here_(source.from(parser.problem_mark.index)),
        begun_(source.from(parser.context_mark.index)) {}

  [[noreturn]] void tell() const {
    tell_by_context();
    if (problem_ == "did not find expected ',' or ']'" ||
        problem_ == "did not find expected ',' or '}'") {
      in_brackets();
    }
    if (problem_ == "found character that cannot start any token" ||
        problem_ == "did not find expected node content") {
      at_character();
    }
    if (problem_ == "mapping values are not allowed in this context") key_above();
    if (problem_ == "did not find expected key") {
      if (nothing_opened()) at_character();
      key_above();
    }
    if (problem_ == "found unknown escape character") {
      const std::string_view escape = source_.from(parser_.problem_mark.index + 1);
      fail(parser_.problem_mark, fmt::format("unknown escape character: {}", escape.substr(0, 1)));
    }
    for (const auto& meaning : kMeanings) {
      if (problem_ != meaning.said) continue;
      fail(meaning.at_context ? parser_.context_mark : parser_.problem_mark,
           std::string(meaning.message), std::string(meaning.hint));
    }
    fail(parser_.problem_mark, std::string(problem_));
  }

 private:
  [[noreturn]] void fail(const yaml_mark_t& mark, const std::string& message,
                         const std::string& hint = {}) const {
    fail(mark.line, mark.column, message, hint);
  }

  [[noreturn]] void fail(std::size_t line, std::size_t column, const std::string& message,
                         const std::string& hint) const {
    const SourceLoc loc{file_, static_cast<int>(line) + 1, static_cast<int>(column) + 1};
    throw Error(Kind::input, loc, message, hint);
  }

  [[noreturn]] void no_key(std::size_t line, std::size_t column, std::string_view text) const {
    fail(line, column, fmt::format("\"{}\" is no key: there is no ':' behind it", text),
         "a ':' needs a space behind it");
  }

  void tell_by_context() const {
    const yaml_mark_t& mark = parser_.context_mark;
    if (context_ == "while scanning a directive") {
      fail(mark, "a line cannot start with %", "put the text in quotes, or indent the line");
    }
    if (context_ == "while scanning a simple key") {
      no_key(mark.line, mark.column, first_line(begun_));
    }
    if (context_ == "while scanning an anchor" || context_ == "while scanning an alias") {
      fail(mark, fmt::format("\"{}\" is no name of an anchor", first_word(begun_).substr(1)),
           "use letters, digits, \"-\" and \"_\", and a blank behind it");
    }
  }

  /// A line without its ':' is one text with the next line, whose ':' is then the problem; behind a
  /// comment the next line itself is.
  void key_above() const {
    const yaml_mark_t& mark = parser_.problem_mark;
    const std::string_view line = source_.line(mark.line);
    const std::size_t colon = end_of_key(line);
    const bool at_line = line.find_first_not_of(' ') == mark.column;
    if (mark.line == 0 || colon == std::string_view::npos) return;
    if (colon != mark.column && !at_line) return;
    const std::string_view above = source_.line(mark.line - 1);
    const std::size_t indent = above.find_first_not_of(' ');
    if (indent == std::string_view::npos || (at_line && indent != mark.column)) return;
    const std::string_view text = first_line(above.substr(indent));
    if (text.empty() || one_of(text.front(), "-\"'[{|>&*!#?")) return;
    if (end_of_key(text) == std::string_view::npos) no_key(mark.line - 1, indent, text);
  }

  bool nothing_opened() const { return here_.starts_with(']') || here_.starts_with('}'); }

  /// A character that fits nowhere: libyaml has the same words for most of them.
  [[noreturn]] void at_character() const {
    const yaml_mark_t& mark = parser_.problem_mark;
    const char c = here_.empty() ? '\n' : here_.front();
    if (c == '\t') fail(mark, "a tab cannot indent", "use spaces");
    if (nothing_opened()) fail(mark, "a ']' or '}' that nothing opened");
    if (one_of(c, "@`%")) {
      fail(mark, "a character that no value can start with", "put the value in quotes");
    }
    if (c == ',' && context_ == "while parsing a flow node") {
      fail(mark, "an item is missing before the ','");
    }
    if (c == ':') fail(mark, "a key is missing before the ':'");
    fail(mark, "no value can stand here", std::string(kIndentation));
  }

  [[noreturn]] void in_brackets() const {
    if (!bracket_closes(begun_)) {
      fail(parser_.context_mark, "a bracket opens here and never closes");
    }
    if (nothing_opened()) {
      const char wanted = problem_[problem_.rfind('\'') - 1];
      fail(parser_.problem_mark,
           fmt::format("a '{}' where a '{}' must close", here_.front(), wanted));
    }
    fail(parser_.problem_mark, "a ',' is missing before this",
         "the items between brackets are separated by commas");
  }

  const yaml_parser_t& parser_;
  const Source& source_;
  const std::string& file_;
  std::string_view problem_, context_;
  std::string_view here_, begun_;  // the text from where it stopped, and where the context began
};

}  // namespace

void complain(const yaml_parser_t& parser, const Source& source, const std::string& file) {
  if (parser.error == YAML_MEMORY_ERROR || parser.problem == nullptr) throw std::bad_alloc();
  Complaint(parser, source, file).tell();
}

}  // namespace skep::yaml
