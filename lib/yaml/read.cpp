#include "yaml/read.hpp"

#include "base/files.hpp"
#include "yaml/source.hpp"
#include "yaml/tree.hpp"
#include "yaml/utf8.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace skep::yaml {
namespace {

/// Stands for a '?' that is no indicator. yaml-cpp 0.7 ends a plain scalar in brackets at any '?',
/// as in [curl, http://localhost/?x]; this byte it keeps, and neither a text in UTF-8 nor an escape
/// in it can give it.
constexpr char kQuestion = '\xC1';

bool ends_word(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string hide_questions(std::string_view text) {
  std::string hidden(text);
  for (std::size_t at = hidden.find('?'); at != std::string::npos; at = hidden.find('?', at + 1)) {
    const bool inside = at > 0 && !ends_word(text[at - 1]) &&
                        std::string_view("[{,").find(text[at - 1]) == std::string_view::npos;
    const bool goes_on = at + 1 < text.size() && !ends_word(text[at + 1]);
    if (inside || goes_on) hidden[at] = kQuestion;
  }
  return hidden;
}

std::string show_questions(std::string text) {
  std::replace(text.begin(), text.end(), kQuestion, '?');
  return text;
}

/// yaml-cpp 0.7 gives the escapes "\N" and "\_" as single bytes, which are no UTF-8.
std::string in_utf8(std::string text) {
  if (valid_utf8(text)) return text;
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = decode(std::string_view(text).substr(at)).length;
    if (length == 0) result += '\xC2';
    result.append(text, at, std::max<std::size_t>(length, 1));
    at += std::max<std::size_t>(length, 1);
  }
  return result;
}

At at(const YAML::Mark& mark) {
  return {static_cast<std::size_t>(std::max(mark.pos, 0)), mark.line + 1, mark.column + 1};
}

/// The only place where yaml-cpp's events enter.
class Handler : public YAML::EventHandler {
 public:
  explicit Handler(TreeBuilder& tree) : tree_(tree) {}
  void OnDocumentStart(const YAML::Mark& mark) override { tree_.start_document(at(mark)); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    tree_.null(at(mark), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    tree_.alias(at(mark), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    tree_.scalar(at(mark), show_questions(tag), anchor, in_utf8(show_questions(value)));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    tree_.start(at(mark), show_questions(tag), anchor, Type::list,
                style == YAML::EmitterStyle::Flow);
  }
  void OnSequenceEnd() override { tree_.end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    tree_.start(at(mark), show_questions(tag), anchor, Type::map,
                style == YAML::EmitterStyle::Flow);
  }
  void OnMapEnd() override { tree_.end(); }

 private:
  TreeBuilder& tree_;
};

struct Meaning {
  std::string_view said;  // by the parser
  std::string_view message;
  std::string_view hint;
};

/// What the parser's commonest complaints mean to who wrote the file.
constexpr std::array kMeanings = {
    Meaning{"illegal map value", "a ':' where no key can stand",
            "put a value that holds \": \" in quotes, and give the keys of a map one indentation"},
    Meaning{"illegal map key", "a key cannot stand here", "look at the indentation"},
    Meaning{
        "end of map not found", "this does not fit the map above it",
        "look at the indentation, and put a value with text behind a quote in quotes as a whole"},
    Meaning{"end of sequence not found", "this does not fit the list above it",
            "look at the indentation"},
    Meaning{"illegal block entry", "a '-' where no list can stand", "look at the indentation"},
    Meaning{"illegal flow end", "a ']' or '}' that nothing opened", ""},
    Meaning{"unknown token", "a character that no value can start with", "put the value in quotes"},
    Meaning{"the referenced anchor is not defined",
            "an alias of nothing: no such anchor stands above", ""},
};

[[noreturn]] void fail(const YAML::Exception& error, const TreeBuilder& tree, const Source& source,
                       const std::string& file) {
  const bool bracket =
      error.msg == "end of map flow not found" || error.msg == "end of sequence flow not found";
  if (bracket && tree.open_bracket()) {
    throw Error(Kind::input, *tree.open_bracket(), "a bracket opens here and never closes");
  }
  const SourceLoc loc{file, error.mark.line + 1, error.mark.column + 1};
  if (error.msg.starts_with("illegal EOF in scalar")) {
    throw Error(Kind::input, source.open_quote(tree.last(), file).value_or(loc),
                "a quote opens here and never closes");
  }
  for (const auto& meaning : kMeanings) {
    // yaml-cpp 0.8 adds the name to some.
    if (error.msg.starts_with(meaning.said)) {
      throw Error(Kind::input, loc, std::string(meaning.message), std::string(meaning.hint));
    }
  }
  throw Error(Kind::input, loc, show_questions(error.msg));
}

}  // namespace

Document read(std::string_view text, const std::string& file, Diagnostics& diagnostics,
              MergeTags tags) {
  const Source source(text, file);
  TreeBuilder tree(source, file, diagnostics, tags);
  Handler handler(tree);
  std::istringstream stream{hide_questions(source.text())};
  try {
    YAML::Parser parser(stream);
    // Ends: the builder refuses the second document that a broken text gives for ever.
    while (parser.HandleNextDocument(handler)) {
    }
  } catch (const YAML::Exception& error) {
    fail(error, tree, source, file);
  }
  return {tree.take_root(), file};
}

Document read_path(const std::string& path, const std::string& shown_as, Diagnostics& diagnostics,
                   MergeTags tags) {
  return read(read_file(path), shown_as, diagnostics, tags);
}

}  // namespace skep::yaml
