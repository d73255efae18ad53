#pragma once
// The one exception type of skep. It is thrown low, gets its noun on the way up (in_context), and
// is caught once, in cmd::run. Mistakes in what the user wrote are Diagnostics instead; what the
// cluster says is a value (swarm::Outcome).
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace skep {

/// Where something stands in a file the user wrote. Lines and columns count from 1; 0 means
/// unknown.
struct SourceLoc {
  std::string file;
  int line = 0;
  int column = 0;
  auto operator<=>(const SourceLoc&) const = default;
};

/// "stack.yml:14:9", without what is unknown.
std::string format(const SourceLoc& loc);

enum class Kind {
  usage,         // wrong use of the command line
  input,         // wrong content of the user's files
  unreachable,   // no answer from the engine, a registry or a gateway
  unauthorized,  // credentials missing or refused
  not_found,     // 404
  conflict,      // 409, or "update out of sequence"
  rejected,      // the engine said no: any other 4xx or 5xx
  unavailable,   // 503: no manager, no leader; worth a retry
  build,         // a build step failed
  registry,      // push, pull or digest look-up failed
  database,      // MongoDB said no
  preflight,     // the cluster cannot carry what is asked
  unhealthy,     // tasks do not become or stay healthy
  check,         // an HTTP check did not answer as wanted
  lock,          // somebody else holds the stack's lock, or ours was lost
  deadline,      // the time given is over
  interrupted,   // Ctrl-C or SIGTERM
  internal,      // a broken invariant of skep's own
};

class Error : public std::runtime_error {
 public:
  Error(Kind kind, std::string message, std::string hint = {});
  Error(Kind kind, SourceLoc loc, std::string message, std::string hint = {});

  Kind kind() const { return kind_; }
  /// The message with its context in front: "deploy stack "shop": service "web": port 70000 is out
  /// of range".
  const char* what() const noexcept override { return full_.c_str(); }
  /// The message alone, without context.
  const std::string& message() const { return message_; }
  /// What to do about it; may be empty.
  const std::string& hint() const { return hint_; }
  const std::optional<SourceLoc>& loc() const { return loc_; }

  /// Puts one more "while doing" in front.
  void add_context(const std::string& frame);

 private:
  Kind kind_;
  std::string message_;
  std::string hint_;
  std::string full_;
  std::optional<SourceLoc> loc_;
};

/// Runs `f`; an Error that leaves it says `frame` first. The layer that knows the noun calls this.
template <typename F>
decltype(auto) in_context(const std::string& frame, F&& f) {
  try {
    return std::forward<F>(f)();
  } catch (Error& error) {
    error.add_context(frame);
    throw;
  }
}

/// Any other exception as an Error{internal}: an exception that skep did not throw itself is a
/// fault of skep (an unexpected type of JSON) or of the machine (no memory, no thread).
Error as_error(const std::exception& exception);

/// Runs `f`; whatever leaves it is an Error.
template <typename F>
decltype(auto) only_errors(F&& f) {
  try {
    return std::forward<F>(f)();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& exception) {
    throw as_error(exception);
  }
}

}  // namespace skep
