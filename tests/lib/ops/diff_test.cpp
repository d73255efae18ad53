// What `skep diff` says of the files, of a kept release, and of what was changed by hand.
#include "ops/diff.hpp"

#include "ops/rollback.hpp"
#include "ops/scale.hpp"
#include "world.hpp"

namespace skep {
namespace {

using test::OpsWorld;

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
  std::string text(const std::string& from = "") { return diff(from).printable.text; }
  Json json(const std::string& from = "") { return parse_json(diff(from).printable.json, "diff"); }
};

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
  CHECK(result.printable.text == "stack shop\n  unchanged shop_web\nnothing to change\n");
  const auto json = parse_json(result.printable.json, "diff");
  CHECK(json["drift"] == Json({{"since", 1}, {"services", Json::array()}}));
  CHECK(json["from"].is_null());
  CHECK(world.changes().empty());
}

TEST_CASE("what was changed by hand is named as drift, apart from what the files change", "[ops]") {
  OpsWorld world;
  world.released();
  world.change_by_hand("shop_web", [](Json& spec) { spec["Mode"]["Replicated"]["Replicas"] = 5; });
  Differ skep(world);
  CHECK(skep.text() ==
        "stack shop\n"
        "  update service shop_web: its tasks go on\n"
        "    Mode.Replicated.Replicas: 5 → 2\n"
        "0 to create, 1 to update, 0 to remove, 0 services unchanged\n"
        "drift: changed by hand since r1\n"
        "  service shop_web\n"
        "    Mode.Replicated.Replicas: 2 → 5 (a deploy sets it back)\n");
  CHECK(skep.diff().changes);
  world.write_stack("2");
  const auto json = skep.json();
  CHECK(json["stages"][0]["actions"][0]["changes"].size() == 3);  // image, its label, replicas
  REQUIRE(json["drift"]["services"].size() == 1);
  CHECK(json["drift"]["services"][0]["changes"].size() == 1);
  world.released();
  CHECK(skep.json()["drift"] == Json({{"since", 2}, {"services", Json::array()}}));
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
  CHECK(result.printable.text.find("create service shop_web") != std::string::npos);
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
  CHECK(Differ(world).json()["drift"]["services"].empty());
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
  CHECK(skep.json()["drift"] == Json({{"since", 1}, {"services", Json::array()}}));
}

TEST_CASE("a stack that skep never released has no drift", "[ops]") {
  OpsWorld world;
  CHECK(Differ(world).json()["drift"].is_null());
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
  CHECK(result.printable.text ==
        "from r1 (released, " + records[0].record.when +
            ") to the files\n"
            "stack shop\n"
            "  create service shop_extra\n"
            "    image " +
            OpsWorld::pinned('2') +
            "\n"
            "    1 replica\n"
            "  update service shop_web: restarts its 2 tasks because Image changes\n"
            "    Labels[com.docker.stack.image]: \"registry.example.com/web:1\" → "
            "\"registry.example.com/web:2\"\n"
            "    TaskTemplate.ContainerSpec.Image: \"registry.example.com/web:1@sha256:" +
            std::string(64, '1') +
            "\" → \"registry.example.com/web:2@sha256:" + std::string(64, '2') +
            "\"\n"
            "1 to create, 1 to update, 0 to remove, 0 services unchanged\n");
  const auto json = parse_json(result.printable.json, "diff");
  CHECK(json["from"] == 1);
  CHECK(json["drift"].is_null());
  SECTION("the last release and the files are the same, whatever is live") {
    const auto same = skep.diff("2");
    CHECK_FALSE(same.changes);
    CHECK_THAT(same.printable.text,
               ContainsSubstring("from r2") && ContainsSubstring("nothing to change"));
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
  CHECK_THAT(
      shown.printable.text,
      ContainsSubstring("  remove service shop_web: must be recreated, because its mode changes "
                        "from replicated to global\n  create service shop_web\n") &&
          ContainsSubstring("  note: service shop_web must be recreated: a deploy does that with "
                            "--recreate only\n"));
  const auto refused = world.release();
  CHECK(refused.exit == 1);
  CHECK(refused.cause == Cause::preflight);
  CHECK_THAT(refused.message, ContainsSubstring("Swarm cannot change a service's mode") &&
                                  ContainsSubstring("--recreate removes it and creates it again"));
  CHECK(world.changes().empty());
  world.options.recreate = true;
  skep.options.recreate = true;
  CHECK_THAT(skep.text(), !ContainsSubstring("note:"));
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
    CHECK(skep.text() == "stack shop\n  unchanged shop_web\nnothing to change\n");
    CHECK(skep.json()["drift"]["services"].empty());
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
