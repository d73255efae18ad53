// Records and clean-up, against the fake engine.
#include "release/records.hpp"

#include "base/error.hpp"
#include "release/clean_up.hpp"
#include "support/catch.hpp"
#include "support/collected_events.hpp"
#include "support/fake_engine.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace skep;
using How = test::Fault::How;

namespace {

using swarm::RecordState;

struct RecordWorld {
  test::FakeClock clock;
  test::FakeEngine engine{clock};
  test::CollectedEvents events;

  static swarm::Record record(const std::string& secret = "") {
    Json spec = {{"Name", "s_web"}, {"TaskTemplate", {{"ContainerSpec", {{"Image", "web:1"}}}}}};
    if (!secret.empty())
      spec["TaskTemplate"]["ContainerSpec"]["Secrets"] = {{{"SecretName", secret}}};
    swarm::Record record;
    record.stack = "s";
    record.who = "me@here";
    record.when = "2026-01-02T03:04:05Z";
    record.services = {{.name = "s_web", .spec = spec}};
    return record;
  }
  release::Kept release(RecordState state, const std::string& secret = "") {
    auto kept = release::write_pending(engine, record(secret), {});
    if (state != RecordState::pending) release::finish(engine, kept, state, 1.5, {}, {});
    return kept;
  }
  std::vector<std::uint64_t> numbers() {
    std::vector<std::uint64_t> numbers;
    for (const auto& kept : release::records(engine, "s", {}))
      numbers.push_back(kept.record.number);
    return numbers;
  }
};

}  // namespace

TEST_CASE("records count up, keep their state in labels, and are read back oldest first",
          "[release]") {
  RecordWorld world;
  const auto first = world.release(RecordState::released);
  CHECK(first.record.number == 1);
  CHECK(first.state == RecordState::pending);
  const auto second = world.release(RecordState::restored);
  CHECK(second.record.number == 2);
  const auto all = release::records(world.engine, "s", {});
  REQUIRE(all.size() == 2);
  CHECK(all[0].state == RecordState::released);
  CHECK(all[0].seconds == 1.5);
  CHECK(all[0].record.who == "me@here");
  REQUIRE(release::last_released(all) != nullptr);
  CHECK(release::last_released(all)->record.number == 1);
  CHECK(release::last_released({}) == nullptr);
  for (const auto& [id, config] : world.engine.swarm().configs) {
    CHECK_FALSE(config["Spec"]["Labels"].contains("com.docker.stack.namespace"));
  }
}

TEST_CASE("a record whose creation was cut or refused for a moment is written once", "[release]") {
  RecordWorld world;
  const auto how = GENERATE(How::cut_before, How::cut_after, How::answer);
  world.engine.plant(
      {.method = "POST", .path = "/configs/create", .times = 1, .how = how, .status = 503});
  CHECK(world.release(RecordState::released).record.number == 1);
  CHECK(world.numbers() == std::vector<std::uint64_t>{1});
}

