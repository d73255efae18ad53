#pragma once
// How a stack's Compose file is read: as skep reads it, or as docker does (`--compat docker`). If
// neither the command line nor skep.yml says which, the stack decides: a stack that docker made, or
// that was read as docker reads it at its last release, is read so again (docs/decisions.md, "How a
// stack's file is read").
#include "deploy/deps.hpp"
#include "deploy/situation.hpp"
#include "project/project.hpp"
#include "release/records.hpp"
#include "stack/stack.hpp"

#include <optional>
#include <string>

namespace skep::deploy {

/// The reading that the stack decides. `why` is for people: "docker made this stack", "as in r3";
/// empty with Compat::none.
struct StackReading {
  stack::Compat compat = stack::Compat::none;
  std::string why;
  bool operator==(const StackReading&) const = default;
};

/// The last released record decides, else the newest one. Without records, live services with
/// docker's stack label mean that docker made the stack.
StackReading reading_of(const std::vector<release::Kept>& records, bool services_live);

/// How the live stack of that name is read; nullopt when there is none, or no engine answers within
/// two seconds.
struct StackThere {
  std::string stack;
  StackReading reading;
};
std::optional<StackThere> stack_there(Deps& deps, const project::Options& options);

/// The options with `compat` settled, for verbs that ask the cluster.
struct Settled {
  project::Options options;
  StackReading stack;
  /// Set when the engine could not be asked. Throw it after the files were read: their mistakes
  /// come first.
  std::optional<Error> unasked;
};
/// Reads the stack's records and services once, before the files are read; but not when the Compose
/// file comes from a template (docker cannot read one) or names the stack itself. Emits a note when
/// the stack decides on docker's reading. Throws Error{usage, input} for skep.yml.
Settled settle(Deps& deps, const project::Options& options);

/// settle(), then load().
project::Loaded load_settled(Deps& deps, const project::Options& options);

/// When a stack leaves docker's reading (`--compat none`), emits what that changes.
void say_reading_ended(Deps& deps, const Settled& settled, const project::Loaded& loaded);

/// The reading for the next record: how the file was read, or, for a verb that read none, what the
/// stack decides.
stack::Compat compat_now(const project::Loaded& loaded, const Situation& situation);

}  // namespace skep::deploy
