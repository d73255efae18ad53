#include "stack/placeholders.hpp"

#include "stack/placeholder_names.hpp"
#include "stack/placeholder_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace skep::stack {
namespace {

constexpr int kDeepest = 100;

/// One operand of a command.
struct Operand {
  enum class Kind { constant, nothing, function, value, field };
  Kind kind = Kind::value;
  Is is = Is::unknown;
  std::string name;    // of a function; of a field all of it
  int arguments = -1;  // of a method
};

/// An open {{if}}, {{range}}, {{with}}, {{define}} or {{block}}.
struct Block {
  std::string keyword;
  Is dot;  // what "." was in front of it
  std::size_t variables;
  bool other = false;  // behind its {{else}}
};

/// Reads on until the first mistake.
class Checker {
 public:
  Checker(std::string_view text, Expander expander)
      : text_(text),
        expander_(expander),
        root_(root_of(expander)),
        dot_(root_),
        variables_{{"$", root_}} {}

  std::optional<BadPlaceholder> run() {
    for (std::string_view rest = text_; !bad_;) {
      const std::size_t at = rest.find("{{");
      if (at == std::string_view::npos) break;
      auto action = placeholder_words(rest.substr(at));
      const auto lines = [&](std::size_t end) {
        return static_cast<int>(std::count(rest.begin(), rest.begin() + end, '\n'));
      };
      line_ += lines(at);
      if (!action.wrong.empty()) fail(action.wrong);
      words_ = std::move(action.words);
      at_ = 0;
      if (!bad_ && !action.comment) statement();
      line_ += lines(at + action.length) - lines(at);
      rest.remove_prefix(at + action.length);
    }
    if (!blocks_.empty()) fail(fmt::format("its {{{{{}}}}} has no {{{{end}}}}", open_keyword()));
    for (const auto& name : wanted_) {
      if (std::find(defined_.begin(), defined_.end(), name) == defined_.end())
        fail("it names a template that is not defined");
    }
    return bad_;
  }

 private:
  void fail(std::string what, std::string word = {}, std::string meant = {}) {
    if (bad_) return;
    bad_ = BadPlaceholder{line_, std::move(what), std::move(word), std::move(meant)};
  }
  std::string open_keyword() const { return blocks_.back().keyword; }

  // The words of the action.
  const PlaceholderWord* peek() const { return at_ < words_.size() ? &words_[at_] : nullptr; }
  bool is(WordForm form) const { return peek() != nullptr && peek()->form == form; }
  void skip_blanks() {
    while (is(WordForm::blank)) ++at_;
  }
  std::string take() { return words_[at_++].text; }
  void unexpected() {
    if (peek() == nullptr) return fail("it ends too early");
    fail("this is not expected there", peek()->text);
  }
  void ends() {
    skip_blanks();
    if (peek() != nullptr) unexpected();
  }

  void statement() {
    skip_blanks();
    if (peek() == nullptr) return fail("it is empty");
    const std::string word = is(WordForm::name) ? peek()->text : "";
    if (word == "if" || word == "with" || word == "range") return open(word);
    if (word == "else") return other();
    if (word == "end") return close();
    if (word == "define" || word == "block" || word == "template") return named(word);
    const bool in_loop = std::any_of(blocks_.begin(), blocks_.end(),
                                     [](const Block& b) { return b.keyword == "range"; });
    if (in_loop && (word == "break" || word == "continue")) {
      ++at_;
      return ends();
    }
    pipeline(/*nested=*/false, "");
  }

  void open(const std::string& keyword) {
    ++at_;
    blocks_.push_back({keyword, dot_, variables_.size()});
    condition(keyword);
  }
  void condition(const std::string& keyword) {
    const Is value = pipeline(/*nested=*/false, keyword);
    if (keyword == "with") dot_ = value;
    if (keyword == "range") dot_ = value == Is::labels ? Is::text : Is::unknown;
  }

  void other() {
    ++at_;
    if (blocks_.empty() || blocks_.back().other || blocks_.back().keyword == "define")
      return fail("its {{else}} belongs to nothing");
    Block& block = blocks_.back();
    dot_ = block.dot;
    skip_blanks();
    // {{else if}} of an {{if}}, {{else with}} of a {{with}}.
    const std::string word = is(WordForm::name) ? peek()->text : "";
    if (word != block.keyword || (word != "if" && word != "with")) {
      block.other = true;
      return ends();
    }
    ++at_;
    condition(word);
  }

