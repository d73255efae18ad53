#pragma once
// From what happened to the outcome event and the exit status (docs/events.md, "The outcome").
#include "base/diagnostics.hpp"
#include "base/error.hpp"
#include "base/event.hpp"
#include "swarm/outcome.hpp"

#include <string>

namespace skep::deploy {

/// The outcome for an error that ended an operation before anything was changed. The kind decides
/// result and cause.
Ended ended_by(const Error& error, const std::string& stack);
/// The same as a rollout's Outcome. `changed`: the first write may have reached the cluster.
swarm::Outcome failed_outcome(const Error& error, bool changed);
std::string first_line(const std::string& text);
/// The error as a problem to show, with its hint and place.
Diagnostic as_diagnostic(const Error& error);
/// The outcome of an operation that did what it was asked to.
Ended ended_well(Result result, const std::string& stack, const std::string& message);
/// The table as text, for --help.
std::string exit_table();

}  // namespace skep::deploy
