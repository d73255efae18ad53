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
  /// them, at the first place, with the others in `also`. Of several that have one hint, the first
  /// alone keeps it.
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
  /// Adds what a later step found, except at places that already have an error: there it follows
  /// from that error.
  void add_where_no_error_is(const Diagnostics& more);

  /// Replaces each by what `f` makes of it.
  void rewrite(const std::function<Diagnostic(Diagnostic)>& f);

  void erase_if(const std::function<bool(const Diagnostic&)>& unwanted);

  bool has_errors() const;
  bool empty() const { return all_.empty(); }
  /// Sorted by file, line and column. Equal ones and repeated ones appear once. A problem that one
  /// place (an anchor) causes in many parts of a file appears once too, and says in how many.
  std::vector<Diagnostic> sorted() const;

  /// Throws Error{input} when there are errors. The message counts them in its first line and lists
  /// each as format() writes it. Its loc is the place of the first one.
  void throw_if_errors(const std::string& what) const;

 private:
  std::vector<Diagnostic> all_;
};

/// Every diagnostic on lines of its own, sorted.
std::string format(const Diagnostics& diagnostics);

/// The candidate nearest to `word`: at most two edits away, and with at least one letter in common;
/// else "".
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace skep
