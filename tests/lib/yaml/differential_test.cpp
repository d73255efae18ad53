// The reader beside libyaml alone, on mutated fragments (tests/fuzz/yaml_libyaml.cpp has any
// bytes).
#include "support/catch.hpp"
#include "support/libyaml.hpp"
#include "support/random_text.hpp"

#include <cstdlib>
#include <string>
#include <vector>

using namespace skep;
using skep::test::RandomText;

namespace {

const std::vector<std::string> kSeeds = {
    "services:\n  web:\n    image: nginx:1.25\n    ports:\n      - \"80:80\"\n      - target: "
    "443\n",
    "a: &x {b: 1, c: [d, 'e', \"f\"]}\ng: *x\nh:\n  <<: *x\n  i: ~\n",
    "text: |\n  one\n    two\n\n  three\nfolded: >-\n  a\n  b\nquoted: \"a\\n\\u263A\"\nsingle: "
    "'it''s'\n",
    "- a\n- - b\n  - c\n-\n  d: e\n  f:\n    - g\n- !!str 12\n- ? k\n  : v\n",
    "# comment\n---\nkey with spaces: value # more\n'quoted key': [1, 2.5, true, null]\n...\n",
    "command: [sh, -c, \"echo $$HOME: 'x'\"]\nenvironment:\n  - A=b\n  - C=${D:-e}\n",
};
const std::string kBytes = "-:?,[]{}#&*!|>'\"%@` \n\tab01.~<=\\/";

std::string mutated(RandomText& random) {
  std::string text = kSeeds[random.below(kSeeds.size())];
  for (std::size_t n = 1 + random.below(6); n > 0; --n) {
    const std::size_t at = random.below(text.size() + 1);
    const std::size_t length = random.below(8);
    switch (random.below(5)) {
      case 0:
        text.insert(at, 1, kBytes[random.below(kBytes.size())]);
        break;
      case 1:
        text.erase(at, 1);
        break;
      case 2:
        if (at < text.size()) text[at] = kBytes[random.below(kBytes.size())];
        break;
      case 3:
        text.insert(random.below(text.size() + 1), text.substr(at, length));
        break;
      default:
        text.erase(at, length);
        break;
    }
    if (text.empty()) text = "a";
  }
  return text;
}

std::size_t inputs() {
  const char* wanted = std::getenv("SKEP_FUZZ_INPUTS");
  return wanted == nullptr ? 20'000 : std::strtoul(wanted, nullptr, 10);
}

}  // namespace

TEST_CASE("the tree is the one that libyaml sees", "[yaml]") {
  RandomText random;
  std::size_t refused = 0;
  std::size_t accepted = 0;
  std::vector<std::string> wrong;
  for (std::size_t i = 0; i < inputs(); ++i) {
    const std::string text = mutated(random);
    const auto compared = test::beside_libyaml(text);
    ++(compared.libyaml_takes ? accepted : refused);
    if (!compared.difference.empty()) wrong.push_back(text + "\n" + compared.difference);
  }
  std::string examples;
  for (std::size_t i = 0; i < wrong.size() && i < 3; ++i) examples += "\nfor example:\n" + wrong[i];
  INFO("SKEP_SEED=" << random.seed() << ": libyaml refused " << refused << " and took " << accepted
                    << "; ours did otherwise with " << wrong.size() << examples);
  CHECK(refused > inputs() / 10);
  CHECK(accepted > inputs() / 10);
  CHECK(wrong.empty());
}
