#include "swarm/shape.hpp"

#include "base/error.hpp"
#include "spec_cases.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "swarm/parse.hpp"
#include "swarm/snapshot.hpp"

using namespace skep;
using namespace skep::swarm;

TEST_CASE("a spec that is none is told with the place, and a good one passes", "[swarm]") {
  const auto wrong = [](const char* text) { return misshapen(parse_json(text, "a test")); };
  CHECK(
      wrong(
          R"({"Name": "a", "TaskTemplate": {"ContainerSpec": {"Env": ["A=b"], "Labels": {"a": "b"}}, "Networks": null}})") ==
      "");
  CHECK(wrong("5") == "the spec is no object");
  CHECK(wrong(R"({"Name": 5})") == "Name is no text");
  CHECK(wrong(R"({"TaskTemplate": []})") == "TaskTemplate is no object");
  CHECK(wrong(R"({"TaskTemplate": {"Networks": [5]}})") ==
        "TaskTemplate.Networks is no list of objects");
  CHECK(wrong(R"({"TaskTemplate": {"ContainerSpec": {"Env": [null]}}})") ==
        "TaskTemplate.ContainerSpec.Env is no list of texts");
  CHECK(wrong(R"({"Labels": {"a": 1}})") == "Labels is no map of texts");
  CHECK(wrong(R"({"TaskTemplate": {"ContainerSpec": {"Secrets": [{"SecretName": {}}]}}})") ==
        "TaskTemplate.ContainerSpec.Secrets[].SecretName is no text");
  CHECK(wrong(R"({"TaskTemplate": {"Networks": [{"Target": null}]}})") ==
        "TaskTemplate.Networks[] has no Target");
  CHECK(wrong(R"({"TaskTemplate": {"Networks": [{}]}})") ==
        "TaskTemplate.Networks[] has no Target");
  CHECK(wrong(R"({"TaskTemplate": {"ContainerSpec": {"Secrets": [{"SecretID": "a"}]}}})") ==
        "TaskTemplate.ContainerSpec.Secrets[] has no SecretName");
  CHECK(wrong(R"({"TaskTemplate": {"ContainerSpec": {"Configs": [{"ConfigName": ""}]}}})") ==
        "TaskTemplate.ContainerSpec.Configs[] has no ConfigName");
  const auto error = test::error_of([] {
    parse_service(
        parse_json(R"({"ID": "x", "Spec": {"Name": "shop_web", "Labels": []}})", "a test"), {});
  });
  CHECK(error.kind() == Kind::rejected);
  CHECK(error.message() == "service \"shop_web\": Labels is no map of texts");
  CHECK(error.hint() == "that is no spec of the Engine API: which engine answers there?");
}

TEST_CASE("a document without its nulls says the same", "[swarm]") {
  CHECK(without_nulls(parse_json(
            R"({"Placement": null, "Networks": [{"Target": "n", "Aliases": null}],
                "ContainerSpec": {"Image": "a", "Unknown": {"a": null, "b": [null, {"c": null}]}}})",
            "a test")) == parse_json(R"({"Networks": [{"Target": "n"}],
                                         "ContainerSpec": {"Image": "a",
                                                           "Unknown": {"b": [null, {}]}}})",
                                     "a test"));
}
