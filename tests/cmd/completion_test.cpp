// The completion script, run by bash and zsh themselves.
#include "base/process.hpp"
#include "cli.hpp"

using namespace skep;
using test::Cli;

namespace {

/// What the shell says to `question`, asked behind the script.
std::string asked(const std::string& shell, const std::string& setting,
                  const std::string& question) {
  Cli cli;
  const auto script = cli.run({"completion", "bash"});
  REQUIRE(script.exit == 0);
  cli.dir.write("completion", script.out);
  const auto said =
      run_process({shell, "-c", setting + "source " + cli.dir.path() + "/completion; " + question},
                  "", cli.env);
  CHECK(said.err.empty());
  return said.out;
}

/// What bash offers behind these words, the last one begun.
std::string offered(const std::string& words) {
  return asked("bash", "",
               "COMP_WORDS=(" + words +
                   "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _skep; echo ${COMPREPLY[*]}");
}

/// The same of zsh, which looks itself for what begins as the last word does.
std::string offered_by_zsh(const std::string& words) {
  return asked("zsh",
               "autoload -U compinit; compinit -u -D; autoload -U bashcompinit; bashcompinit; ",
               "words=(" + words +
                   "); COMP_WORDS=(\"${words[@]}\"); COMP_CWORD=$((${#words} - 1)); "
                   "echo $(compgen -F _skep -- '')");
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

TEST_CASE("zsh, told to take bash's script, offers the same", "[cmd]") {
  for (const std::string words :
       {"skep ''", "skep mongo ''", "skep deploy ''", "skep -q history ''", "skep history show ''",
        "skep mongo rotate ''"}) {
    INFO(words);
    CHECK(offered_by_zsh(words) == offered(words));
    CHECK(offered_by_zsh(words) != "\n");
  }
}

TEST_CASE("another shell is refused by name", "[cmd]") {
  Cli cli;
  const auto result = cli.run({"completion", "tcsh"});
  CHECK(result.exit == 2);
  CHECK(result.err ==
        "error: there is no completion for \"tcsh\"\n  hint: skep completion bash; "
        "zsh takes it after `autoload -U bashcompinit; bashcompinit`\n");
}
