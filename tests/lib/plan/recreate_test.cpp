// A service whose mode changes: Swarm answers 501, so it is removed and created again.
#include "plan/format.hpp"
#include "plan/judge.hpp"
#include "plan/make_plan.hpp"
#include "plan/plan.hpp"
#include "plan/preflight.hpp"
#include "plan/to_json.hpp"
#include "plan/way_back.hpp"
#include "support/catch.hpp"
#include "world.hpp"

using namespace skep;
using namespace skep::plan;
using namespace skep::test;

namespace {

convert::DesiredService global_service(const std::string& key) {
  auto service = desired_service(key);
  service.spec.json()["Mode"] = {{"Global", Json::object()}};
  return service;
}

Json as_job() {
  return {{"ReplicatedJob", {{"TotalCompletions", 1}, {"MaxConcurrent", 1}}}};
}

swarm::Snapshot with_mode(swarm::Snapshot all, const Json& mode) {
  auto spec = all.services[0].spec;
  spec.json()["Mode"] = mode;
  all.services[0] = live_service(spec);
  return all;
}

const std::string kWhy = "must be recreated, because its mode changes from replicated to global";

}  // namespace

TEST_CASE("a mode change removes the service, waits until it is gone, and creates it", "[plan]") {
  const auto live = released(desired_service("web"));
  auto wishes = choices();
  wishes.recreate = true;
  const auto plan = make_plan(judge(stack_of({global_service("web")}), live, wishes));
  REQUIRE(plan.stages.size() == 2);
  CHECK(plan.stages[0].actions ==
        std::vector<Action>{RemoveService{"shop_web", "shop_web-id", kWhy}});
  CHECK(plan.stages[0].wait_for == std::vector<Wait>{{"shop_web", Wait::For::gone}});
  const auto created = actions_of<CreateService>(plan);
  REQUIRE(created.size() == 1);
  CHECK(created[0].spec.mode() == swarm::Spec::Mode::global);
  CHECK(plan.stages[1].wait_for == std::vector<Wait>{{"shop_web", Wait::For::converged}});
  CHECK(plan.unchanged.empty());
  CHECK(format(plan) ==
        "stack shop\n"
        "  remove service shop_web: " +
            kWhy +
            "\n"
            "  create service shop_web\n"
            "    image app:1@" +
            kDigestA +
            "\n"
            "    on each node\n"
            "1 to create, 0 to update, 1 to remove, 0 services unchanged\n");
  CHECK(to_json(plan)["stages"][0]["actions"][0]["why"].get<std::string>() == kWhy);
  CHECK(preflight(judge(stack_of({global_service("web")}), live, wishes)).sorted().empty());
}

TEST_CASE("what a recreated service depends on is there before it goes", "[plan]") {
  auto web = global_service("web");
  web.depends_on = {"db"};
  auto live = released(desired_service("web"));
  auto wishes = choices();
  wishes.recreate = true;
  const auto plan = make_plan(judge(stack_of({web, desired_service("db")}), live, wishes));
  REQUIRE(plan.stages.size() == 3);
  CHECK(std::holds_alternative<CreateService>(plan.stages[0].actions.at(0)));
  CHECK(std::holds_alternative<RemoveService>(plan.stages[1].actions.at(0)));
  CHECK(std::holds_alternative<CreateService>(plan.stages[2].actions.at(0)));
}

TEST_CASE("a service that stands half-updated may be recreated", "[plan]") {
  auto live = released(desired_service("web"));
  live.services[0].update = swarm::UpdateStatus{swarm::UpdateState::paused, "", "", "stopped"};
  auto wishes = choices();
  wishes.recreate = true;
  CHECK(actions_of<RemoveService>(make_plan(judge(stack_of({global_service("web")}), live, wishes)))
            .size() == 1);
}

