// The reader against libyaml, on mutated fragments: what libyaml refuses, ours must refuse too, but
// for a few in a thousand (YAML 1.1 and 1.2 differ). libyaml is used by this test alone.
#include "support/catch.hpp"
#include "support/random_text.hpp"
#include "yaml/read.hpp"

#include <yaml.h>

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

/// Whether libyaml takes the text as one document, all aliases known.
bool libyaml_accepts(const std::string& text) {
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) throw std::bad_alloc();
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()),
                               text.size());
  bool good = true;
  int documents = 0;
  for (bool more = true; good && more;) {
    yaml_document_t document;
    good = yaml_parser_load(&parser, &document) != 0;
    if (!good) break;
    more = yaml_document_get_root_node(&document) != nullptr;
    documents += more ? 1 : 0;
    yaml_document_delete(&document);
  }
  yaml_parser_delete(&parser);
  return good && documents <= 1;
}

enum class Answer { accepted, refused, unwanted };

/// What ours says; `unwanted` is what is good YAML and refused on purpose.
Answer ours(const std::string& text) {
  Diagnostics diagnostics;
  try {
    yaml::read(text, "f", diagnostics);
    return Answer::accepted;
  } catch (const Error& error) {
    for (const char* reason :
         {"a key cannot be", "a key must be", "a key is missing", "\"<<\" takes", "is not known",
          "\" is no !!", "this alias stands inside"}) {
      if (error.message().find(reason) != std::string::npos) return Answer::unwanted;
    }
    return Answer::refused;
  }
}

std::size_t inputs() {
  const char* wanted = std::getenv("SKEP_FUZZ_INPUTS");
  return wanted == nullptr ? 20'000 : std::strtoul(wanted, nullptr, 10);
}

}  // namespace

TEST_CASE("what libyaml refuses is refused", "[yaml]") {
  RandomText random;
  std::size_t refused = 0;
  std::size_t accepted = 0;
  std::size_t lost = 0;
  std::vector<std::string> wrong;
  for (std::size_t i = 0; i < inputs(); ++i) {
    const std::string text = mutated(random);
    const Answer answer = ours(text);
    if (libyaml_accepts(text)) {
      ++accepted;
      lost += answer == Answer::refused ? 1 : 0;
      continue;
    }
    ++refused;
    if (answer == Answer::accepted) wrong.push_back(text);
  }
  UNSCOPED_INFO("SKEP_SEED=" << random.seed() << ": libyaml refused " << refused
                             << ", of which ours took " << wrong.size() << "; it took " << accepted
                             << ", of which ours refused " << lost);
  for (std::size_t i = 0; i < wrong.size() && i < 3; ++i)
    UNSCOPED_INFO("for example:\n" << wrong[i]);
  CHECK(refused > inputs() / 10);
  CHECK(wrong.size() <= refused / 100);
  CHECK(lost <= accepted / 100);
}
