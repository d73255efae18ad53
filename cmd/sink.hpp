#pragma once
// Where events go: plain lines or live lines for people (stderr), or JSON lines for programs
// (stdout, docs/events.md).
#include "base/event.hpp"

#include <iosfwd>
#include <memory>

namespace skep::cmd {

struct SinkOptions {
  bool json = false;
  bool quiet = false;     // only problems and the outcome
  bool terminal = false;  // live lines
  bool color = false;
  bool verbose = false;  // also notices, and the output of build steps that succeed
  unsigned width = 80;   // of the terminal
};

/// `out` gets JSON lines and the outcome line, `err` everything else.
std::unique_ptr<EventSink> make_sink(std::ostream& out, std::ostream& err,
                                     const SinkOptions& options);

/// The outcome as one line: "kittenapi: released r3 in 41.2 s".
std::string outcome_line(const Ended& ended);

}  // namespace skep::cmd
