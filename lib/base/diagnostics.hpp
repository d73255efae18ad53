#pragma once
// Problems in what the user wrote: all of them are collected, sorted by place, and shown together.
#include "base/error.hpp"
#include "base/json.hpp"

#include <functional>
#include <string>
#include <vector>

namespace skep {

enum class Severity { error, warning, notice };

struct Diagnostic {
  Severity severity = Severity::error;
  SourceLoc loc;
  std::string path;     // "services.web.ports[0]"; may be empty
  std::string message;  // lower case, no full stop
  std::string hint;     // what to write instead; may be empty
  /// The same message at another place is the same problem: Diagnostics::sorted() makes one of
  /// them, at the first place, with the others in `also`.
  bool repeats = false;
  std::vector<SourceLoc> also = {};
  bool also_told = false;  // the message names them
  bool operator==(const Diagnostic&) const = default;
};

/// "stack.yml:14:9: error: services.web.ports[0]: port 70000 is out of range\n  hint: ports go from
/// 1 to 65535"; further places stand behind the message: "(also at line 20, other.yml:3)".
std::string format(const Diagnostic& diagnostic);
/// {severity, file, line, column, path, message, hint, also: [{file, line, column}]}
Json to_json(const Diagnostic& diagnostic);

class Diagnostics {
 public:
  void error(SourceLoc loc, std::string path, std::string message, std::string hint = {});
  void warning(SourceLoc loc, std::string path, std::string message, std::string hint = {});
  void notice(SourceLoc loc, std::string path, std::string message, std::string hint = {});
  void add(Diagnostic diagnostic);
  void add(const Diagnostics& more);
  /// What a later step finds: not where an error stands already, of which it is a consequence.
  void add_where_no_error_is(const Diagnostics& more);

  /// Each through `f`.
  void rewrite(const std::function<Diagnostic(Diagnostic)>& f);

  void erase_if(const std::function<bool(const Diagnostic&)>& unwanted);

  bool has_errors() const;
  bool empty() const { return all_.empty(); }
  /// Sorted by file, line, column; equal ones once, and what repeats too. What one place (an
  /// anchor) does to many parts of a file is one as well, and says to how many.
  std::vector<Diagnostic> sorted() const;

  /// Throws Error{input} when there are errors: the message counts them, the first one's place is
  /// its loc, and all of them stand in `format` form in the hint's place of a multi-line message.
  void throw_if_errors(const std::string& what) const;

 private:
  std::vector<Diagnostic> all_;
};

/// Every diagnostic on lines of its own, sorted.
std::string format(const Diagnostics& diagnostics);

/// The candidate nearest to `word` at an edit distance of at most 2, if a letter is left in common,
/// or "".
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace skep
