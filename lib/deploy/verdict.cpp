#include "deploy/verdict.hpp"

#include "swarm/outcome.hpp"

#include <fmt/format.h>

#include <array>

namespace skep::deploy {
namespace {

struct ResultRow {
  Result result;
  const char* meaning;
};

constexpr auto kRows = std::to_array<ResultRow>({
    {Result::released, "the stack is as wanted, and healthy"},
    {Result::unchanged, "nothing was to do; the stack is as wanted, and healthy"},
    {Result::failed, "something failed; the stack is as it was before"},
    {Result::refused, "wrong use or wrong input; nothing was tried"},
    {Result::pending, "changes are pending (--exit-code)"},
    {Result::restored, "the release failed and the previous one is back and healthy"},
    {Result::torn, "the stack is between two releases: a person is needed"},
    {Result::locked, "somebody else holds the stack's lock"},
    {Result::interrupted, "stopped by Ctrl-C or SIGTERM; the last line says what was left"},
});

Result result_of(Kind kind) {
  switch (kind) {
    case Kind::usage:
    case Kind::input:
      return Result::refused;
    case Kind::lock:
      return Result::locked;
    case Kind::interrupted:
      return Result::interrupted;
    case Kind::unreachable:
    case Kind::unauthorized:
    case Kind::not_found:
    case Kind::conflict:
    case Kind::rejected:
    case Kind::unavailable:
    case Kind::build:
    case Kind::registry:
    case Kind::database:
    case Kind::preflight:
    case Kind::unhealthy:
    case Kind::check:
    case Kind::deadline:
    case Kind::internal:
      return Result::failed;
  }
  return Result::failed;
}

}  // namespace

Ended ended_by(const Error& error, const std::string& stack) {
  Ended ended;
  ended.result = result_of(error.kind());
  ended.exit = exit_status(ended.result);
  ended.cause = cause_of(error.kind());
  ended.stack = stack;
  ended.message = error.what();
  return ended;
}

swarm::Outcome failed_outcome(const Error& error, bool changed) {
  swarm::Outcome outcome;
  outcome.cause = cause_of(error.kind());
  outcome.message = error.what();
  outcome.changed = changed;
  return outcome;
}

Diagnostic as_diagnostic(const Error& error) {
  return {Severity::error, error.loc().value_or(SourceLoc{}), "", error.what(), error.hint()};
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

Ended ended_well(Result result, const std::string& stack, const std::string& message) {
  Ended ended;
  ended.exit = exit_status(result);
  ended.result = result;
  ended.stack = stack;
  ended.message = message;
  return ended;
}

std::string exit_table() {
  std::string text;
  for (const auto& row : kRows) {
    text +=
        fmt::format("  {:>3}  {:<12} {}\n", exit_status(row.result), word(row.result), row.meaning);
  }
  return text;
}

}  // namespace skep::deploy
