#include "engine/guarded.hpp"

#include "base/error.hpp"
#include "engine/call.hpp"
#include "support/borrowed_engine.hpp"
#include "support/catch.hpp"
#include "support/fake_engine.hpp"

#include <nlohmann/json.hpp>

namespace skep::engine {
namespace {

TEST_CASE("a guard is asked before each write, and what it throws keeps the write from being sent",
          "[engine]") {
  test::FakeClock clock;
  test::FakeEngine engine(clock);
  Guarded guarded(std::make_unique<test::BorrowedEngine>(engine));
  int asked = 0;
  guarded.ask_before_writes([&] { ++asked; });
  const auto read = get("/networks");
  const auto write = [&](const char* name) {
    return guarded.send(post("/networks/create", Json{{"Name", name}}), {}, {}).status;
  };
  CHECK(guarded.send(read, {}, {}).status == 200);
  CHECK(asked == 0);
  CHECK(write("a") == 201);
  CHECK(asked == 1);
  guarded.ask_before_writes([] { throw Error(Kind::lock, "it is lost"); });
  CHECK_THROWS_AS(write("d"), Error);
  CHECK(guarded.send(read, {}, {}).status == 200);
  CHECK(engine.writes().size() == 1);
  guarded.ask_before_writes({});
  CHECK(write("b") == 201);
  CHECK(engine.writes().size() == 2);
}

}  // namespace
}  // namespace skep::engine
