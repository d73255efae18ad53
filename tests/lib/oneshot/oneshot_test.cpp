// One-off tasks on the fake engine: what they say, and that nothing of them is left.
#include "oneshot/oneshot.hpp"

#include "base/error.hpp"
#include "oneshot/output.hpp"
#include "support/catch.hpp"
#include "support/collected_events.hpp"
#include "support/fake_engine.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace skep;
using namespace std::chrono_literals;
using How = test::Fault::How;

namespace {

struct World {
  test::FakeClock clock;
  test::FakeEngine engine{clock};
  test::CollectedEvents events;
  oneshot::Task task;

  World() {
    engine.swarm().add_network("backend");
    engine.swarm().add_secret("admin", "root-password");
    task.stack = "s";
    task.purpose = "mongo";
    task.image = "mongo@sha256:1";
    task.command = {"sh", "/script"};
    task.networks = {"backend"};
    task.files = {
        {.target = "password", .content = Secret("user-password")},
        {.target = "/script", .content = Secret("echo hello"), .secret = false, .mode = 0555}};
    task.secrets = {{"admin", "admin_password"}};
  }
  oneshot::Result run(Duration timeout = 60s, std::stop_token stop = {}) {
    return oneshot::run(engine, clock, events, task, timeout, stop);
  }
  void check_nothing_left() {
    CHECK(engine.swarm().service_names().empty());
    CHECK(engine.swarm().names(engine.swarm().secrets) == std::vector<std::string>{"admin"});
    CHECK(engine.swarm().configs.empty());
  }
  Error error(Duration timeout = 60s, std::stop_token stop = {}) {
    try {
      static_cast<void>(run(timeout, stop));
    } catch (const Error& error) {
      return error;
    }
    FAIL("nothing was thrown");
    return Error(Kind::internal, "");
  }
};

}  // namespace

TEST_CASE("a task that ends well gives its output, and is gone", "[oneshot]") {
  World world;
  world.engine.swarm().on_task([](const Json&) {
    auto script = test::completes_after(2s, "hello\nworld\n");
    script.err = "a warning\n";
    return script;
  });
  const auto result = world.run();
  CHECK(result.started);
  CHECK(result.exit_code == 0);
  CHECK(result.out == "hello\nworld\n");
  CHECK(result.err == "a warning\n");
  CHECK(result.node == "docker01");
  world.check_nothing_left();
}

TEST_CASE("its service is a plain one that is not restarted, with a log that can be read",
          "[oneshot]") {
  World world;
  world.engine.swarm().on_task([](const Json&) { return test::completes_after(1s); });
  world.task.stack = std::string(70, 'x');
  static_cast<void>(world.run());
  Json spec;
  for (const auto& call : world.engine.calls()) {
    if (call.line() == "POST /services/create") spec = call.json();
    if (call.path != "/secrets/create") CHECK(call.body.find("user-password") == std::string::npos);
  }
  const auto& task = spec["TaskTemplate"];
  CHECK(task["RestartPolicy"]["Condition"] == "none");
  CHECK(task["LogDriver"]["Name"] == "json-file");
  CHECK(task["ContainerSpec"]["Command"] == Json{"sh", "/script"});
  CHECK(task["ContainerSpec"]["Healthcheck"]["Test"] == Json{"NONE"});
  CHECK(spec["Mode"]["Replicated"]["Replicas"] == 1);
  CHECK(spec["Labels"]["skep.oneshot"] == world.task.stack);
  CHECK(spec["Name"].get<std::string>().size() == 63);
  CHECK_FALSE(spec["Labels"].contains("com.docker.stack.namespace"));
}

TEST_CASE("a task that fails gives its exit code and what it said", "[oneshot]") {
  World world;
  world.engine.swarm().on_task(
      [](const Json&) { return test::crashes_after(1s, 7, "no primary\n"); });
  const auto result = world.run();
  CHECK(result.started);
  CHECK(result.exit_code == 7);
  CHECK(result.err == "no primary\n");
  CHECK(result.error == "task: non-zero exit (7)");
  world.check_nothing_left();
}

