#pragma once
// Remembers which variables gave values while files were read, and where, so that messages can name
// the variable in place of the value.
#include "base/diagnostics.hpp"
#include "yaml/dotenv.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace skep::yaml {

class Used {
 public:
  /// A variable of the process has no place.
  void note(const Variable& variable);
  /// A key, or a value without variables, as a file has it.
  void note_written(std::string_view text);
  /// A value with variables in it, and which of them were blank.
  struct Blank {
    std::string state;   // "the variable X is not set"
    std::string advice;  // what to do about it; may be empty
  };
  void note_place(const SourceLoc& place, std::vector<Blank> blank);
  void add(const Used& more);
  /// Calls `f` for each place.
  void move_places(const std::function<SourceLoc(const SourceLoc&)>& f);

  /// Variables of env files, in the order of their use.
  const std::vector<Variable>& of_files() const { return of_files_; }
  /// All variables: name → value.
  std::map<std::string, std::string> values() const;

 private:
  friend class Naming;
  std::map<std::string, Variable> variables_;
  std::vector<Variable> of_files_;
  std::vector<std::size_t> written_;  // hashes: a big file has hundreds of thousands of texts
  std::map<SourceLoc, std::vector<Blank>> places_;
};

/// Messages name variables, never their values: one may be a secret. Text that a file itself has,
/// and paths of variables that hold no secret, stay as they are.
class Naming {
 public:
  explicit Naming(Used used);

  /// Replaces each quoted value by the `${NAME}` that it came from; values of 8 bytes and more
  /// outside of quotes too. The hint says where these variables come from. If a blank variable
  /// caused the problem, the message names it.
  Diagnostic named(Diagnostic diagnostic) const;
  Error named(const Error& error) const;

 private:
  struct Value {
    std::string text;
    std::string name;
  };
  using Names = std::set<std::string>;

  bool is_written(std::string_view text) const;
  bool stays(std::string_view text, std::size_t at, std::size_t size) const;
  std::string replaced(std::string text, std::size_t shortest, bool words, Names& names) const;
  std::string without_pieces(std::string text, Names& names) const;
  std::string inside_quotes(const std::string& text, bool interpolated, Names& names) const;
  std::string named(const std::string& text, bool interpolated, Names& names) const;
  std::string with_sources(std::string hint, const Names& names) const;
  void say_blank(Diagnostic& diagnostic) const;

  Used used_;
  std::vector<Value> values_;  // the longest first
};

}  // namespace skep::yaml