TEST_CASE("going back recreates what a release recreated", "[plan]") {
  const auto before = released(desired_service("web"));
  const auto now = with_mode(before, {{"Global", Json::object()}});
  const auto plan = way_back("shop", before, now);
  REQUIRE(plan.stages.size() == 2);
  CHECK(plan.stages[0].actions ==
        std::vector<Action>{RemoveService{
            "shop_web", "shop_web-id",
            "must be recreated, because its mode changes from global to replicated"}});
  CHECK(plan.stages[1].actions ==
        std::vector<Action>{CreateService{"shop_web", before.services[0].spec}});
  SECTION("also where it was removed and not yet created") {
    auto gone = now;
    gone.services.clear();
    const auto created = actions_of<CreateService>(way_back("shop", before, gone));
    REQUIRE(created.size() == 1);
    CHECK(created[0].spec == before.services[0].spec);
  }
}

TEST_CASE("going back never makes a job of a service again", "[plan]") {
  const auto service = released(desired_service("web"));
  const auto job = with_mode(service, as_job());
  SECTION("a job that became a service: the service goes") {
    const auto plan = way_back("shop", job, service);
    CHECK(plan.notes ==
          std::vector<std::string>{"job shop_web is gone: going back never runs a job again"});
    CHECK(actions_of<CreateService>(plan).empty());
    CHECK(actions_of<RemoveService>(plan) ==
          std::vector<RemoveService>{{"shop_web", "shop_web-id"}});
  }
  SECTION("a service that became a job: it is a service again") {
    const auto plan = way_back("shop", service, job);
    CHECK(actions_of<RemoveService>(plan).size() == 1);
    CHECK(actions_of<CreateService>(plan).size() == 1);
  }
  SECTION("a job that became another kind of job: it goes") {
    const auto other = with_mode(service, {{"GlobalJob", Json::object()}});
    const auto plan = way_back("shop", job, other);
    CHECK(actions_of<CreateService>(plan).empty());
    CHECK(actions_of<RemoveService>(plan) ==
          std::vector<RemoveService>{{"shop_web", "shop_web-id"}});
    CHECK(plan.notes ==
          std::vector<std::string>{"job shop_web is gone: going back never runs a job again"});
  }
}

TEST_CASE("`replicas: live` leaves the number of tasks as it is", "[plan]") {
  auto service = desired_service("web");
  service.live_replicas = true;
  service.spec.json()["Mode"] = {{"Replicated", Json::object()}};
  SECTION("it begins with one") {
    const auto plan = make_plan(judge(stack_of({service}), empty_swarm(), choices()));
    const auto created = actions_of<CreateService>(plan);
    REQUIRE(created.size() == 1);
    CHECK(created[0].spec.replicas() == 1);
  }
  auto live = released(desired_service("web"));
  live.services[0].spec.json()["Mode"]["Replicated"]["Replicas"] = 7;
  SECTION("nothing is to do for another number") {
    const auto plan = make_plan(judge(stack_of({service}), live, choices()));
    CHECK(plan.empty());
    CHECK(plan.unchanged == std::vector<std::string>{"shop_web"});
  }
  SECTION("another change keeps it") {
    service.spec.set_env("A", "1");
    const auto updates =
        actions_of<UpdateService>(make_plan(judge(stack_of({service}), live, choices())));
    REQUIRE(updates.size() == 1);
    CHECK(updates[0].spec.replicas() == 7);
    REQUIRE(updates[0].changes.size() == 1);
    CHECK(updates[0].changes[0].path == "TaskTemplate.ContainerSpec.Env[A]");
  }
  SECTION("one that was global begins with one") {
    live = with_mode(live, {{"Global", Json::object()}});
    auto wishes = choices();
    wishes.recreate = true;
    const auto created =
        actions_of<CreateService>(make_plan(judge(stack_of({service}), live, wishes)));
    REQUIRE(created.size() == 1);
    CHECK(created[0].spec.replicas() == 1);
  }
}
