#include "base/git.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"

#include <filesystem>

namespace skep {
namespace {

/// As git finds a repository (setup.c, setup_git_directory_gently): upwards, at each folder `.git`
/// first, then whether the folder itself is one.
bool looks_like_a_bare_repository(const std::string& folder) {
  std::error_code ignored;
  for (auto at = std::filesystem::weakly_canonical(folder, ignored); !at.empty();
       at = at.parent_path()) {
    if (file_exists(at / ".git")) return false;
    if (file_exists(at / "HEAD") && file_exists(at / "objects") && file_exists(at / "refs"))
      return true;
    if (at == at.root_path()) return false;
  }
  return false;
}

}  // namespace

std::optional<std::string> ask_git(const std::string& folder,
                                   const std::vector<std::string>& arguments, const Env& env,
                                   const std::stop_token& stop) {
  if (looks_like_a_bare_repository(folder)) return std::nullopt;
  std::vector<std::string> command = {"git",
                                      "-c",
                                      "safe.bareRepository=explicit",
                                      "-c",
                                      "core.fsmonitor=false",
                                      "--no-optional-locks",
                                      "-C",
                                      folder};
  command.insert(command.end(), arguments.begin(), arguments.end());
  try {
    auto result = run_process(command, "", env, {.stop = stop});
    if (result.exit != 0) return std::nullopt;
    return std::move(result.out);
  } catch (const Error& error) {
    if (error.kind() == Kind::not_found) return std::nullopt;
    throw;
  }
}

std::optional<std::string> git_commit(const std::string& folder, const Env& env,
                                      const std::stop_token& stop) {
  const auto commit = ask_git(folder, {"rev-parse", "--short=12", "HEAD"}, env, stop);
  if (!commit) return std::nullopt;
  const auto changes = ask_git(folder, {"status", "--porcelain", "--", "."}, env, stop);
  std::string text = commit->substr(0, commit->find('\n'));
  if (changes && !changes->empty()) text += "-dirty";
  return text;
}

}  // namespace skep
