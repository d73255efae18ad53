#include "docker/context.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

namespace skep::docker {
namespace {

std::string meta_of(const test::TempDir& dir, const std::string& name, const std::string& text) {
  return dir.write("contexts/meta/" + sha256_hex(name) + "/meta.json", text);
}

std::string tls_of(const test::TempDir& dir, const std::string& name, const std::string& file) {
  return dir.write("contexts/tls/" + sha256_hex(name) + "/docker/" + file, "PEM", 0600);
}

constexpr const char* kProd =
    R"({"Name":"prod","Metadata":{"Description":"the shop"},
        "Endpoints":{"docker":{"Host":"tcp://mgr:2376","SkipTLSVerify":false}}})";

TEST_CASE("a context is read as docker keeps it, its keys in any case", "[docker]") {
  const test::TempDir dir;
  meta_of(dir, "prod", kProd);
  auto context = load_context(dir.path(), "prod", "--context");
  REQUIRE(context.name == "prod");
  REQUIRE(context.description == "the shop");
  REQUIRE(context.host == "tcp://mgr:2376");
  REQUIRE_FALSE(context.tls);

  meta_of(dir, "odd", R"({"NAME":"odd","endpoints":{"Docker":{"hOST":"unix:///a"}}})");
  REQUIRE(load_context(dir.path(), "odd", "--context").host == "unix:///a");
  meta_of(dir, "none", R"({"Name":"none","Endpoints":{"docker":{}}})");
  REQUIRE(load_context(dir.path(), "none", "--context").host.empty());
}

TEST_CASE("a context has TLS when one of its files is there, or it says not to verify",
          "[docker]") {
  const test::TempDir dir;
  meta_of(dir, "prod", kProd);
  const auto ca = tls_of(dir, "prod", "ca.pem");
  auto tls = load_context(dir.path(), "prod", "--context").tls;
  REQUIRE(tls);
  REQUIRE(tls->ca == ca);
  REQUIRE(tls->cert.empty());
  REQUIRE(tls->verify);
  const auto cert = tls_of(dir, "prod", "cert.pem");
  const auto key = tls_of(dir, "prod", "key.pem");
  tls = load_context(dir.path(), "prod", "--context").tls;
  REQUIRE(tls->cert == cert);
  REQUIRE(tls->key == key);

  meta_of(dir, "blind", R"({"Endpoints":{"docker":{"Host":"tcp://h:1","SkipTLSVerify":true}}})");
  tls = load_context(dir.path(), "blind", "--context").tls;
  REQUIRE(tls);
  REQUIRE_FALSE(tls->verify);
}

TEST_CASE("a context that is not there, or is none, is told by name", "[docker]") {
  const test::TempDir dir;
  const auto missing =
      test::error_of([&] { load_context(dir.path(), "../prod", "DOCKER_CONTEXT"); });
  REQUIRE(missing.kind() == Kind::usage);
  REQUIRE(missing.message() == "DOCKER_CONTEXT: there is no docker context \"../prod\"");
  REQUIRE(missing.hint() == "skep context ls lists those that are there");

  struct Case {
    std::string text;
    std::string message;
  };
  const auto test = GENERATE(values<Case>({
      {"", "is not JSON"},
      {"{\"Name\":", "is not JSON"},
      {"[]", "names no docker endpoint"},
      {"{}", "names no docker endpoint"},
      {R"({"Endpoints":{"kubernetes":{}}})", "names no docker endpoint"},
      {R"({"Endpoints":{"docker":"x"}})", "names no docker endpoint"},
  }));
  const auto file = meta_of(dir, "bad", test.text);
  const auto error = test::error_of([&] { load_context(dir.path(), "bad", "--context"); });
  REQUIRE(error.kind() == Kind::input);
  REQUIRE(error.what() == "--context: docker context \"bad\": " + test.message);
  REQUIRE(error.loc()->file == file);
  REQUIRE(error.hint() == "docker context create makes one anew");
}

TEST_CASE("contexts are listed by name, with what is wrong with them", "[docker]") {
  const test::TempDir dir;
  REQUIRE(list_contexts(dir.path()).empty());
  meta_of(dir, "prod", kProd);
  meta_of(dir, "dev", R"({"Name":"dev","Endpoints":{"docker":{"Host":"unix:///a"}}})");
  const auto bad = meta_of(dir, "bad", "{");
  const auto all = list_contexts(dir.path());
  REQUIRE(all.size() == 3);
  REQUIRE(all[0].context.name == sha256_hex("bad").substr(0, 12));
  REQUIRE(all[0].problem == bad + ": is not JSON");
  REQUIRE(all[1].context.name == "dev");
  REQUIRE(all[2].context.name == "prod");
  REQUIRE(all[2].problem.empty());
}

}  // namespace
}  // namespace skep::docker