TEST_CASE("a task that cannot start gives the engine's words", "[oneshot]") {
  World world;
  SECTION("no image") {
    world.engine.swarm().on_task(
        [](const Json&) { return test::rejected("No such image: mongo@sha256:1"); });
    const auto result = world.run();
    CHECK_FALSE(result.started);
    CHECK_FALSE(result.exit_code);
    CHECK(result.error == "No such image: mongo@sha256:1");
  }
  SECTION("no shell") {
    world.engine.swarm().on_task([](const Json&) {
      auto script = test::crashes_after(0s, 127);
      script.error = "starting container failed: exec: \"sh\": executable file not found in $PATH";
      return script;
    });
    const auto result = world.run();
    CHECK_FALSE(result.started);
    CHECK_FALSE(result.exit_code);
    CHECK_THAT(result.error, ContainsSubstring("exec: \"sh\": executable file not found"));
  }
  world.check_nothing_left();
}

TEST_CASE("a task that finds no node is said, with its constraints", "[oneshot]") {
  World world;
  world.task.constraints = {"node.labels.db == yes"};
  world.engine.swarm().on_task([](const Json&) { return test::stays_pending(); });
  const auto error = world.error();
  CHECK(error.kind() == Kind::preflight);
  CHECK(error.message() ==
        "the task cannot be placed: no suitable node (scheduling constraints not satisfied on 1 "
        "nodes)");
  CHECK_THAT(error.hint(), ContainsSubstring("node.labels.db == yes"));
  world.check_nothing_left();
}

TEST_CASE("a task that does not end in time is said, and removed", "[oneshot]") {
  World world;
  const auto error = world.error(30s);
  CHECK(error.kind() == Kind::deadline);
  CHECK(error.message() == "the task did not end in time: it is running");
  world.check_nothing_left();
}

TEST_CASE("a network or a secret that is not there is said before anything is made", "[oneshot]") {
  World world;
  SECTION("network") {
    world.task.networks = {"nowhere"};
    CHECK(world.error().message() == "network \"nowhere\" is not there");
  }
  SECTION("secret") {
    world.task.secrets = {{"nothing", "x"}};
    CHECK(world.error().message() == "secret \"nothing\" is not there");
  }
  CHECK(world.engine.writes().empty());
}

TEST_CASE("a stop at any request leaves nothing", "[oneshot]") {
  World world;
  const int at = GENERATE(range(1, 14));
  std::stop_source source;
  int seen = 0;
  world.engine.before = [&](const test::Call&) {
    if (++seen == at) source.request_stop();
  };
  CHECK(world.error(60s, source.get_token()).kind() == Kind::interrupted);
  world.check_nothing_left();
}

TEST_CASE("a write whose answer is lost leaves nothing", "[oneshot]") {
  World world;
  const auto path =
      GENERATE(as<std::string>{}, "/secrets/create", "/configs/create", "/services/create");
  world.engine.plant({.method = "POST", .path = path, .times = 1, .how = How::cut_after});
  CHECK(world.error().kind() == Kind::unreachable);
  world.check_nothing_left();
}

TEST_CASE("removal is tried again while things are in use", "[oneshot]") {
  World world;
  world.engine.swarm().on_task([](const Json&) { return test::completes_after(1s); });
  world.engine.plant({.method = "DELETE",
                      .path = "/secrets/",
                      .times = 4,
                      .status = 400,
                      .message = "rpc error: code = InvalidArgument desc = secret 'x' is in use by "
                                 "the following service: y"});
  static_cast<void>(world.run());
  world.check_nothing_left();
  CHECK(world.events.all<Warned>().empty());
}

