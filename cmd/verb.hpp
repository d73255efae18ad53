#pragma once
// A verb: its name, a line about it, and a function that declares its flags and returns what runs
// after parsing.
#include "cmd/flags.hpp"
#include "cmd/session.hpp"

#include <functional>

namespace skep::cmd {

/// Runs after all flags are read; returns the exit status (skep::exit_status, one table).
using Runner = std::function<int(Session&)>;

struct Verb {
  const char* name;  // "release", or two words: "mongo ensure"
  const char* summary;
  Runner (*bind)(Flags&);
  bool emits_outcome;  // its -o json stream ends with an outcome event
};

}  // namespace skep::cmd
