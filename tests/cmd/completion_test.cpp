// The completion script, run by bash itself.
#include "base/process.hpp"
#include "cli.hpp"

using namespace skep;
using test::Cli;

namespace {

/// What bash offers behind these words, the last one begun.
std::string offered(const std::string& words) {
  Cli cli;
  const auto script = cli.run({"completion", "bash"});
  REQUIRE(script.exit == 0);
  const auto file = cli.dir.write("completion", script.out);
  const auto asked =
      run_process({"bash", "-c",
                   "source " + cli.dir.path() + "/completion; COMP_WORDS=(" + words +
                       "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _skep; echo ${COMPREPLY[*]}"},
                  "", cli.env);
  CHECK(asked.err.empty());
  return asked.out;
}

}  // namespace

TEST_CASE("bash completes verbs in one word and in two", "[cmd]") {
  CHECK(offered("skep rel") == "release\n");
  CHECK(offered("skep mongo ''").starts_with("ensure rotate status"));
  CHECK(offered("skep mongo ro") == "rotate\n");
  CHECK(offered("skep -q hist") == "history\n");
  CHECK(offered("skep history sh") == "show\n");
}

TEST_CASE("bash completes the flags of a verb", "[cmd]") {
  CHECK(offered("skep deploy --pru") == "--prune\n");
  CHECK(offered("skep mongo rotate --us") == "--user\n");
  CHECK(offered("skep history show --ver") == "--verbose\n");
  CHECK(offered("skep ls --pru") == "\n");
}

TEST_CASE("another shell is refused by name", "[cmd]") {
  Cli cli;
  const auto result = cli.run({"completion", "tcsh"});
  CHECK(result.exit == 2);
  CHECK(result.err ==
        "error: there is no completion for \"tcsh\"\n  hint: skep completion bash; "
        "zsh takes it after `autoload -U bashcompinit; bashcompinit`\n");
}