TEST_CASE("what cannot be removed is a warning", "[oneshot]") {
  World world;
  world.engine.swarm().on_task([](const Json&) { return test::completes_after(1s); });
  world.engine.plant(
      {.method = "DELETE", .path = "/configs/", .times = -1, .status = 500, .message = "no"});
  static_cast<void>(world.run());
  const auto warned = world.events.all<Warned>();
  REQUIRE(warned.size() == 1);
  CHECK_THAT(warned[0].diagnostic.message, ContainsSubstring("one-shot clean-up"));
}

TEST_CASE("what a killed run left is found by its label and removed", "[oneshot]") {
  World world;
  const std::map<std::string, std::string> label{{"skep.oneshot", "s"}};
  world.engine.swarm().add_service({{"Name", "skep-s-mongo-1"},
                                    {"Labels", label},
                                    {"TaskTemplate", {{"ContainerSpec", {{"Image", "x"}}}}}});
  world.engine.swarm().add_secret("skep-oneshot-1-0", "x", label);
  world.engine.swarm().add_config("skep-oneshot-1-1", "x", label);
  world.engine.swarm().add_config("another", "x", {{"skep.oneshot", "t"}});
  CHECK(oneshot::sweep(world.engine, "s", false, {}) ==
        std::vector<std::string>{"skep-s-mongo-1", "skep-oneshot-1-0", "skep-oneshot-1-1"});
  CHECK(world.engine.swarm().names(world.engine.swarm().configs) ==
        std::vector<std::string>{"another"});
  CHECK(oneshot::sweep(world.engine, "s", false, {}).empty());
}

namespace {

/// A one-off of a release: like a service's task template, by a key.
oneshot::Task keyed() {
  oneshot::Task task;
  task.stack = "s";
  task.purpose = "migrate";
  task.key = "s_migrate";
  task.like = {{"ContainerSpec", {{"Image", "app:1"}, {"Args", {"migrate"}}}}};
  return task;
}

/// What a killed run leaves: the service, with its task.
void left_behind(World& world, const oneshot::Task& task) {
  std::stop_source source;
  int seen = 0;
  world.engine.before = [&](const test::Call& call) {
    if (call.path == "/tasks" && ++seen == 2) source.request_stop();
  };
  world.task = task;
  CHECK(world.error(60s, source.get_token()).kind() == Kind::interrupted);
  world.engine.before = nullptr;
  REQUIRE(world.engine.swarm().service_names().size() == 1);
}

}  // namespace

TEST_CASE("its lines come as it writes them, each once", "[oneshot]") {
  World world;
  world.engine.swarm().on_task([](const Json&) {
    auto script = test::completes_after(20s, "one\none\ntwo\n");
    script.err = "careful\n";
    return script;
  });
  std::vector<std::string> lines;
  world.task.on_line = [&](bool error, const std::string& line) {
    lines.push_back((error ? "err " : "out ") + line);
  };
  const auto result = world.run();
  CHECK(lines == std::vector<std::string>{"out one", "out one", "out two", "err careful"});
  CHECK(result.out == "one\none\ntwo\n");
  CHECK(result.err == "careful\n");
}

TEST_CASE("what it has said is not read again, and lines of one time are all told", "[oneshot]") {
  World world;
  world.engine.swarm().on_task([](const Json&) {
    auto script = test::completes_after(60s);
    for (int second = 0; second < 58; ++second) {
      script.said.push_back({1s * second, second > 0, second > 0 ? "warned\n" : "begins\n"});
      script.said.push_back({1s * second + 1ns, false, std::string(1000, 'x') + "\n"});
      script.said.push_back({1s * second + 1ns, false, "same time\n"});
    }
    return script;
  });
  std::size_t told = 0;
  world.task.on_line = [&](bool, const std::string&) { ++told; };
  std::size_t from_later = 0;
  std::size_t readings = 0;
  world.engine.before = [&](const test::Call& call) {
    if (!call.path.ends_with("/logs")) return;
    ++readings;
    if (!call.parameter("since").empty()) ++from_later;
  };
  const auto result = world.run(200s);
  CHECK(told == 3 * 58);
  CHECK(result.out.size() == 58 * (1001 + 10) + 7);
  CHECK(result.err.size() == 57 * 7);
  CHECK(readings > 20);
  CHECK(from_later == readings - 1);
}

