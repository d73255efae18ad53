#pragma once
// Questions to git about a checked-out folder that is not trusted.
#include "base/env.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace skep {

/// What `git -C FOLDER ARGUMENTS…` prints; nullopt when it fails, when there is no git on this
/// machine, or when FOLDER lies in something that only looks like a repository. No program that the
/// checkout names is run. (git takes any folder with HEAD, objects and refs for a bare repository,
/// and its `config` may name programs: core.fsmonitor, filters.) Throws Error{deadline,
/// interrupted}.
std::optional<std::string> ask_git(const std::string& folder,
                                   const std::vector<std::string>& arguments, const Env& env,
                                   const std::stop_token& stop);

/// The commit that is checked out, "-dirty" behind it when FOLDER has changes; nullopt outside of a
/// repository.
std::optional<std::string> git_commit(const std::string& folder, const Env& env,
                                      const std::stop_token& stop);

}  // namespace skep
