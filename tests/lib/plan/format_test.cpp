#include "plan/format.hpp"

#include "plan/plan.hpp"
#include "plan/to_json.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "swarm/diff.hpp"
#include "world.hpp"

using namespace skep;
using namespace skep::plan;
using namespace skep::test;

namespace {

/// One plan with every kind of action.
Plan everything() {
  swarm::Spec created = service_spec("shop_api", "app:1@" + kDigestA);
  created.set_env("API_TOKEN", "canary-token");
  swarm::Spec job = service_spec("shop_job", "app:1");
  job.json()["Mode"] = {{"ReplicatedJob", {{"TotalCompletions", 3}}}};
  swarm::Spec global = service_spec("shop_agent", "app:1");
  global.json()["Mode"] = {{"Global", Json::object()}};
  auto old_web = service_spec("shop_web", "app:1@" + kDigestA);
  old_web.set_env("URI", "mongodb://u:canary-old@h/d");
  auto new_web = service_spec("shop_web", "app:2@" + kDigestB);
  new_web.set_env("URI", "mongodb://u:canary-new@h/d");
  new_web.set_label("long", std::string(300, 'x'));
  UpdateService web{"shop_web", "w1", 7, new_web, swarm::diff(old_web, new_web), true, ""};
  auto scaled = service_spec("shop_worker", "app:1");
  scaled.json()["Mode"]["Replicated"]["Replicas"] = 1;
  UpdateService worker{
      "shop_worker", "w2", 8, scaled, swarm::diff(service_spec("shop_worker", "app:1"), scaled),
      false,         ""};
  UpdateService stale{
      "shop_stale", "w3", 9, scaled, {}, true, "2 running tasks are of an older spec"};
  UpdateService again{"shop_job", "w4", 9, job, {{"Labels[a]", nullptr, "1"}}, true, ""};
  Plan plan;
  plan.stack = "shop";
  plan.stages = {
      {{}, {{"shop_web", Wait::For::converged}}},
      {{LabelNode{"docker02", {{"disk", "ssd"}, {"usage", "apps"}}},
        CreateNetwork{"shop_default", {{"Driver", "overlay"}}},
        CreateConfig{"shop_conf-0a", "shop_conf", {{"Labels", {{"a", "b"}}}}, "config canary"},
        CreateSecret{"shop_pw", "shop_pw", {{"Labels", {{"a", "b"}}}}, Secret("canary-secret")}},
       {}},
      {{CreateService{"shop_api", created}, CreateService{"shop_agent", global},
        CreateService{"shop_job", job}, web, worker, stale, again},
       {{"shop_api", Wait::For::converged}}},
      {{RemoveService{"shop_old", "o1"}, RemoveSecret{"shop_s", "o2"}, RemoveConfig{"shop_c", "o3"},
        RemoveNetwork{"shop_n", "o4"}},
       {{"shop_old", Wait::For::gone}}}};
  plan.unchanged = {"shop_db"};
  plan.notes = {
      "network shop_back differs from the file (attachable false → true) and stays as it is"};
  return plan;
}

}  // namespace

TEST_CASE("a plan for people says what is done, why, and what restarts", "[plan]") {
  golden(SKEP_TEST_DIR, "everything.txt", format(everything()));
}

TEST_CASE("a plan for programs is the same as JSON", "[plan]") {
  golden(SKEP_TEST_DIR, "everything.json", dump_json_pretty(to_json(everything())) + "\n");
}

TEST_CASE("neither form of a plan shows a secret", "[plan]") {
  for (const auto& text : {format(everything()), dump_json(to_json(everything()))}) {
    CHECK(text.find("shop_web") != std::string::npos);
    CHECK(text.find("canary") == std::string::npos);
  }
}

TEST_CASE("a plan that changes nothing says so", "[plan]") {
  Plan plan;
  plan.stack = "shop";
  plan.unchanged = {"shop_web"};
  CHECK(format(plan) == "stack shop\n  unchanged shop_web\nnothing to change\n");
  CHECK(to_json(plan) ==
        Json::parse(R"({"format": 1, "stack": "shop", "stages": [], "unchanged": ["shop_web"],
                                         "notes": []})"));
}
