#pragma once
// The command line's choice of files.
#include "base/compat.hpp"

#include <optional>
#include <string>
#include <vector>

namespace skep::project {

/// A project or Compose files, and the flags that change what they say.
struct Options {
  std::string file;                    // -f; "" is ./skep.yml
  std::string environment;             // -e
  std::vector<std::string> set;        // --set values.replicas=3
  std::vector<std::string> env_files;  // --env-file
  std::vector<std::string>
      compose_files;  // -c: Compose files without skep.yml; later ones over earlier ones
  std::vector<std::string> profiles;  // --profile; COMPOSE_PROFILES when there is none
  std::string
      stack;  // STACK on the command line: the name with -c, else it must be the project's name
  bool allow_missing = false;    // a missing variable is blank, as docker has it
  bool strict = false;           // ignored keys are errors
  bool interpolate = true;       // false: `${…}` stays in the Compose files (`config`)
  std::optional<Compat> compat;  // --compat; not said: what skep.yml says, else none
  std::string compat_why{};      // why the stack itself decided `compat`: deploy::StackReading::why
};

}  // namespace skep::project
