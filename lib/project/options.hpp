#pragma once
#include <string>
#include <vector>

namespace skep::project {

/// Which project, or which Compose files, and what is laid over them.
struct Options {
  std::string file;                    // -f; "" is ./skep.yml
  std::string environment;             // -e
  std::vector<std::string> set;        // --set values.replicas=3
  std::vector<std::string> env_files;  // --env-file
  std::vector<std::string>
      compose_files;                  // -c: Compose files alone, no skep.yml; later over earlier
  std::vector<std::string> profiles;  // --profile; COMPOSE_PROFILES when there is none
  std::string stack;  // STACK on the command line: with -c, or as a check of the project's name
  bool allow_missing = false;  // a missing variable is blank, as docker has it
  bool strict = false;         // what would be ignored is an error
  bool interpolate = true;     // false: `${…}` stays in the Compose files (`config`)
  std::string compat;          // --compat: "docker", "none"; "" is what skep.yml says, else none
  std::string compat_why{};    // nobody said `compat`, the stack does: deploy::StackReading::why
};

}  // namespace skep::project
