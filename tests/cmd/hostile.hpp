#pragma once
// Runs a verb once for each change of each answer that it reads, in child processes, and counts
// what must not be: an end by a signal, no end, a control character, a JSON line that is none, an
// exit status that is not in the table.
#include "cli.hpp"
#include "support/hostile_engine.hpp"

#include <functional>
#include <string>
#include <vector>

namespace skep::test {

struct Scenario {
  std::string name;
  std::function<void(Cli&)> prepare;  // before the answers are changed
  std::vector<std::string> args;
  int patience_ms = 60'000;  // of one case; the fake's clock takes no time, a busy machine does
};

struct Found {
  std::size_t cases = 0;
  std::size_t faults = 0;  // of skep's own: "skep itself failed"; an answer, but no good one
  std::map<std::string, int> exits;
  std::vector<std::string> wrong;                // "aborted: GET /services /*/Spec number"
  std::map<std::string, std::string> own_words;  // of skep's own faults, with the last such case
};

/// Of all changes, or those of the answer to one question, each `stride`-th. `plant` stands for a
/// fault in the program: it sees each answer.
using Plant = std::function<void(const std::string& question, const std::string& body, Cli& cli,
                                 std::string& out)>;
Found try_all(const Scenario& scenario, std::size_t stride, const Plant& plant = {},
              const std::string& question = "");

/// A project of one service, released.
inline void with_release(Cli& cli) {
  cli.write_project();
  REQUIRE(cli.run({"release"}).exit == 0);
}

/// SKEP_LONG=yes: every change, else each `few`-th.
std::size_t stride_of(std::size_t few);

}  // namespace skep::test