TEST_CASE("where a log is read from again is a second before its last line", "[oneshot]") {
  CHECK(oneshot::since_of("2026-01-02T03:04:05.000000001Z") == "1767323044.000000001");
  CHECK(oneshot::since_of("2026-01-02T03:04:05Z") == "1767323044.000000000");
  for (const auto* none : {"", "x", "9999", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z"})
    CHECK(oneshot::since_of(none) == "");
}

TEST_CASE("of output without end the last is kept, and the rest is counted", "[oneshot]") {
  oneshot::Tail tail;
  const std::string line(99'999, 'x');
  for (int i = 0; i < 1000; ++i) tail.add(line);
  const auto text = tail.text();
  const auto first = text.substr(0, text.find('\n'));
  CHECK(first.ends_with(" bytes before this are left out)"));
  CHECK(text.size() - first.size() - 1 + std::stoul(first.substr(1)) == 100'000'000);
  CHECK(text.size() >= 8'000'000);
  CHECK(text.size() < 17'000'000);
  oneshot::Tail one;
  one.add(std::string(20'000'000, 'y'));
  one.add("end");
  CHECK(one.text().ends_with(")\nend\n"));
}

TEST_CASE("Ctrl-C leaves a task with a key running, and the next run takes it up", "[oneshot]") {
  World world;
  world.engine.swarm().on_task([](const Json&) { return test::completes_after(5s, "done\n"); });
  left_behind(world, keyed());
  const auto notes = world.events.all<Note>();
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].text == "s_migrate goes on; the next run waits for its end");
  world.engine.forget_calls();
  const auto result = world.run();
  CHECK(result.taken_up);
  CHECK(result.exit_code == 0);
  CHECK(result.out == "done\n");
  CHECK(world.events.all<Note>().back().text ==
        "s_migrate was begun by a run that was cut off: waiting for its end");
  for (const auto& call : world.engine.calls()) CHECK(call.line() != "POST /services/create");
  CHECK(world.engine.swarm().service_names().empty());
}

TEST_CASE("another spec waits for the end of what a killed run left, and runs then", "[oneshot]") {
  World world;
  world.engine.swarm().on_task([](const Json&) { return test::completes_after(5s, "done\n"); });
  left_behind(world, keyed());
  world.task.like["ContainerSpec"]["Image"] = "app:2";
  const auto result = world.run();
  CHECK_FALSE(result.taken_up);
  CHECK(result.exit_code == 0);
  CHECK(result.out == "done\n");
  CHECK(world.engine.swarm().service_names().empty());
}

TEST_CASE("a sweep leaves a task with a key, unless told otherwise", "[oneshot]") {
  World world;
  world.engine.swarm().on_task([](const Json&) { return test::completes_after(50s); });
  left_behind(world, keyed());
  CHECK(oneshot::sweep(world.engine, "s", false, {}).empty());
  CHECK(oneshot::sweep(world.engine, "s", true, {}).size() == 1);
}

TEST_CASE("a long purpose is cut in the service's name", "[oneshot]") {
  World world;
  world.engine.swarm().on_task([](const Json&) { return test::completes_after(1s); });
  world.task = keyed();
  world.task.purpose = std::string(60, 'p');
  static_cast<void>(world.run());
  for (const auto& call : world.engine.calls()) {
    if (call.line() == "POST /services/create")
      CHECK(call.json()["Name"].get<std::string>().starts_with("skep-s-" + std::string(24, 'p')));
  }
}
