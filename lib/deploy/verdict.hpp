#pragma once
// From what happened to the outcome event and the exit status: the one place that knows the table
// of design §4.
#include "base/error.hpp"
#include "base/event.hpp"
#include "swarm/outcome.hpp"

#include <string>

namespace skep::deploy {

/// An outcome for an error that left an operation before anything was changed: the kind decides
/// result and cause.
Ended ended_by(const Error& error, const std::string& stack);
/// The same as a rollout would say it. `changed`: the first write may have reached the cluster.
swarm::Outcome failed_outcome(const Error& error, bool changed);
std::string first_line(const std::string& text);
/// An outcome of an operation that did what it was asked.
Ended ended_well(const std::string& result, const std::string& stack, const std::string& message);
/// Exit status of a result word ("released", "torn", …). 0 for released and unchanged.
int exit_status(const std::string& result);
/// The table as text, for --help.
std::string exit_table();

}  // namespace skep::deploy
