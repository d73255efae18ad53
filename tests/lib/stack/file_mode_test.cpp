// File modes that were meant in octal.
#include "stack_support.hpp"

#include <fmt/format.h>

namespace skep::stack {

using test::findings;
using test::options_with;

TEST_CASE("a mode without its leading zero is warned about, and kept", "[stack]") {
  const auto of_config = [](const std::string& mode, ReadOptions options = options_with()) {
    return test::read_stack("services: {a: {image: x, configs: [{source: c, mode: " + mode +
                                "}]}}\nconfigs: {c: {content: x}}\n",
                            std::move(options));
  };
  const auto read = of_config("440");
  CHECK(
      read.text() ==
      "s.yml:1:54: warning: services.a.configs[0].mode: 440 is decimal here: in octal that is the "
      "mode 0670\n  hint: write 0440\n");
  CHECK(read.stack.services.at("a").configs[0].mode == 0670);
  for (const auto* mode : {"400", "444", "600", "640", "644", "660", "666", "500", "550", "555",
                           "700", "744", "750", "755", "770", "777", "1777", "2755"}) {
    INFO(mode);
    CHECK(of_config(mode).text().find(fmt::format("hint: write 0{}\n", mode)) != std::string::npos);
  }
  for (const auto* mode : {"0440", "0o440", "\"0440\"", "\"440\"", "288", "256", "292", "384",
                           "420", "416", "493", "511", "0", "7", "44", "123", "477", "04755"}) {
    INFO(mode);
    CHECK(of_config(mode).text() == "");
  }
  CHECK(of_config("4755").text() ==
        "s.yml:1:54: error: services.a.configs[0].mode: 4755 is decimal here: in octal that is the "
        "mode 11223\n  hint: write 04755\n");
}

TEST_CASE("a variable gives a mode in decimal, as with docker", "[stack]") {
  const auto text =
      findings("secrets: [{source: s, mode: \"${M}\"}]", options_with({{"M", "0440"}}));
  CHECK(text.find(
            "services.a.secrets[0].mode: 440 is decimal here: in octal that is the mode 0670\n"
            "  hint: a variable gives a mode in decimal: let it hold 288, or write 0440 here") !=
        std::string::npos);
}

TEST_CASE("a tmpfs has a mode too", "[stack]") {
  CHECK(findings("volumes: [{type: tmpfs, target: /t, tmpfs: {mode: 1777}}]") ==
        "4:55: warning: services.a.volumes[0].tmpfs.mode: 1777 is decimal here: in octal that is "
        "the mode 3361\n  hint: write 01777\n");
  CHECK(findings("volumes: [{type: tmpfs, target: /t, tmpfs: {mode: 01777}}]") == "");
  CHECK(findings("volumes: [{type: tmpfs, target: /t, tmpfs: {mode: \"1777\"}}]")
            .find("hint: write 01777, without quotes\n") != std::string::npos);
}

TEST_CASE("no usual mode is warned about when it is written in decimal", "[stack]") {
  for (const unsigned mode : {0400U, 0440U, 0444U, 0600U, 0640U, 0644U, 0660U, 0664U, 0666U, 0700U,
                              0711U, 0744U, 0750U, 0754U, 0755U, 0770U, 0775U, 0777U, 01777U}) {
    INFO(fmt::format("{:o}", mode));
    CHECK(findings(fmt::format("volumes: [{{type: tmpfs, target: /t, tmpfs: {{mode: {}}}}}]",
                               mode)) == "");
  }
}

}  // namespace skep::stack
