// What `skep diff` says of the files, of a kept release, and of what was changed by hand.
#include "ops/diff.hpp"

#include "ops/rollback.hpp"
#include "ops/scale.hpp"
#include "plan/drift.hpp"
#include "plan/plan.hpp"
#include "swarm/diff.hpp"
#include "world.hpp"

namespace skep {
namespace {

using test::OpsWorld;

template <typename T>
std::vector<T> actions_of(const plan::Plan& plan) {
  std::vector<T> found;
  for (const auto& stage : plan.stages) {
    for (const auto& action : stage.actions) {
      if (const auto* one = std::get_if<T>(&action)) found.push_back(*one);
    }
  }
  return found;
}

/// Of what the plan begins with.
template <typename T>
const T& first_action(const plan::Plan& plan) {
  return std::get<T>(plan.stages.at(0).actions.at(0));
}

struct Differ {
  OpsWorld& world;
  deploy::Deps deps{
      world.env, world.clock, world.events, world.stop.get_token(), {}, test::lend(world.engine)};
  ops::DiffOptions options;

  explicit Differ(OpsWorld& of) : world(of) {}
  ops::DiffResult diff(const std::string& from = "") {
    options.from = from;
    return ops::diff(deps, options);
  }
};

const plan::Drift kNoDriftSince1{1, {}};

/// What another image changes of `web`.
std::vector<swarm::FieldChange> image_changes() {
  return {{"Labels[com.docker.stack.image]", "registry.example.com/web:1",
           "registry.example.com/web:2"},
          {"TaskTemplate.ContainerSpec.Image", OpsWorld::pinned('1'), OpsWorld::pinned('2')}};
}

std::string scaled_stack(const std::string& deploy) {
  return "services:\n  web:\n    image: registry.example.com/web:1\n    deploy: " + deploy + "\n";
}

}  // namespace

TEST_CASE("right after a release the diff is empty, and there is no drift", "[ops]") {
  OpsWorld world;
  world.released();
  Differ skep(world);
  const auto result = skep.diff();
  CHECK_FALSE(result.changes);
  CHECK(result.plan == plan::Plan{"shop", {}, {"shop_web"}, {}});
  CHECK(result.drift == kNoDriftSince1);
  CHECK_FALSE(result.database_due);
  CHECK_FALSE(result.interrupted);
  CHECK_FALSE(result.from);
  CHECK(result.out.empty());
  CHECK_FALSE(result.unfit);
  CHECK(world.changes().empty());
}

TEST_CASE("what was changed by hand is named as drift, apart from what the files change", "[ops]") {
  OpsWorld world;
  world.released();
  world.change_by_hand("shop_web", [](Json& spec) { spec["Mode"]["Replicated"]["Replicas"] = 5; });
  Differ skep(world);
  const plan::Drift by_hand{1,
                            {{"shop_web",
                              plan::Drifted::What::changed,
                              {{{"Mode.Replicated.Replicas", 2, 5}, plan::Fate::undone}},
                              plan::Fate::kept}}};
  const auto result = skep.diff();
  CHECK(result.changes);
  CHECK(result.drift == by_hand);
  const auto& back = first_action<plan::UpdateService>(result.plan);
  CHECK(back.name == "shop_web");
  CHECK(back.changes == std::vector<swarm::FieldChange>{{"Mode.Replicated.Replicas", 5, 2}});
  CHECK_FALSE(back.restarts);
  world.write_stack("2");
  const auto with_files = skep.diff();
  CHECK(first_action<plan::UpdateService>(with_files.plan).changes.size() == 3);
  CHECK(with_files.drift == by_hand);
  world.released();
  CHECK(skep.diff().drift == plan::Drift{2, {}});
}

TEST_CASE("a plan that the swarm cannot carry is shown, with the constraint's own place", "[ops]") {
  OpsWorld world;
  world.dir.write("more.yml",
                  "services:\n  web:\n    deploy:\n      placement:\n        constraints: "
                  "[node.role == worker, node.labels.q == 1]\n");
  world.options.project.compose_files = {"stack.yml", "more.yml"};
  world.options.project.stack = "shop";
  Differ skep(world);
  skep.options.project = world.options.project;
  const auto result = skep.diff();
  CHECK_FALSE(result.plan.empty());
  REQUIRE(result.unfit);
  CHECK(std::string(result.unfit->what())
            .find("more.yml:5:23: error: services.web.deploy.placement: no node satisfies") !=
        std::string::npos);
  CHECK(result.unfit->kind() == Kind::preflight);
  SECTION("but not written down to be carried out") {
    skep.options.out = "plan";
    CHECK_THROWS_AS(skep.diff(), Error);
  }
}

TEST_CASE("a delivered credential is no drift", "[ops]") {
  OpsWorld world;
  world.want_database();
  world.released();
  CHECK(Differ(world).diff().drift == kNoDriftSince1);
}

TEST_CASE("what a torn release wrote is no drift", "[ops]") {
  OpsWorld world;
  world.released();
  world.write_stack("2");
  world.crash('2');
  world.options.rollback = false;
  REQUIRE(world.release().result == Result::torn);
  Differ skep(world);
  skep.options.resume = true;
  CHECK(skep.diff().drift == kNoDriftSince1);
}

TEST_CASE("a stack that skep never released has no drift", "[ops]") {
  OpsWorld world;
  CHECK(Differ(world).diff().drift == plan::Drift{});
}

TEST_CASE("diff from a kept release leads from its specs to the files", "[ops]") {
  OpsWorld world;
  world.released();
  world.write_stack("2", "  extra:\n    image: registry.example.com/web:2\n");
  world.released();
  world.change_by_hand("shop_web", [](Json& spec) { spec["Mode"]["Replicated"]["Replicas"] = 5; });
  Differ skep(world);
  const auto records = world.records();
  const auto result = skep.diff("r1");
  CHECK(result.changes);
  REQUIRE(result.from);
  CHECK(result.from->number == 1);
  CHECK(result.from->state == swarm::RecordState::released);
  CHECK(result.from->when == records[0].record.when);
  CHECK(result.from->images ==
        std::vector<ops::ReleaseSummary::Image>{{"shop_web", OpsWorld::pinned('1')}});
  CHECK(result.drift == plan::Drift{});
  const auto created = actions_of<plan::CreateService>(result.plan);
  REQUIRE(created.size() == 1);
  CHECK(created[0].name == "shop_extra");
  CHECK(created[0].spec.image() == OpsWorld::pinned('2'));
  const auto updated = actions_of<plan::UpdateService>(result.plan);
  REQUIRE(updated.size() == 1);
  CHECK(updated[0].changes == image_changes());
  CHECK(updated[0].restarts);
  SECTION("the last release and the files are the same, whatever is live") {
    const auto same = skep.diff("2");
    CHECK_FALSE(same.changes);
    CHECK(same.from->number == 2);
    CHECK(same.plan.empty());
  }
  SECTION("what is not kept") {
    CHECK_THROWS_WITH(skep.diff("7"), ContainsSubstring("stack \"shop\" has no release r7"));
    CHECK_THROWS_WITH(skep.diff("last"), ContainsSubstring("\"last\" is no release"));
    try {
      skep.diff("7");
    } catch (const Error& error) {
      CHECK(error.hint() == "kept: r1 released, r2 released");
    }
  }
}

TEST_CASE("a mode change is shown, refused, and with --recreate carried out", "[ops]") {
  OpsWorld world;
  world.released();
  world.dir.write("stack.yml", scaled_stack("{mode: global}"));
  Differ skep(world);
  const auto shown = skep.diff();
  CHECK(shown.changes);
  CHECK(first_action<plan::RemoveService>(shown.plan).why ==
        "must be recreated, because its mode changes from replicated to global");
  CHECK(std::get<plan::CreateService>(shown.plan.stages.at(1).actions.at(0)).name == "shop_web");
  CHECK(shown.plan.notes ==
        std::vector<std::string>{
            "service shop_web must be recreated: a deploy does that with --recreate only"});
  const auto refused = world.release();
  CHECK(refused.exit == 1);
  CHECK(refused.cause == Cause::preflight);
  CHECK_THAT(refused.message, ContainsSubstring("Swarm cannot change a service's mode") &&
                                  ContainsSubstring("--recreate removes it and creates it again"));
  CHECK(world.changes().empty());
  world.options.recreate = true;
  skep.options.recreate = true;
  CHECK(skep.diff().plan.notes.empty());
  const auto before = world.engine.swarm().service("shop_web")["ID"].get<std::string>();
  SECTION("it works") {
    const auto ended = world.release();
    INFO(ended.message);
    CHECK(ended.result == Result::released);
    const auto now = world.engine.swarm().service("shop_web");
    CHECK(now["Spec"]["Mode"].contains("Global"));
    CHECK(now["ID"] != before);
    CHECK(world.records().back().record.created.empty());
    CHECK(world.records().back().record.before.size() == 1);
    CHECK_FALSE(skep.diff().changes);
    ops::RollbackOptions back;
    back.change.project.stack = "shop";
    const auto no = ops::rollback(skep.deps, back);
    CHECK(no.exit == 1);
    CHECK_THAT(no.message, ContainsSubstring("--recreate removes it and creates it again"));
    back.recreate = true;
    CHECK(ops::rollback(skep.deps, back).result == Result::released);
    CHECK(world.engine.swarm().service("shop_web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 2);
  }
  SECTION("it fails and goes back") {
    world.write_stack("2");
    world.dir.write("stack.yml",
                    "services:\n  web:\n    image: registry.example.com/web:2\n    deploy: {mode: "
                    "global}\n");
    world.crash('2');
    const auto ended = world.release();
    INFO(ended.message);
    CHECK(ended.result == Result::restored);
    CHECK(world.image() == OpsWorld::pinned('1'));
    CHECK(world.engine.swarm().service("shop_web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 2);
  }
  SECTION("killed between the removal and the creation: the next one goes on") {
    world.engine.before = [&](const test::Call& call) {
      if (call.line() == "POST /services/create") world.stop.request_stop();
    };
    CHECK(world.release().result == Result::interrupted);
    CHECK(world.engine.swarm().service_names().empty());
    world.engine.before = nullptr;
    world.stop = std::stop_source();
    SECTION("to its end") {
      CHECK(world.release().result == Result::released);
    }
    SECTION("or back to what was before") {
      world.crash('1');
      world.dir.write("stack.yml", scaled_stack("{mode: global}"));
      CHECK(world.release().result != Result::released);
      CHECK(world.engine.swarm().service("shop_web")["Spec"]["Mode"].contains("Replicated"));
    }
  }
}

TEST_CASE("`replicas: live` leaves an autoscaler's number alone", "[ops]") {
  OpsWorld world;
  world.dir.write("stack.yml", scaled_stack("{replicas: live}"));
  world.released();
  const auto replicas = [&] {
    return world.engine.swarm().service("shop_web")["Spec"]["Mode"]["Replicated"]["Replicas"];
  };
  CHECK(replicas() == 1);
  const auto scale = [&](int number) {
    world.change_by_hand("shop_web",
                         [&](Json& spec) { spec["Mode"]["Replicated"]["Replicas"] = number; });
  };
  scale(4);
  Differ skep(world);
  SECTION("no diff, no drift, no write") {
    const auto result = skep.diff();
    CHECK(result.plan == plan::Plan{"shop", {}, {"shop_web"}, {}});
    CHECK(result.drift == kNoDriftSince1);
    CHECK(world.release().result == Result::unchanged);
  }
  SECTION("also when it acts in the middle of a release, and on the way back") {
    world.dir.write("stack.yml",
                    "services:\n  web:\n    image: registry.example.com/web:2\n    deploy: "
                    "{replicas: live}\n");
    // Once after the plan was made, and once while it is watched.
    enum class Act { planned, written, watched, done } next = Act::planned;
    world.engine.before = [&](const test::Call& call) {
      const bool record = call.method == "POST" && call.path == "/configs/create" &&
                          call.body.find("skep.shop.r") != std::string::npos;
      if (next == Act::planned && record) {
        next = Act::written;
        scale(6);
      } else if (next == Act::written && call.path.ends_with("/update") &&
                 call.path.starts_with("/services/")) {
        next = Act::watched;
      } else if (next == Act::watched && call.method == "GET" && call.path == "/tasks") {
        next = Act::done;
        scale(7);
      }
    };
    SECTION("it works") {
      const auto ended = world.release();
      INFO(ended.message);
      CHECK(ended.result == Result::released);
      CHECK(replicas() == 7);
      SECTION("rollback keeps it too") {
        scale(3);
        ops::RollbackOptions back;
        back.change.project.stack = "shop";
        CHECK(ops::rollback(skep.deps, back).result == Result::released);
        CHECK(world.image() == OpsWorld::pinned('1'));
        CHECK(replicas() == 3);
      }
    }
    SECTION("it fails") {
      world.crash('2');
      const auto ended = world.release();
      INFO(ended.message);
      CHECK(ended.result == Result::restored);
      CHECK(replicas() == 7);
    }
    CHECK(next == Act::done);
  }
  SECTION("restart keeps it, and the record still knows that it is an autoscaler's") {
    ops::RestartOptions options;
    options.change.project.stack = "shop";
    CHECK(ops::restart(skep.deps, options).result == Result::released);
    CHECK(replicas() == 4);
    CHECK(world.records().back().record.services.at(0).live_replicas);
  }
  SECTION("scale sets it once") {
    ops::ScaleOptions options;
    options.change.project.stack = "shop";
    options.replicas = {"web=2"};
    CHECK(ops::scale(skep.deps, options).result == Result::released);
    CHECK(replicas() == 2);
    CHECK(world.records().back().record.services.at(0).live_replicas);
  }
}

}  // namespace skep
