// What every verb says of itself, and what skep says to words that it does not know.
#include "cli.hpp"
#include "cmd/verbs.hpp"

#include <algorithm>

using namespace skep;
using test::Cli;

namespace {

std::vector<std::string> words_of(const std::string& verb) {
  std::istringstream in(verb);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

}  // namespace

TEST_CASE("every verb has a help page, and it is as the golden file says", "[cmd]") {
  for (const auto& verb : cmd::kVerbs) {
    Cli cli;
    auto args = words_of(verb.name);
    auto page = args;
    args.emplace_back("--help");
    const auto result = cli.run(args);
    INFO(verb.name);
    CHECK(result.exit == 0);
    CHECK(result.err.empty());
    std::string name = verb.name;
    std::replace(name.begin(), name.end(), ' ', '_');
    test::cmd_golden("help/" + name + ".txt", result.out);
    CHECK(cli.engine.calls().empty());
  }
}

TEST_CASE("verbs have names of their own, in one word or two", "[cmd]") {
  std::vector<std::string> names;
  for (const auto& verb : cmd::kVerbs) {
    CHECK(words_of(verb.name).size() <= 2);
    CHECK_FALSE(std::string(verb.summary).empty());
    names.emplace_back(verb.name);
  }
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

TEST_CASE("skep --help lists the verbs and the exit statuses", "[cmd]") {
  Cli cli;
  const auto result = cli.run({"--help"});
  CHECK(result.exit == 0);
  test::cmd_golden("help/skep.txt", result.out);
  CHECK(cli.run({"help"}).out == result.out);
  CHECK(cli.run({"-h"}).out == result.out);
  SECTION("without a word it is wrong use") {
    const auto nothing = cli.run({});
    CHECK(nothing.exit == 2);
    CHECK(nothing.out == result.out);
  }
}

TEST_CASE("a word that is no verb is named, with the nearest that is one", "[cmd]") {
  Cli cli;
  const auto [words, err] = GENERATE(table<std::vector<std::string>, std::string>(
      {{{"relase"}, "error: \"relase\" is no verb of skep\n  hint: did you mean \"release\"?\n"},
       {{"bananas"},
        "error: \"bananas\" is no verb of skep\n  hint: skep --help lists the verbs\n"},
       {{"mongo", "statsu"},
        "error: \"mongo\" needs a second word\n"
        "  hint: skep mongo ensure, skep mongo rotate, skep mongo status\n"},
       {{"node"}, "error: \"node\" needs a second word\n  hint: skep node label\n"},
       {{"-q"}, "error: no verb given\n  hint: skep --help lists the verbs\n"},
       {{"-o", "json"}, "error: no verb given\n  hint: skep --help lists the verbs\n"}}));
  const auto result = cli.run(words);
  CHECK(result.exit == 2);
  CHECK(result.out.empty());
  CHECK(result.err == err);
}

TEST_CASE("a flag that a verb does not have is named, with the nearest that it has", "[cmd]") {
  Cli cli;
  const auto [words, err] = GENERATE(table<std::vector<std::string>, std::string>(
      {{{"release", "--no-rolback"},
        "error: skep release: \"--no-rolback\" is not known here\n"
        "  hint: did you mean --no-rollback?\n"},
       {{"ls", "--bananas"},
        "error: skep ls: \"--bananas\" is not known here\n"
        "  hint: skep ls --help lists what it takes\n"},
       {{"ls", "shop"},
        "error: skep ls: \"shop\" is not known here\n  hint: skep ls --help lists what it takes\n"},
       {{"mongo", "ensure", "--timeoit=1s"},
        "error: skep mongo ensure: \"--timeoit=1s\" is not known here\n"
        "  hint: did you mean --timeout?\n"}}));
  const auto result = cli.run(words);
  CHECK(result.exit == 2);
  CHECK(result.err == err);
}

TEST_CASE("a flag with a value that it cannot have is named", "[cmd]") {
  Cli cli;
  const auto [words, part] = GENERATE(table<std::vector<std::string>, std::string>(
      {{{"release", "--timeout", "soon"}, "\"soon\" is not a duration such as 90s, 10m or 1h30m"},
       {{"release", "--timeout", "-1s"}, "\"-1s\" is not a duration"},
       {{"deploy", "--hold", "long"}, "\"long\" is not a duration such as 90s, 10m or 1h30m"},
       {{"ls", "-o", "xml"}, "\"xml\" is none of text, json"},
       {{"deploy", "--resolve-image", "sometimes"}, "\"sometimes\" is none of"},
       {{"node", "label"}, "NODE is required"}}));
  const auto result = cli.run(words);
  CHECK(result.exit == 2);
  CHECK_THAT(result.err, ContainsSubstring("error: skep ") && ContainsSubstring(part) &&
                             ContainsSubstring("--help lists what it takes"));
}

TEST_CASE("common flags may stand before the verb, as with docker", "[cmd]") {
  Cli cli;
  const auto behind = cli.run({"ls", "-o", "json"});
  CHECK(behind.out == "[]\n");
  CHECK(cli.run({"-o", "json", "ls"}).out == behind.out);
  CHECK(cli.run({"-H", "unix:///nowhere", "--output", "json", "-q", "ls"}).out == behind.out);
  CHECK(cli.run({"--output=json", "ls"}).out == behind.out);
  CHECK(cli.run({"-o", "json", "template", "list"}).out ==
        cli.run({"template", "list", "-o", "json"}).out);
}
