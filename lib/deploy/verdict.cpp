#include "deploy/verdict.hpp"

#include "swarm/outcome.hpp"

#include <fmt/format.h>

#include <array>

namespace skep::deploy {
namespace {

using swarm::Cause;
using swarm::Result;

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

struct Judgement {
  Result result;
  Cause cause;
};

Judgement judge(Kind kind) {
  switch (kind) {
    case Kind::usage:
    case Kind::input:
      return {Result::refused, Cause::input};
    case Kind::unreachable:
    case Kind::unavailable:
    case Kind::not_found:
    case Kind::rejected:
    case Kind::internal:
      return {Result::failed, Cause::engine};
    case Kind::conflict:
      return {Result::failed, Cause::conflict};
    case Kind::unauthorized:
    case Kind::registry:
      return {Result::failed, Cause::registry};
    case Kind::build:
      return {Result::failed, Cause::build};
    case Kind::database:
      return {Result::failed, Cause::database};
    case Kind::preflight:
      return {Result::failed, Cause::preflight};
    case Kind::unhealthy:
      return {Result::failed, Cause::unhealthy};
    case Kind::check:
      return {Result::failed, Cause::check};
    case Kind::deadline:
      return {Result::failed, Cause::deadline};
    case Kind::lock:
      return {Result::locked, Cause::lock};
    case Kind::interrupted:
      return {Result::interrupted, Cause::interrupted};
  }
  return {Result::failed, Cause::engine};
}

}  // namespace

Ended ended_by(const Error& error, const std::string& stack) {
  const Judgement judgement = judge(error.kind());
  Ended ended;
  ended.exit = swarm::exit_status(judgement.result);
  ended.result = swarm::word(judgement.result);
  ended.cause = swarm::word(judgement.cause);
  ended.stack = stack;
  ended.message = error.what();
  return ended;
}

swarm::Outcome failed_outcome(const Error& error, bool changed) {
  swarm::Outcome outcome;
  outcome.cause = judge(error.kind()).cause;
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

Ended ended_well(const std::string& result, const std::string& stack, const std::string& message) {
  Ended ended;
  ended.exit = exit_status(result);
  ended.result = result;
  ended.cause = swarm::word(Cause::none);
  ended.stack = stack;
  ended.message = message;
  return ended;
}

int exit_status(const std::string& result) {
  for (const auto& row : kRows) {
    if (result == swarm::word(row.result)) return swarm::exit_status(row.result);
  }
  throw Error(Kind::internal, fmt::format("\"{}\" is no result", result));
}

std::string exit_table() {
  std::string text;
  for (const auto& row : kRows) {
    text += fmt::format("  {:>3}  {:<12} {}\n", swarm::exit_status(row.result),
                        swarm::word(row.result), row.meaning);
  }
  return text;
}

}  // namespace skep::deploy
