#include "swarm/outcome.hpp"

#include "support/catch.hpp"

using namespace skep::swarm;

TEST_CASE("an exit status says what state the cluster is in", "[swarm]") {
  CHECK(exit_status(Result::released) == 0);
  CHECK(exit_status(Result::unchanged) == 0);
  CHECK(exit_status(Result::failed) == 1);
  CHECK(exit_status(Result::refused) == 2);
  CHECK(exit_status(Result::pending) == 3);
  CHECK(exit_status(Result::restored) == 4);
  CHECK(exit_status(Result::torn) == 5);
  CHECK(exit_status(Result::locked) == 6);
  CHECK(exit_status(Result::interrupted) == 130);
}

TEST_CASE("results and causes have the words that the events promise", "[swarm]") {
  CHECK(std::string(word(Result::released)) == "released");
  CHECK(std::string(word(Result::unchanged)) == "unchanged");
  CHECK(std::string(word(Result::failed)) == "failed");
  CHECK(std::string(word(Result::refused)) == "refused");
  CHECK(std::string(word(Result::pending)) == "pending");
  CHECK(std::string(word(Result::restored)) == "restored");
  CHECK(std::string(word(Result::torn)) == "torn");
  CHECK(std::string(word(Result::locked)) == "locked");
  CHECK(std::string(word(Result::interrupted)) == "interrupted");

  const std::vector<std::pair<Cause, std::string>> causes = {{Cause::none, "none"},
                                                             {Cause::input, "input"},
                                                             {Cause::engine, "engine"},
                                                             {Cause::registry, "registry"},
                                                             {Cause::build, "build"},
                                                             {Cause::database, "database"},
                                                             {Cause::preflight, "preflight"},
                                                             {Cause::unhealthy, "unhealthy"},
                                                             {Cause::deadline, "deadline"},
                                                             {Cause::conflict, "conflict"},
                                                             {Cause::lock, "lock"},
                                                             {Cause::check, "check"},
                                                             {Cause::interrupted, "interrupted"}};
  for (const auto& [cause, text] : causes) CHECK(word(cause) == text);
}
