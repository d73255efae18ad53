// The lock, against the fake engine: whose it is, when it has expired, and what a holder may still
// do.
#include "release/lock.hpp"

#include "base/error.hpp"
#include "engine/configs.hpp"
#include "support/catch.hpp"
#include "support/collected_events.hpp"
#include "support/error_of.hpp"
#include "support/fake_engine.hpp"

#include <nlohmann/json.hpp>

using namespace skep;
using namespace std::chrono_literals;
using release::Lock;
using How = test::Fault::How;

namespace {

struct World {
  test::FakeClock clock;
  test::FakeEngine engine{clock};
  test::CollectedEvents events;

  std::unique_ptr<Lock> take(const std::string& who = "me@here", Duration wait = {}) {
    return Lock::take(engine, clock, events, "s", who, wait, {});
  }
  Json& config() { return engine.swarm().configs.begin()->second; }
  std::string label(const std::string& key) {
    return config()["Spec"]["Labels"].value(key, std::string());
  }
  /// Somebody else confirms or takes the lock: its version moves.
  void touch(const std::map<std::string, std::string>& labels = {}) {
    for (const auto& [key, value] : labels) config()["Spec"]["Labels"][key] = value;
    config()["Version"]["Index"] = config()["Version"]["Index"].get<std::uint64_t>() + 1;
    config()["UpdatedAt"] = format_utc(clock.wall());
  }
};

}  // namespace

TEST_CASE("the lock is made, freed and taken again, and never deleted", "[release]") {
  World world;
  auto lock = world.take();
  CHECK(world.label("skep.state") == "held");
  CHECK(world.label("skep.holder") == "me@here");
  const auto holder = release::lock_holder(world.engine, "s", {});
  REQUIRE(holder);
  CHECK(holder->holder == "me@here");
  CHECK(holder->since == "2026-01-02T03:04:05Z");
  lock->free();
  CHECK(world.label("skep.state") == "free");
  CHECK_FALSE(release::lock_holder(world.engine, "s", {}));
  auto again = world.take("you@there");
  CHECK(world.label("skep.holder") == "you@there");
  CHECK(world.engine.swarm().configs.size() == 1);
  for (const auto& write : world.engine.writes()) CHECK(write.substr(0, 4) == "POST");
}

TEST_CASE("a lock whose creation or taking was cut is ours all the same", "[release]") {
  World world;
  const auto how = GENERATE(How::cut_before, How::cut_after);
  SECTION("created") {
    world.engine.plant({.method = "POST", .path = "/configs/create", .times = 1, .how = how});
    auto lock = world.take();
    CHECK(world.label("skep.holder") == "me@here");
    lock->confirm();
  }
  SECTION("taken") {
    world.take("before@there")->free();
    world.engine.plant({.method = "POST", .path = "/update", .times = 1, .how = how});
    auto lock = world.take();
    CHECK(world.label("skep.holder") == "me@here");
    lock->confirm();
  }
}

TEST_CASE("a living holder is waited for as long as asked, then named with the way out",
          "[release]") {
  World world;
  auto other = world.take("other@there");
  auto wait = GENERATE(0s, 120s);
  const auto start = world.clock.now();
  auto last_beat = start;
  world.engine.before = [&](const test::Call&) {
    if (world.clock.now() - last_beat < 10s) return;
    last_beat = world.clock.now();
    world.touch();
  };
  const auto error = test::error_of([&] { world.take("me@here", wait); });
  CHECK(error.kind() == Kind::lock);
  CHECK(error.message() == "stack \"s\" is locked by other@there since 2026-01-02T03:04:05Z");
  CHECK_THAT(error.hint(), ContainsSubstring("skep unlock s"));
  CHECK(world.clock.now() - start >= wait);
  CHECK(world.clock.now() - start <= wait + 12s);
  const auto notes = world.events.all<Note>();
  REQUIRE(notes.size() == 1);
  CHECK_THAT(notes[0].text,
             ContainsSubstring("locked by other@there") && ContainsSubstring("waiting"));
}

TEST_CASE("a dead holder's lock is taken over after it was silent for a minute", "[release]") {
  World world;
  auto dead = world.take("dead@there");
  const auto start = world.clock.now();
  auto lock = world.take();
  CHECK(world.clock.now() - start >= 60s);
  CHECK(world.clock.now() - start < 65s);
  CHECK(world.label("skep.holder") == "me@here");
  SECTION("and what was thought dead writes nothing any more") {
    const auto error = test::error_of([&] { dead->confirm(); });
    CHECK(error.kind() == Kind::lock);
    CHECK_THAT(error.message(),
               ContainsSubstring("the lock of stack \"s\" was lost to another run"));
    CHECK(test::error_of([&] { dead->confirm(); }).kind() == Kind::lock);
    dead->free();
    CHECK(world.label("skep.state") == "held");
  }
}

TEST_CASE("a holder that comes free while we wait hands it on", "[release]") {
  World world;
  auto other = world.take("other@there");
  int looks = 0;
  world.engine.before = [&](const test::Call& call) {
    if (call.method == "GET" && ++looks == 5) world.touch({{"skep.state", "free"}});
  };
  const auto lock = world.take();
  CHECK(world.label("skep.holder") == "me@here");
}

TEST_CASE("confirming costs nothing while it is fresh, and a write after half the expiry",
          "[release]") {
  World world;
  auto lock = world.take();
  world.engine.forget_calls();
  world.clock.advance(29s);
  lock->confirm();
  CHECK(world.engine.calls().empty());
  world.clock.advance(2s);
  lock->confirm();
  CHECK(world.engine.writes().size() == 1);
  world.engine.forget_calls();
  world.clock.advance(20s);
  lock->confirm();
  CHECK(world.engine.calls().empty());
}

TEST_CASE("a confirmation whose answer was cut does not lose the lock", "[release]") {
  World world;
  auto lock = world.take();
  world.clock.advance(40s);
  world.engine.plant({.method = "POST", .path = "/update", .times = 1, .how = How::cut_after});
  CHECK(test::error_of([&] { lock->confirm(); }).kind() == Kind::unreachable);
  lock->confirm();
  lock->confirm();
  CHECK(world.label("skep.state") == "held");
}

TEST_CASE("a lock that is broken or removed is lost", "[release]") {
  World world;
  auto lock = world.take();
  world.clock.advance(40s);
  SECTION("skep unlock") {
    const auto holder = release::break_lock(world.engine, "s", {});
    REQUIRE(holder);
    CHECK(holder->holder == "me@here");
    CHECK_FALSE(release::break_lock(world.engine, "s", {}));
  }
  SECTION("removed") {
    world.engine.swarm().configs.clear();
  }
  CHECK(test::error_of([&] { lock->confirm(); }).kind() == Kind::lock);
}

TEST_CASE("freeing that fails is a warning, and the lock expires by itself", "[release]") {
  World world;
  auto lock = world.take();
  world.engine.plant(
      {.method = "POST", .path = "/update", .times = -1, .status = 503, .message = "no leader"});
  lock->free();
  const auto warned = world.events.all<Warned>();
  REQUIRE(warned.size() == 1);
  CHECK_THAT(warned[0].diagnostic.message,
             ContainsSubstring("the lock was not freed") && ContainsSubstring("no leader"));
}

TEST_CASE("two stacks have two locks", "[release]") {
  World world;
  auto one = world.take();
  auto two = Lock::take(world.engine, world.clock, world.events, "t", "you@there", {}, {});
  CHECK(world.engine.swarm().configs.size() == 2);
}
