// One-offs in a plan: when they are due, where they stand, what they get.
#include "base/error.hpp"
#include "plan/format.hpp"
#include "plan/judge.hpp"
#include "plan/make_plan.hpp"
#include "plan/preflight.hpp"
#include "plan/to_json.hpp"
#include "support/catch.hpp"
#include "world.hpp"

using namespace skep;
using test::actions_of;

namespace {

convert::DesiredService migrate(const std::string& image = "app:1") {
  auto service = test::desired_service("migrate", image);
  service.one_off = true;
  return service;
}

convert::DesiredService web(const std::string& image = "app:1") {
  auto service = test::desired_service("web", image);
  service.depends_on = {"migrate"};
  return service;
}

plan::Plan plan_of(const convert::Desired& desired, const swarm::Snapshot& snapshot,
                   const plan::Choices& choices) {
  return plan::make_plan(plan::judge(desired, snapshot, choices));
}

/// The choices after a release of `service` in which it ran.
plan::Choices after(const convert::DesiredService& service, bool succeeded = true) {
  auto choices = test::choices();
  const auto plan = plan_of(test::stack_of({service}), test::empty_swarm(), test::choices());
  choices.last_runs["shop_migrate"] = {actions_of<plan::RunTask>(plan).at(0).recorded, succeeded};
  return choices;
}

std::string why(const plan::Plan& plan) {
  const auto tasks = actions_of<plan::RunTask>(plan);
  REQUIRE(tasks.size() == 1);
  return tasks[0].why;
}

}  // namespace

TEST_CASE("a one-off runs in a stage of its own before those that wait for it", "[plan]") {
  const auto plan = plan_of(test::stack_of({web(), migrate(), test::desired_service("also")}),
                            test::empty_swarm(), test::choices());
  REQUIRE(plan.stages.size() == 3);
  CHECK(std::get<plan::RunTask>(plan.stages[0].actions.at(0)).name == "shop_migrate");
  CHECK(plan.stages[0].actions.size() == 1);
  CHECK(plan.stages[0].wait_for.empty());
  CHECK(std::get<plan::CreateService>(plan.stages[1].actions.at(0)).name == "shop_also");
  CHECK(std::get<plan::CreateService>(plan.stages[2].actions.at(0)).name == "shop_web");
  const auto task = actions_of<plan::RunTask>(plan).at(0);
  CHECK(task.spec.image() == "app:1@" + test::kDigestA);
  CHECK(task.why == "it has not run yet");
}

TEST_CASE("a one-off is due when it has not run, failed, changed, or always", "[plan]") {
  const auto desired = test::stack_of({migrate()});
  const auto nothing = test::empty_swarm();
  CHECK(why(plan_of(desired, nothing, test::choices())) == "it has not run yet");
  CHECK(why(plan_of(desired, nothing, after(migrate(), false))) == "it failed when it last ran");
  CHECK(plan_of(desired, nothing, after(migrate())).empty());
  const auto changed = plan_of(test::stack_of({migrate("app:2")}), nothing, after(migrate()));
  const auto task = actions_of<plan::RunTask>(changed).at(0);
  CHECK(task.why.empty());
  REQUIRE(task.changes.size() == 2);
  CHECK(task.changes[1].path == "TaskTemplate.ContainerSpec.Image");
  auto always = migrate();
  always.run_always = true;
  CHECK(why(plan_of(test::stack_of({always}), nothing, after(migrate()))) == "x-skep-run: always");
}

TEST_CASE("a registry that is away does not run an unchanged one-off again", "[plan]") {
  auto choices = after(migrate());
  choices.digests["app:1"] = {"", nullptr, "connection refused", false};
  CHECK(plan_of(test::stack_of({migrate()}), test::empty_swarm(), choices).empty());
  choices.last_runs.clear();
  try {
    static_cast<void>(plan_of(test::stack_of({migrate()}), test::empty_swarm(), choices));
    FAIL("a plan without an image");
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::registry);
    CHECK(error.message() ==
          "service \"shop_migrate\": image \"app:1\" cannot be deployed: connection refused");
  }
}

TEST_CASE("a one-off gets what a live service has of the database", "[plan]") {
  auto live = test::released(web());
  live.services[0].spec.set_env("MONGODB_URI", "mongodb://kitten:pw@db/kittens");
  auto choices = test::choices();
  swarm::Injection injection;
  injection.service = "migrate";
  injection.place = swarm::EnvVariable{"MONGODB_URI"};
  injection.from = "web";
  choices.injections = {injection};
  const auto plan = plan_of(test::stack_of({web(), migrate()}), live, choices);
  const auto task = actions_of<plan::RunTask>(plan).at(0);
  CHECK(task.spec.env().at("MONGODB_URI") == "mongodb://kitten:pw@db/kittens");
  CHECK(task.recorded.env().count("MONGODB_URI") == 0);
}

TEST_CASE("a service of the name that a one-off has now is said, and goes with --prune", "[plan]") {
  auto live = test::released(test::desired_service("migrate"));
  auto choices = after(migrate());
  auto plan = plan_of(test::stack_of({migrate()}), live, choices);
  CHECK(plan.empty());
  CHECK(plan.notes ==
        std::vector<std::string>{
            "service shop_migrate is a one-off in the file and stays; --prune removes it"});
  choices.prune = true;
  plan = plan_of(test::stack_of({migrate()}), live, choices);
  CHECK(actions_of<plan::RemoveService>(plan).size() == 1);
}

TEST_CASE("a one-off that no node can take is refused while it is due", "[plan]") {
  auto service = migrate();
  service.spec.json()["TaskTemplate"]["Placement"]["Constraints"] = {"node.labels.db == yes"};
  const auto desired = test::stack_of({service});
  CHECK(format(plan::preflight(plan::judge(desired, test::empty_swarm(), test::choices()))) ==
        "stack.yml:3:5: error: services.migrate.deploy.placement: no node satisfies "
        "\"node.labels.db == yes\"\n  hint: label one: `skep node label NODE db=yes`, or `nodes:` "
        "in skep.yml\n");
  auto choices = test::choices();
  choices.last_runs = after(migrate()).last_runs;
  auto ran = service.spec;
  ran.set_image("app:1@" + test::kDigestA);
  choices.last_runs["shop_migrate"].spec = ran;
  CHECK(format(plan::preflight(plan::judge(desired, test::empty_swarm(), choices))).empty());
}

TEST_CASE("a one-off is shown with the reason why it runs", "[plan]") {
  const auto first = plan_of(test::stack_of({migrate()}), test::empty_swarm(), test::choices());
  CHECK(plan::format(first) ==
        "stack shop\n  run one-off shop_migrate: it has not run yet\n"
        "    image app:1@" +
            test::kDigestA +
            "\n1 to run, 0 to create, 0 to update, 0 to remove, 0 services "
            "unchanged\n");
  const auto json = plan::to_json(first);
  const auto& action = json["stages"][0]["actions"][0];
  CHECK(action["action"].get<std::string>() == "run_task");
  CHECK(action["name"].get<std::string>() == "shop_migrate");
  CHECK(action["why"].get<std::string>() == "it has not run yet");
  const auto changed =
      plan_of(test::stack_of({migrate("app:2")}), test::empty_swarm(), after(migrate()));
  CHECK_THAT(plan::format(changed),
             ContainsSubstring("run one-off shop_migrate: it changed since it last ran\n") &&
                 ContainsSubstring("    TaskTemplate.ContainerSpec.Image: "));
}
