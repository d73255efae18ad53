#include "yaml/read.hpp"

#include "base/files.hpp"
#include "yaml/source.hpp"
#include "yaml/stand_ins.hpp"
#include "yaml/tree.hpp"

#include <fmt/format.h>
#include <yaml.h>

#include <array>
#include <new>

namespace skep::yaml {
namespace {

std::string text_of(const yaml_char_t* bytes) {
  return bytes == nullptr ? std::string() : reinterpret_cast<const char*>(bytes);
}

At at(const yaml_mark_t& mark) {
  return {static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1};
}

struct Event {
  yaml_event_t event{};
  Event() = default;
  ~Event() { yaml_event_delete(&event); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
};

/// The only place where libyaml's events enter.
class Parser {
 public:
  Parser(const Source& source, const std::string& file)
      : source_(source), stand_ins_(source.text()), file_(file) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    const std::string_view text = stand_ins_.text();
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~Parser() { yaml_parser_delete(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// Hands one event over; false at the end.
  bool next(TreeBuilder& tree);

 private:
  Properties properties(const yaml_char_t* tag, const yaml_char_t* anchor) const;
  [[noreturn]] void fail() const;
  [[noreturn]] void fail(const yaml_mark_t& mark, const std::string& message,
                         const std::string& hint = {}) const;
  [[noreturn]] void fail_at_character() const;
  [[noreturn]] void fail_in_brackets() const;

  const Source& source_;
  StandIns stand_ins_;
  const std::string& file_;
  yaml_parser_t parser_{};
};

/// "!" alone decides nothing, as in docker's parser.
Properties Parser::properties(const yaml_char_t* tag, const yaml_char_t* anchor) const {
  const std::string text = stand_ins_.restored(text_of(tag));
  return {text == "!" ? "" : text, text_of(anchor)};
}

bool Parser::next(TreeBuilder& tree) {
  Event read;
  const yaml_event_t& event = read.event;
  if (yaml_parser_parse(&parser_, &read.event) == 0) fail();
  const At where = at(event.start_mark);
  switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
      tree.start_document(where);
      break;
    case YAML_ALIAS_EVENT:
      tree.alias(where, text_of(event.data.alias.anchor));
      break;
    case YAML_SCALAR_EVENT: {
      const auto& scalar = event.data.scalar;
      std::string value(reinterpret_cast<const char*>(scalar.value), scalar.length);
      tree.scalar(
          where, properties(scalar.tag, scalar.anchor),
          stand_ins_.restored(std::move(value), scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE),
          scalar.style == YAML_PLAIN_SCALAR_STYLE);
      break;
    }
    case YAML_SEQUENCE_START_EVENT: {
      const auto& list = event.data.sequence_start;
      tree.start(where, properties(list.tag, list.anchor), Type::list);
      break;
    }
    case YAML_MAPPING_START_EVENT: {
      const auto& map = event.data.mapping_start;
      tree.start(where, properties(map.tag, map.anchor), Type::map);
      break;
    }
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      tree.end();
      break;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
      break;
  }
  return event.type != YAML_STREAM_END_EVENT;
}

void Parser::fail(const yaml_mark_t& mark, const std::string& message,
                  const std::string& hint) const {
  const At where = at(mark);
  throw Error(Kind::input, SourceLoc{file_, where.line, where.column}, message, hint);
}

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

/// A character that fits nowhere: libyaml has the same words for most of them.
void Parser::fail_at_character() const {
  const yaml_mark_t& mark = parser_.problem_mark;
  const std::string_view rest = source_.from(mark.index);
  const char c = rest.empty() ? '\n' : rest.front();
  if (c == '\t') fail(mark, "a tab cannot indent", "use spaces");
  if (c == ']' || c == '}') fail(mark, "a ']' or '}' that nothing opened");
  if (c == '@' || c == '`' || c == '%') {
    fail(mark, "a character that no value can start with", "put the value in quotes");
  }
  const std::string_view context = parser_.context == nullptr ? "" : parser_.context;
  if (c == ',' && context == "while parsing a flow node") {
    fail(mark, "an item is missing before the ','");
  }
  if (c == ':') fail(mark, "a key is missing before the ':'");
  fail(mark, "no value can stand here", std::string(kIndentation));
}

void Parser::fail_in_brackets() const {
  if (!bracket_closes(source_.from(parser_.context_mark.index))) {
    fail(parser_.context_mark, "a bracket opens here and never closes");
  }
  const char wanted = parser_.problem[std::string_view(parser_.problem).rfind('\'') - 1];
  const std::string_view found = source_.from(parser_.problem_mark.index);
  if (found.starts_with(']') || found.starts_with('}')) {
    fail(parser_.problem_mark,
         fmt::format("a '{}' where a '{}' must close", found.front(), wanted));
  }
  fail(parser_.problem_mark, "a ',' is missing before this",
       "the items between brackets are separated by commas");
}

void Parser::fail() const {
  if (parser_.error == YAML_MEMORY_ERROR || parser_.problem == nullptr) throw std::bad_alloc();
  const std::string_view problem = parser_.problem;
  const std::string_view context = parser_.context == nullptr ? "" : parser_.context;
  const std::string_view begun = source_.from(parser_.context_mark.index);
  if (context == "while scanning a directive") {
    fail(parser_.context_mark, "a line cannot start with %",
         "put the text in quotes, or indent the line");
  }
  if (context == "while scanning a simple key") {
    fail(parser_.context_mark,
         fmt::format("\"{}\" is no key: there is no ':' behind it", first_line(begun)),
         "a ':' needs a space behind it");
  }
  if (context == "while scanning an anchor" || context == "while scanning an alias") {
    fail(parser_.context_mark,
         fmt::format("\"{}\" is no name of an anchor", first_word(begun).substr(1)),
         "use letters, digits, \"-\" and \"_\", and a blank behind it");
  }
  if (problem == "did not find expected ',' or ']'" ||
      problem == "did not find expected ',' or '}'") {
    fail_in_brackets();
  }
  if (problem == "found character that cannot start any token" ||
      problem == "did not find expected node content") {
    fail_at_character();
  }
  if (problem == "found unknown escape character") {
    const std::string_view escape = source_.from(parser_.problem_mark.index + 1);
    fail(parser_.problem_mark, fmt::format("unknown escape character: {}", escape.substr(0, 1)));
  }
  for (const auto& meaning : kMeanings) {
    if (problem == meaning.said) {
      fail(meaning.at_context ? parser_.context_mark : parser_.problem_mark,
           std::string(meaning.message), std::string(meaning.hint));
    }
  }
  fail(parser_.problem_mark, std::string(problem));
}

}  // namespace

Document read(std::string_view text, const std::string& file, Diagnostics& diagnostics,
              MergeTags tags) {
  const Source source(text, file);
  Parser parser(source, file);
  TreeBuilder tree(file, diagnostics, tags);
  while (parser.next(tree)) {
  }
  return {tree.take_root(), file};
}

Document read_path(const std::string& path, const std::string& shown_as, Diagnostics& diagnostics,
                   MergeTags tags) {
  return read(read_file(path), shown_as, diagnostics, tags);
}

}  // namespace skep::yaml