  void close() {
    ++at_;
    ends();
    if (blocks_.empty()) return fail("its {{end}} ends nothing");
    dot_ = blocks_.back().dot;
    variables_.resize(blocks_.back().variables, {"", Is::unknown});
    blocks_.pop_back();
  }

  /// {{define "x"}}, {{block "x" .}}, {{template "x" .}}
  void named(const std::string& keyword) {
    ++at_;
    skip_blanks();
    if (!is(WordForm::constant)) return unexpected();
    const std::string name = take();
    if (keyword == "template") {
      wanted_.push_back(name);
    } else {
      defined_.push_back(name);
    }
    skip_blanks();
    const bool given = peek() != nullptr;
    if (keyword == "define" && given) return unexpected();
    if (keyword == "block" && !given) return fail("it ends too early");
    if (given) pipeline(/*nested=*/false, keyword);
    if (keyword == "template") return;
    blocks_.push_back({keyword, dot_, variables_.size()});
    dot_ = Is::unknown;
  }

  /// Commands with "|" between them, up to the end or to ")". `keyword` has a value in front of it
  /// then.
  Is pipeline(bool nested, const std::string& keyword) {
    const std::size_t first = variables_.size();
    const std::size_t declared = declare(keyword);
    Is value = Is::unknown;
    for (int stage = 0; !bad_; ++stage) {
      skip_blanks();
      value = command(stage > 0);
      skip_blanks();
      if (bad_ || !is(WordForm::pipe)) break;
      ++at_;
      skip_blanks();
      if (peek() == nullptr) break;  // Go takes a "|" with nothing behind it
    }
    const bool closed = nested ? is(WordForm::close) : peek() == nullptr;
    if (!bad_ && !closed) unexpected();
    const Is element = value == Is::labels ? Is::text : Is::unknown;
    for (std::size_t i = 0; i < declared; ++i)
      variables_[first + i].second = keyword == "range" ? element : value;
    return value;
  }

  /// "$x :=", "$x =", and of a range "$i, $x :="; how many are new.
  std::size_t declare(const std::string& keyword) {
    skip_blanks();
    std::size_t ahead = at_;
    std::vector<std::string> names;
    const auto blanks = [&] {
      while (ahead < words_.size() && words_[ahead].form == WordForm::blank) ++ahead;
    };
    while (ahead < words_.size() && words_[ahead].form == WordForm::variable) {
      names.push_back(words_[ahead++].text);
      blanks();
      const bool more = keyword == "range" && names.size() == 1 && ahead < words_.size() &&
                        words_[ahead].form == WordForm::comma;
      if (!more) break;
      ++ahead;
      blanks();
    }
    const bool assigns = ahead < words_.size() && words_[ahead].form == WordForm::assign;
    if (names.empty() || !assigns) return 0;
    at_ = ahead + 1;
    if (words_[ahead].text == "=") {
      for (const auto& name : names) {
        if (auto* known = find_variable(name)) known->second = Is::unknown;
      }
      return 0;
    }
    for (const auto& name : names) variables_.emplace_back(name, Is::unknown);
    return names.size();
  }

  Is command(bool piped) {
    std::vector<Operand> operands;
    while (!bad_ && starts_operand()) {
      operands.push_back(operand());
      if (!is(WordForm::blank)) break;
      skip_blanks();
    }
    if (bad_) return Is::unknown;
    if (operands.empty()) {
      unexpected();
      return Is::unknown;
    }
    return value_of(operands, piped);
  }

  bool starts_operand() const {
    return is(WordForm::name) || is(WordForm::field) || is(WordForm::variable) ||
           is(WordForm::dot) || is(WordForm::constant) || is(WordForm::open);
  }

  Is value_of(const std::vector<Operand>& operands, bool piped) {
    for (std::size_t i = 1; i < operands.size(); ++i) called(operands[i], 0);
    const Operand& first = operands.front();
    const int arguments = static_cast<int>(operands.size()) - 1 + int{piped};
    if (first.kind == Operand::Kind::nothing && !piped && arguments == 0) fail("nil is no value");
    called(first, arguments);
    return first.is;
  }

