#pragma once
// From a command line to an exit status.
#include "cmd/session.hpp"
#include "cmd/verb.hpp"

#include <string>
#include <vector>

namespace skep::cmd {

/// One call of skep: finds the verb, reads flags, runs it, prints errors. Errors are caught only
/// here. `args` is without the program's name. Returns the exit status.
int run(const std::vector<std::string>& args, World& world);

/// All flags of a verb, with those that every verb takes.
std::vector<std::string> flag_names(const Verb& verb);

}  // namespace skep::cmd
