#include "base/outcome.hpp"

#include "support/catch.hpp"

using namespace skep;

TEST_CASE("an exit status says what state the cluster is in", "[base]") {
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

TEST_CASE("results and causes have the words that the events promise", "[base]") {
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

TEST_CASE("each kind of error has its cause", "[base]") {
  const std::vector<std::pair<Kind, Cause>> causes = {{Kind::usage, Cause::input},
                                                      {Kind::input, Cause::input},
                                                      {Kind::unreachable, Cause::engine},
                                                      {Kind::unauthorized, Cause::registry},
                                                      {Kind::not_found, Cause::engine},
                                                      {Kind::conflict, Cause::conflict},
                                                      {Kind::rejected, Cause::engine},
                                                      {Kind::unavailable, Cause::engine},
                                                      {Kind::build, Cause::build},
                                                      {Kind::registry, Cause::registry},
                                                      {Kind::database, Cause::database},
                                                      {Kind::preflight, Cause::preflight},
                                                      {Kind::unhealthy, Cause::unhealthy},
                                                      {Kind::check, Cause::check},
                                                      {Kind::lock, Cause::lock},
                                                      {Kind::deadline, Cause::deadline},
                                                      {Kind::interrupted, Cause::interrupted},
                                                      {Kind::internal, Cause::engine}};
  for (const auto& [kind, cause] : causes) CHECK(cause_of(kind) == cause);
}
