#include "base/git.hpp"

#include "base/files.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <filesystem>

using namespace skep;

TEST_CASE("a folder that only looks like a repository is not asked", "[base]") {
  const test::TempDir dir;
  const auto proof = dir.path() + "/PWNED";
  std::filesystem::create_directories(dir.path() + "/fake/objects");
  std::filesystem::create_directories(dir.path() + "/fake/refs");
  std::filesystem::create_directories(dir.path() + "/fake/below");
  dir.write("fake/HEAD", "ref: refs/heads/main\n");
  dir.write("fake/config",
            "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = "
            "\"touch " +
                proof + "; false\"\n");
  const Env env{{{"PATH", "/usr/bin:/bin"}, {"HOME", dir.path()}}, dir.path(), "here"};
  for (const char* folder : {"/fake", "/fake/below"}) {
    CHECK_FALSE(ask_git(dir.path() + folder, {"status", "--porcelain"}, env, {}));
    CHECK_FALSE(git_commit(dir.path() + folder, env, {}));
  }
  CHECK_FALSE(file_exists(proof));
}
