#include "base/outcome.hpp"

namespace skep {

int exit_status(Result result) {
  switch (result) {
    case Result::released:
    case Result::unchanged:
      return 0;
    case Result::failed:
      return 1;
    case Result::refused:
      return 2;
    case Result::pending:
      return 3;
    case Result::restored:
      return 4;
    case Result::torn:
      return 5;
    case Result::locked:
      return 6;
    case Result::interrupted:
      return 130;
  }
  return 1;
}

const char* word(Result result) {
  switch (result) {
    case Result::released:
      return "released";
    case Result::unchanged:
      return "unchanged";
    case Result::failed:
      return "failed";
    case Result::refused:
      return "refused";
    case Result::pending:
      return "pending";
    case Result::restored:
      return "restored";
    case Result::torn:
      return "torn";
    case Result::locked:
      return "locked";
    case Result::interrupted:
      return "interrupted";
  }
  return "failed";
}

const char* word(Cause cause) {
  switch (cause) {
    case Cause::none:
      return "none";
    case Cause::input:
      return "input";
    case Cause::engine:
      return "engine";
    case Cause::registry:
      return "registry";
    case Cause::build:
      return "build";
    case Cause::database:
      return "database";
    case Cause::preflight:
      return "preflight";
    case Cause::unhealthy:
      return "unhealthy";
    case Cause::deadline:
      return "deadline";
    case Cause::conflict:
      return "conflict";
    case Cause::lock:
      return "lock";
    case Cause::check:
      return "check";
    case Cause::interrupted:
      return "interrupted";
  }
  return "none";
}

Cause cause_of(Kind kind) {
  switch (kind) {
    case Kind::usage:
    case Kind::input:
      return Cause::input;
    case Kind::unreachable:
    case Kind::unavailable:
    case Kind::not_found:
    case Kind::rejected:
    case Kind::internal:
      return Cause::engine;
    case Kind::unauthorized:  // no credential for a registry
    case Kind::registry:
      return Cause::registry;
    case Kind::build:
      return Cause::build;
    case Kind::database:
      return Cause::database;
    case Kind::preflight:
      return Cause::preflight;
    case Kind::unhealthy:
      return Cause::unhealthy;
    case Kind::deadline:
      return Cause::deadline;
    case Kind::conflict:
      return Cause::conflict;
    case Kind::lock:
      return Cause::lock;
    case Kind::check:
      return Cause::check;
    case Kind::interrupted:
      return Cause::interrupted;
  }
  return Cause::engine;
}

}  // namespace skep