  void called(const Operand& operand, int arguments) {
    if (operand.kind == Operand::Kind::function) {
      const Function& function = *find_function(expander_, operand.name);
      if (arguments < function.least || arguments > function.most)
        fail("this function has too few or too many arguments", operand.name);
      return;
    }
    if (operand.arguments >= 0) {
      if (arguments != operand.arguments)
        fail("this has too few or too many arguments", operand.name);
      return;
    }
    // What a field of unknown type is, Go looks up when it runs.
    const bool may_be_function = operand.kind == Operand::Kind::field && operand.is == Is::unknown;
    if (arguments > 0 && !may_be_function) fail("this takes no argument", operand.name);
  }

  Operand operand() {
    Operand result = term();
    const bool has_fields =
        result.kind == Operand::Kind::value || result.kind == Operand::Kind::field;
    while (!bad_ && is(WordForm::field)) {
      if (!has_fields && result.kind != Operand::Kind::function) {
        unexpected();
      } else {
        // Behind a name of a function Go calls it first.
        if (result.kind == Operand::Kind::function) called(result, 0);
        field(result);
      }
    }
    return result;
  }

  Operand term() {
    Operand result;
    if (is(WordForm::field)) {
      result.is = dot_;
      field(result);
      return result;
    }
    const WordForm form = peek()->form;
    const std::string word = take();
    result.name = word;
    if (form == WordForm::dot) {
      result.is = dot_;
      if (is(WordForm::field)) unexpected();
    } else if (form == WordForm::variable) {
      if (const auto* known = find_variable(word)) result.is = known->second;
    } else if (form == WordForm::open) {
      brackets(result);
    } else if (form == WordForm::constant || word == "true" || word == "false") {
      result.kind = Operand::Kind::constant;
      result.is = Is::text;
    } else if (word == "nil") {
      result.kind = Operand::Kind::nothing;
    } else {
      function(result);
    }
    return result;
  }

  void brackets(Operand& result) {
    if (++depth_ > kDeepest) return fail("it has too many brackets");
    result.is = pipeline(/*nested=*/true, "");
    result.name = "(…)";
    --depth_;
    if (!bad_) ++at_;
  }

  void function(Operand& result) {
    result.kind = Operand::Kind::function;
    if (const Function* found = find_function(expander_, result.name)) {
      result.is = found->is;
      return;
    }
    fail("there is no such function", result.name, meant_function(expander_, result.name));
  }

  /// One more field of `result`.
  void field(Operand& result) {
    const std::string word = take();
    const std::string name = word.substr(1);
    const std::string before = result.kind == Operand::Kind::function ? "" : result.name;
    const Is of = result.is;
    result.name = before + word;
    result.kind = Operand::Kind::field;
    result.arguments = -1;
    if (of == Is::unknown) return;
    if (of == Is::labels) {
      return fail("a label is not read so", result.name,
                  fmt::format("index {} \"{}\"", before, name));
    }
    if (const Field* found = find_field(of, name)) {
      result.is = found->is;
      result.arguments = found->arguments;
      return;
    }
    fail("there is no such field", result.name, meant_field(of, name, before));
  }

  std::pair<std::string, Is>* find_variable(const std::string& name) {
    const auto found = std::find_if(variables_.rbegin(), variables_.rend(),
                                    [&](const auto& one) { return one.first == name; });
    if (found != variables_.rend()) return &*found;
    fail("there is no such variable", name);
    return nullptr;
  }

  std::string_view text_;
  Expander expander_;
  Is root_;
  Is dot_;
  std::vector<std::pair<std::string, Is>> variables_;
  std::vector<Block> blocks_;
  std::vector<std::string> defined_, wanted_;
  std::vector<PlaceholderWord> words_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int line_ = 0;
  std::optional<BadPlaceholder> bad_;
};

}  // namespace

std::optional<BadPlaceholder> bad_placeholder(std::string_view text, Expander expander) {
  if (text.find("{{") == std::string_view::npos) return std::nullopt;
  return Checker(text, expander).run();
}

}  // namespace skep::stack