TEST_CASE("a number that another run took meanwhile is left to it", "[release]") {
  RecordWorld world;
  bool raced = false;
  world.engine.before = [&](const test::Call& call) {
    if (call.line() != "POST /configs/create" || raced) return;
    raced = true;
    auto theirs = RecordWorld::record();
    theirs.number = 1;
    theirs.who = "other@there";
    world.engine.swarm().add_config(
        "skep.s.r1", swarm::encode(theirs),
        {{"skep.stack", "s"}, {"skep.kind", "record"}, {"skep.state", "pending"}});
  };
  CHECK(world.release(RecordState::released).record.number == 2);
  CHECK(world.numbers() == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("finishing a record goes on when its version moved, the answer was cut or none led",
          "[release]") {
  RecordWorld world;
  const auto kept = release::write_pending(world.engine, RecordWorld::record(), {});
  SECTION("moved") {
    world.engine.plant({.method = "POST",
                        .path = "/update",
                        .times = 2,
                        .status = 500,
                        .message = "rpc error: code = Unknown desc = update out of sequence"});
  }
  SECTION("cut") {
    world.engine.plant({.method = "POST", .path = "/update", .times = 1, .how = How::cut_after});
  }
  SECTION("no leader") {
    world.engine.plant({.method = "POST", .path = "/update", .times = 3, .status = 503});
  }
  release::finish(world.engine, kept, RecordState::torn, 2, {{"skep.database", "abc"}}, {});
  const auto all = release::records(world.engine, "s", {});
  CHECK(all[0].state == RecordState::torn);
  CHECK(all[0].fingerprint == "abc");
}

TEST_CASE("clean-up keeps ten records, the last released one and pending ones", "[release]") {
  RecordWorld world;
  world.release(RecordState::pending);
  world.release(RecordState::released);
  for (int n = 0; n < 12; ++n) world.release(RecordState::restored);
  release::clean_up(world.engine, world.events, "s", {});
  CHECK(world.numbers() == std::vector<std::uint64_t>{1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14});
}

TEST_CASE("clean-up removes what skep made and nothing refers to, and nothing else", "[release]") {
  RecordWorld world;
  auto& swarm = world.engine.swarm();
  const std::map<std::string, std::string> ours{{"com.docker.stack.namespace", "s"},
                                                {"skep.name", "s_key"}};
  swarm.add_secret("s_key", "plain", {{"com.docker.stack.namespace", "s"}});  // docker's
  swarm.add_secret("s_key-live", "a", ours);
  swarm.add_secret("s_key-kept", "b", ours);
  swarm.add_secret("s_key-undone", "c", ours);
  swarm.add_secret("s_key-left", "d", ours);
  swarm.add_config("s_conf-left", "e", ours);
  const auto live_id =
      std::find_if(swarm.secrets.begin(), swarm.secrets.end(), [](const auto& entry) {
        return entry.second["Spec"]["Name"] == "s_key-live";
      })->first;
  swarm.add_service({{"Name", "s_web"},
                     {"Labels", {{"com.docker.stack.namespace", "s"}}},
                     {"TaskTemplate",
                      {{"ContainerSpec",
                        {{"Image", "web:1"},
                         {"Secrets", {{{"SecretID", live_id}, {"SecretName", "s_key-live"}}}}}}}}});
  world.release(RecordState::released, "s_key-kept");
  world.release(RecordState::restored, "s_key-undone");
  release::clean_up(world.engine, world.events, "s", {});
  CHECK(swarm.names(swarm.secrets) ==
        std::vector<std::string>{"s_key", "s_key-kept", "s_key-live"});
  CHECK(swarm.names(swarm.configs) == std::vector<std::string>{"skep.s.r1", "skep.s.r2"});
  CHECK(world.events.all<Wrote>().size() == 3);
}

TEST_CASE("what ran in a release is known from its record", "[release]") {
  RecordWorld world;
  auto record = RecordWorld::record();
  record.tasks = {{"s_a", Json{{"Name", "s_a"}}, false},
                  {"s_b", Json{{"Name", "s_b"}}, true},
                  {"s_aa", Json{{"Name", "s_aa"}}, false}};
  const auto kept = release::write_pending(world.engine, record, {});
  release::mark_ran(world.engine, kept, "s_aa", {});
  auto states = release::task_states(release::records(world.engine, "s", {}));
  CHECK_FALSE(states.at("s_a").done);
  CHECK(states.at("s_b").done);
  CHECK(states.at("s_aa").done);
  release::mark_ran(world.engine, kept, "s_a", {});
  release::mark_ran(world.engine, kept, "s_a", {});
  release::finish(world.engine, kept, RecordState::released, 1, {}, {});
  const auto records = release::records(world.engine, "s", {});
  CHECK(records[0].ran == "s_aa,s_a");
  CHECK(release::task_states(records).at("s_a").done);
  CHECK(release::task_states({}).empty());
}

TEST_CASE("what a recorded one-off refers to stays", "[release]") {
  RecordWorld world;
  const std::map<std::string, std::string> ours{{"skep.name", "s_key"},
                                                {"com.docker.stack.namespace", "s"}};
  world.engine.swarm().add_secret("s_key-1", "x", ours);
  world.engine.swarm().add_secret("s_key-2", "x", ours);
  auto record = RecordWorld::record();
  record.tasks = {
      {"s_a",
       {{"TaskTemplate", {{"ContainerSpec", {{"Secrets", {{{"SecretName", "s_key-1"}}}}}}}}},
       true}};
  release::finish(world.engine, release::write_pending(world.engine, record, {}),
                  RecordState::released, 1, {}, {});
  release::clean_up(world.engine, world.events, "s", {});
  CHECK(world.engine.swarm().names(world.engine.swarm().secrets) ==
        std::vector<std::string>{"s_key-1"});
}
