#include "swarm/delivery.hpp"

#include "support/catch.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

using namespace skep::swarm;
using skep::Json;

namespace {

const Place kVariable = EnvVariable{"MONGODB_URI"};
const Place kFile = SecretFile{"mongodb-uri"};

/// One of the user's own variables, and one of its own mounted secrets.
Spec plain() {
  const Json own = {{"SecretName", "s_own"}, {"File", {{"Name", "own"}, {"Mode", 256}}}};
  Json document;
  document["TaskTemplate"]["ContainerSpec"] = {{"Env", Json::array({"A=1"})},
                                               {"Secrets", Json::array({own})}};
  return Spec(document);
}

std::string text(const std::optional<skep::Secret>& value) {
  return value ? value->reveal() : "nothing";
}

const Json& mounts_of(const Spec& spec) {
  return spec.json().at("TaskTemplate").at("ContainerSpec").at("Secrets");
}

}  // namespace

TEST_CASE("each key of a delivery says a place, and a place has its name", "[swarm]") {
  CHECK(place_of("env", "MONGODB_URI") == kVariable);
  CHECK(place_of("secret", "mongodb-uri") == kFile);
  CHECK_FALSE(place_of("config", "x").has_value());
  CHECK(name_of(kVariable) == "MONGODB_URI");
  CHECK(name_of(kFile) == "mongodb-uri");
  CHECK(fingerprint_words(kVariable) == std::vector<std::string>{"MONGODB_URI", ""});
  CHECK(fingerprint_words(kFile) == std::vector<std::string>{"", "mongodb-uri"});
}

TEST_CASE("a delivered variable is the value", "[swarm]") {
  CHECK(holds_value(kVariable));
  auto spec = plain();
  CHECK(text(live_value(spec, kVariable)) == "nothing");
  put(spec, kVariable, skep::Secret("mongodb://a"));
  CHECK(text(live_value(spec, kVariable)) == "mongodb://a");
  put(spec, kVariable, skep::Secret("mongodb://b"));
  CHECK(spec.env() ==
        std::map<std::string, std::string>{{"A", "1"}, {"MONGODB_URI", "mongodb://b"}});
  CHECK(mounts_of(spec) == mounts_of(plain()));
}

TEST_CASE("a delivered file is a mounted secret, and a variable that says where", "[swarm]") {
  CHECK_FALSE(holds_value(kFile));
  auto spec = plain();
  CHECK(text(live_value(spec, kFile)) == "nothing");
  put(spec, kFile, skep::Secret("s_uri-1"));
  put(spec, kFile, skep::Secret("s_uri-2"));
  CHECK(text(live_value(spec, kFile)) == "s_uri-2");
  CHECK(spec.env().at("MONGODB_URI_FILE") == "/run/secrets/mongodb-uri");
  REQUIRE(mounts_of(spec).size() == 2);
  const Json file = {{"Name", "mongodb-uri"}, {"UID", "0"}, {"GID", "0"}, {"Mode", 0444}};
  CHECK(mounts_of(spec)[1] == Json({{"SecretName", "s_uri-2"}, {"File", file}}));
  Spec bare;
  put(bare, kFile, skep::Secret("s_uri"));
  CHECK(bare.secrets() == std::vector<std::string>{"s_uri"});
}

TEST_CASE("what stands in a place is replaced, where something does", "[swarm]") {
  auto spec = plain();
  replace(spec, kVariable, "x");
  replace(spec, kFile, "x");
  CHECK(spec.json() == plain().json());
  replace(spec, EnvVariable{"A"}, "2");
  replace(spec, SecretFile{"own"}, "other");
  CHECK(spec.env().at("A") == "2");
  CHECK(mounts_of(spec)[0]["SecretName"] == "other");
  CHECK(mounts_of(spec)[0]["File"] == mounts_of(plain())[0]["File"]);
}

TEST_CASE("a place is kept as the live service has it, whatever somebody set there", "[swarm]") {
  auto live = plain();
  put(live, kVariable, skep::Secret("mongodb://live"));
  auto spec = Spec();
  keep(spec, kFile, live);
  CHECK(spec.json() == Json::object());
  keep(spec, kVariable, live);
  keep(spec, SecretFile{"own"}, live);
  CHECK(spec.env() == std::map<std::string, std::string>{{"MONGODB_URI", "mongodb://live"},
                                                         {"OWN_FILE", "/run/secrets/own"}});
  CHECK(mounts_of(spec) == mounts_of(live));
}

TEST_CASE("all places of a spec are its variables and its mounted secrets", "[swarm]") {
  const auto all = places(plain());
  REQUIRE(all.size() == 2);
  CHECK(all[0].first == Place(EnvVariable{"A"}));
  CHECK(all[0].second.reveal() == "1");
  CHECK(all[1].first == Place(SecretFile{"own"}));
  CHECK(all[1].second.reveal() == "s_own");
  CHECK(places(Spec()).empty());
}
