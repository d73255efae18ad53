#pragma once
// How a stack's Compose file is read: as skep reads it, or as docker does (`--compat docker`). What
// neither the command line nor skep.yml says, the stack does: what docker made is read as docker
// reads it, and so is what was read so at its last release.
#include "deploy/deps.hpp"
#include "deploy/situation.hpp"
#include "project/project.hpp"
#include "release/records.hpp"
#include "stack/stack.hpp"

#include <optional>
#include <string>

namespace skep::deploy {

/// What the stack itself says. `why` is for people: "docker made this stack", "as in r3"; empty
/// with none.
struct StackReading {
  stack::Compat compat = stack::Compat::none;
  std::string why;
  bool operator==(const StackReading&) const = default;
};

/// The last released record decides, else the newest; without any, services with docker's stack
/// label were made by docker.
StackReading reading_of(const std::vector<release::Kept>& records, bool services_live);

/// How the stack of that name is read that is on the swarm; nullopt where none is, or where no
/// engine says so within two seconds: whoever asks does without.
struct StackThere {
  std::string stack;
  StackReading reading;
};
std::optional<StackThere> stack_there(Deps& deps, const project::Options& options);

/// The options with `compat` settled, for verbs that ask the cluster.
struct Settled {
  project::Options options;
  StackReading stack;
  /// The engine could not be asked. To be thrown when the files have been read: their mistakes come
  /// first.
  std::optional<Error> unasked;
};
/// Reads the stack's records and services once, before the files are read; not where the Compose
/// file comes from a template, which docker cannot read, nor where the file itself names the stack.
/// Says so where the stack has the files read as docker reads them. Throws Error{usage, input} of
/// skep.yml.
Settled settle(Deps& deps, const project::Options& options);

/// load() of project.hpp, settled first.
project::Loaded load_settled(Deps& deps, const project::Options& options);

/// Where docker's reading is given up (`--compat none`), says what that changes.
void say_reading_ended(Deps& deps, const Settled& settled, const project::Loaded& loaded);

/// What the next record keeps: how the file was read, or, for a verb that read none, what the stack
/// says.
stack::Compat compat_now(const project::Loaded& loaded, const Situation& situation);

}  // namespace skep::deploy
