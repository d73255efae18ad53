#include "yaml/used.hpp"

#include "support/catch.hpp"
#include "yaml/interpolate.hpp"
#include "yaml/read.hpp"

#include <string>
#include <utility>

using namespace skep;
using yaml::Naming;
using yaml::Used;

namespace {

const SourceLoc kPlace{"s.yml", 3, 5};

/// A message about a value that holds variables, as it is told.
std::string told(const Used& used, const std::string& message, const SourceLoc& place = kPlace) {
  return Naming(used).named(Diagnostic{Severity::error, place, "", message, ""}).message;
}

Used with(const std::vector<yaml::Variable>& variables) {
  Used used;
  for (const auto& variable : variables) used.note(variable);
  used.note_place(kPlace, {});
  return used;
}

}  // namespace

TEST_CASE("a message names the variable in place of its value, whole or in pieces", "[yaml]") {
  const Used used =
      with({{"PORT", "80", {}}, {"PW", "s3cret/of-mine", {}}, {"TAG", "v1.25", {".env", 3, 0}}});
  CHECK(told(used, "\"80\" is no port, 80 is") == "\"${PORT}\" is no port, 80 is");
  CHECK(told(used, "\"image:v1.25\" has no digest") == "\"image:${TAG}\" has no digest");
  CHECK(told(used, "the text s3cret/of-mine is bare") == "the text ${PW} is bare");
  CHECK(told(used, "\"of-mine\" is none of tcp, udp") == "\"${PW}\" is none of tcp, udp");
  CHECK(told(used, "\"xof-miney\" and \"other\"") == "\"x${PW}y\" and \"other\"");
  CHECK(told(used, "an open \"quote of s3cret/of-mine") == "an open \"quote of ${PW}");
  CHECK(told(used, "") == "");
  REQUIRE(used.of_files().size() == 1);
  CHECK(used.of_files()[0].name == "TAG");
}

TEST_CASE("what is hidden says where it is from", "[yaml]") {
  const Naming naming(with({{"DIR", "deep/down/here", {".env", 49, 1}}, {"TAG", "v1.25", {}}}));
  const auto one = naming.named(
      Diagnostic{Severity::error, kPlace, "", "\"v1.25\" of deep/down/here", "write another"});
  CHECK(one.message == "\"${TAG}\" of ${DIR}");
  CHECK(one.hint == "write another; DIR is from .env:49:1; TAG is from the environment");
  const Error error = naming.named(Error(Kind::input, kPlace, "no \"v1.25\""));
  CHECK(error.message() == "no \"${TAG}\"");
  CHECK(error.hint() == "TAG is from the environment");
  CHECK(error.loc() == kPlace);
  CHECK(naming.named(Error(Kind::usage, "plain", "hint")).hint() == "hint");
}

TEST_CASE("what a file says in plain words stays, alone and in longer words", "[yaml]") {
  Used used = with({{"WEB_HOST", "webserver", {}}});
  const std::string message = "there is no service \"webservr\" in webserver-two, \"webserver\"";
  const SourceLoc elsewhere{"s.yml", 9, 9};
  CHECK(told(used, message) ==
        "there is no service \"${WEB_HOST}r\" in ${WEB_HOST}-two, \"${WEB_HOST}\"");
  used.note_written("webserver-two");
  used.note_written("webservr");
  CHECK(told(used, message) ==
        "there is no service \"webservr\" in webserver-two, \"${WEB_HOST}\"");
  used.note_written("webserver");
  CHECK(told(used, message, elsewhere) == message);
  CHECK(told(used, "\"app_webserver\"") == "\"app_webserver\"");
  const auto one = Naming(used).named(
      Diagnostic{Severity::error, elsewhere, "services.webserver.image", "x", ""});
  CHECK(one.path == "services.webserver.image");
}

TEST_CASE("a plain word of a message is a value's only where variables stand", "[yaml]") {
  const Used used = with({{"SECTION", "services", {}}, {"PW", "c0rrect-horse", {}}});
  CHECK(told(used, "under services: of c0rrect-horse") == "under ${SECTION}: of ${PW}");
  CHECK(told(used, "under services: of c0rrect-horse", {"s.yml", 1, 1}) ==
        "under services: of ${PW}");
}

TEST_CASE("a path is shown, unless it may be a secret", "[yaml]") {
  const auto shown = [](const std::string& name, const std::string& value) {
    return told(with({{name, value, {}}}), "the file " + value + "/x is not there") ==
           "the file " + value + "/x is not there";
  };
  CHECK(shown("DOCKERDIR", "/home/me/docker"));
  CHECK(shown("DIR", "../up/there"));
  CHECK_FALSE(shown("DB_PASSWORD", "/home/me/docker"));
  CHECK_FALSE(shown("URL", "/x://me:pw@host"));
  CHECK_FALSE(shown("VALUE", "canary/5ecr3t-9f2c41"));
  CHECK_FALSE(shown("VALUE", "/its/password/x"));
}

TEST_CASE("a value that a variable left blank says which, and what to do", "[yaml]") {
  Used used;
  used.note_place(kPlace, {{"the variable A is not set", "export it"},
                           {"the variable B is empty", ""},
                           {"the variable A is not set", "export it"}});
  const Naming naming(used);
  const auto one = naming.named(Diagnostic{Severity::error, kPlace, "", "\"x:\" is none", "h"});
  CHECK(one.message == "\"x:\" is none (the variable A is not set, the variable B is empty)");
  CHECK(one.hint == "h; export it");
  CHECK(naming.named(Diagnostic{Severity::error, kPlace, "", "the variable A is not set: so", ""})
            .message == "the variable A is not set: so");
  CHECK(naming.named(Diagnostic{Severity::error, {"s.yml", 4, 1}, "", "x", ""}).message == "x");
}

TEST_CASE("a tree tells of its texts, its places and what was blank in them", "[yaml]") {
  Diagnostics problems;
  Used used;
  yaml::Interpolation how{[](const std::string& name) -> std::optional<std::string> {
    if (name == "A") return "value-of-a";
    if (name == "E") return "";
    return std::nullopt;
  }};
  how.used = &used;
  how.allow_missing = true;
  const auto root =
      yaml::read("key: plain-text\na: \"${A}\"\nb: \"$E${N}${D:-}\"\n", "s.yml", problems).root;
  yaml::interpolate(root, how, problems);
  used.note({"A", "value-of-a", {}});
  used.note({"W", "plain-text", {}});
  CHECK(told(used, "\"value-of-a\" \"plain-text\"", {"s.yml", 2, 4}) == "\"${A}\" \"plain-text\"");
  CHECK(told(used, "bad", {"s.yml", 3, 4}) ==
        "bad (the variable E is empty, the variable N is not set, the variable D is not set)");
  used.move_places([](const SourceLoc& place) {
    return SourceLoc{place.file, place.line + 10, place.column};
  });
  CHECK(told(used, "bad", {"s.yml", 3, 4}) == "bad");
  Used all;
  all.add(used);
  CHECK(told(all, "bad", {"s.yml", 13, 4}).starts_with("bad (the variable E is empty"));
}
