// One table of scenarios: what a service looks like, poll by poll, and what skep says of it.
#include "watch/step.hpp"

#include "support/catch.hpp"
#include "swarm/canonical.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>

using namespace skep;
using namespace std::chrono_literals;
using watch::Observation;
using watch::Progress;
using watch::State;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

swarm::Spec spec_of(const Json& patch = Json::object()) {
  Json spec = {{"Name", "s_web"},
               {"TaskTemplate", {{"ContainerSpec", {{"Image", "web:2"}}}}},
               {"Mode", {{"Replicated", {{"Replicas", 2}}}}}};
  spec.merge_patch(patch);
  return swarm::canonical(swarm::Spec(spec));
}

swarm::Spec replicas(int count, const Json& more = Json::object()) {
  Json patch = {{"Mode", {{"Replicated", {{"Replicas", count}}}}}};
  patch.merge_patch(more);
  return spec_of(patch);
}

swarm::Spec with_failure_action(const std::string& action) {
  return spec_of({{"UpdateConfig", {{"FailureAction", action}, {"Parallelism", 1}}}});
}

swarm::Spec restart(const std::string& condition) {
  return replicas(1, {{"TaskTemplate", {{"RestartPolicy", {{"Condition", condition}}}}}});
}

swarm::Spec job(int completions) {
  return spec_of(
      {{"Mode",
        {{"Replicated", nullptr},
         {"ReplicatedJob", {{"MaxConcurrent", completions}, {"TotalCompletions", completions}}}}},
       {"TaskTemplate", {{"RestartPolicy", {{"Condition", "on-failure"}, {"MaxAttempts", 1}}}}}});
}

std::string at_second(int second) {
  return fmt::format("2026-11-25T12:{:02}:{:02}Z", second / 60, second % 60);
}

swarm::Task task(const std::string& id, std::uint64_t slot, const std::string& state,
                 const std::string& node = "n1") {
  swarm::Task task;
  task.id = id;
  task.service_id = "svc";
  task.slot = slot;
  task.node_id = node;
  task.state = swarm::Word<swarm::TaskState>::read(state);
  task.desired = swarm::TaskState::running;
  task.created = at_second(0);
  task.timestamp = at_second(1);
  task.up_to_date = true;
  return task;
}

swarm::Task old_task(const std::string& id, std::uint64_t slot, const std::string& node = "n1") {
  auto old = task(id, slot, "running", node);
  old.up_to_date = false;
  return old;
}

swarm::Task failed(const std::string& id, std::uint64_t slot, const std::string& error,
                   std::optional<int> code = std::nullopt, int second = 1) {
  auto dead = task(id, slot, code ? "failed" : "rejected");
  dead.desired = swarm::TaskState::shutdown;
  dead.error = error;
  dead.exit_code = code;
  dead.timestamp = at_second(second);
  return dead;
}

swarm::Node node(const std::string& id, const std::string& hostname,
                 const std::string& state = "ready") {
  swarm::Node node;
  node.id = id;
  node.hostname = hostname;
  node.state = swarm::Word<swarm::NodeState>::read(state);
  node.availability = swarm::Availability::active;
  node.role = swarm::Role::worker;
  return node;
}

swarm::UpdateStatus update(const std::string& state, const std::string& message = "",
                           int started = 0) {
  return {.state = swarm::Word<swarm::UpdateState>::read(state),
          .started = at_second(started),
          .completed = {},
          .message = message};
}

/// A service under watch, and the clock.
struct Watched {
  Progress progress;
  Observation seen;
  TimePoint now{};

  explicit Watched(const swarm::Spec& spec, bool written = true) {
    progress.expected = {.service = "s_web",
                         .id = "svc",
                         .spec = spec,
                         .known_tasks = {},
                         .baseline = std::nullopt,
                         .written = written};
    swarm::Service service;
    service.id = "svc";
    service.name = "s_web";
    service.spec = spec;
    seen.service = service;
    seen.nodes = {node("n1", "docker01"), node("n2", "docker02"), node("n3", "docker03")};
  }
  Watched& tasks(std::vector<swarm::Task> tasks) {
    seen.tasks = std::move(tasks);
    return *this;
  }
  Watched& status(std::optional<swarm::UpdateStatus> status) {
    seen.service->update = std::move(status);
    return *this;
  }
  /// Looks at the same for that long, twice a second.
  State look(Duration how_long = 0s) {
    progress = watch::step(progress, seen, now);
    for (const auto end = now + how_long; now < end && !watch::done(progress);) {
      now += 500ms;
      progress = watch::step(progress, seen, now);
    }
    return progress.state;
  }
};

}  // namespace

TEST_CASE("healthy: the count must hold for ten seconds before it counts", "[watch]") {
  Watched web(replicas(2));
  REQUIRE(web.look() == State::starting);
  web.tasks({task("a", 1, "running"), task("b", 2, "running", "n2")});
  REQUIRE(web.look() == State::stable);
  REQUIRE(web.look(9s) == State::stable);
  CHECK(web.progress.detail == "it must hold for 10s");
  REQUIRE(web.look(1s) == State::converged);
  CHECK(watch::good(web.progress));
  CHECK(web.progress.running == 2);
  CHECK(web.progress.cause == Cause::none);
}

TEST_CASE("the monitor time is the service's own", "[watch]") {
  Watched web(replicas(1, {{"UpdateConfig", {{"Monitor", 15 * kSecond}}}}));
  web.tasks({task("a", 1, "running")});
  CHECK(web.look(15s) == State::stable);
  CHECK(web.look(2s) == State::converged);
}

TEST_CASE("how long it must hold can be said, also that it need not", "[watch]") {
  Watched web(replicas(1, {{"UpdateConfig", {{"Monitor", 15 * kSecond}}}}));
  web.tasks({task("a", 1, "running")});
  SECTION("for a while") {
    web.progress.hold = 3s;
    CHECK(web.look(2s) == State::stable);
    CHECK(web.progress.detail == "it must hold for 3s");
    CHECK(web.look(1s) == State::converged);
  }
  SECTION("not at all") {
    web.progress.hold = 0s;
    CHECK(web.look() == State::converged);
  }
  SECTION("for long") {
    web.progress.hold = 5min;
    CHECK(web.look(299s) == State::stable);
    CHECK(web.look(1s) == State::converged);
  }
}

TEST_CASE("what dies after the monitor time, but soon, is no success", "[watch]") {
  Watched web(replicas(1, {{"UpdateConfig", {{"Monitor", 5 * kSecond}}}}));
  web.tasks({task("a", 1, "running")});
  REQUIRE(web.look(8s) == State::stable);
  web.tasks({failed("a", 1, "task: non-zero exit (3)", 3, 8), task("b", 1, "ready")});
  CHECK(web.look() == State::starting);
}

TEST_CASE("a health check that turns bad after it was good has the time to show it", "[watch]") {
  // Every 2 s, three times, in a task that takes the ten seconds of its stop grace to end.
  Watched web(replicas(
      1, {{"UpdateConfig", {{"Monitor", 2 * kSecond}}},
          {"TaskTemplate",
           {{"ContainerSpec",
             {{"Healthcheck",
               {{"Test", {"CMD", "x"}}, {"Interval", 2 * kSecond}, {"Timeout", kSecond}}}}}}}}));
  web.tasks({task("a", 1, "running")});
  REQUIRE(web.look(19s) == State::stable);
  CHECK(web.progress.detail == "it must hold for 21s");
  SECTION("it shows") {
    web.tasks(
        {failed("a", 1, "task: non-zero exit (137): dockerexec: unhealthy container", 137, 19),
         task("b", 1, "ready")});
    CHECK(web.look() == State::starting);
  }
  SECTION("it was good") {
    CHECK(web.look(2s) == State::converged);
  }
}

TEST_CASE("slow start: starting is waited for and said", "[watch]") {
  Watched web(replicas(2));
  web.tasks({task("a", 1, "running"), task("b", 2, "starting", "n2")});
  REQUIRE(web.look(5min) == State::starting);
  CHECK(web.progress.detail == "starting on docker02");
  CHECK(web.progress.running == 1);
  CHECK(web.progress.desired == 2);
  web.tasks({task("a", 1, "running"), task("b", 2, "running", "n2")});
  CHECK(web.look(10s) == State::converged);
}

TEST_CASE("a health check that never turns good ends as failing after three tasks", "[watch]") {
  const std::string error = "task: non-zero exit (137): dockerexec: unhealthy container";
  Watched web(replicas(1));
  web.tasks(
      {failed("a", 1, error, 137), failed("b", 1, error, 137, 30), task("c", 1, "starting", "n2")});
  REQUIRE(web.look(30s) == State::starting);
  CHECK(web.progress.detail == "starting on docker02; docker01: " + error);
  web.tasks({failed("a", 1, error, 137), failed("b", 1, error, 137, 30),
             failed("c", 1, error, 137, 60), task("d", 1, "ready")});
  REQUIRE(web.look() == State::failing);
  CHECK(web.progress.detail == "its tasks fail one after another (3 so far); docker01: " + error);
  CHECK(web.progress.bad_task == "c");
  CHECK(web.progress.cause == Cause::unhealthy);
  CHECK_FALSE(watch::good(web.progress));
}

TEST_CASE("crash at start: failures are counted a slot, also when the engine forgets them",
          "[watch]") {
  Watched web(replicas(2));
  web.tasks(
      {failed("a", 1, "task: non-zero exit (1)", 1), failed("b", 2, "task: non-zero exit (1)", 1)});
  web.seen.tasks.push_back(task("c", 1, "starting"));
  web.seen.tasks.push_back(task("d", 2, "starting"));
  REQUIRE(web.look() == State::starting);
  web.tasks({failed("c", 1, "task: non-zero exit (1)", 1, 9), task("e", 1, "ready"),
             task("d", 2, "starting")});
  REQUIRE(web.look() == State::starting);
  web.tasks({failed("e", 1, "task: non-zero exit (2)", 2, 16), task("f", 1, "ready"),
             task("d", 2, "starting")});
  REQUIRE(web.look() == State::failing);
  CHECK(web.progress.bad_task == "e");
}

TEST_CASE("a crash loop is given more time while another service of the stack starts", "[watch]") {
  Watched web(replicas(1));
  web.seen.others_starting = true;
  web.tasks({failed("a", 1, "x (1)", 1), failed("b", 1, "x (1)", 1), failed("c", 1, "x (1)", 1),
             task("d", 1, "starting")});
  CHECK(web.look(20s) == State::starting);
  web.seen.others_starting = false;
  CHECK(web.look() == State::failing);
}

TEST_CASE("crash after the monitor time: one lucky start of a crash loop is no success",
          "[watch]") {
  Watched web(replicas(1));
  auto dead = failed("a", 1, "task: non-zero exit (1)", 1, 12);  // lived 12 s
  web.tasks({dead, task("b", 1, "running")});
  REQUIRE(web.look(23s) == State::stable);
  auto again = failed("b", 1, "task: non-zero exit (1)", 1, 30);
  web.tasks({dead, again, task("c", 1, "ready")});
  CHECK(web.look() == State::starting);
  web.tasks({dead, again, failed("c", 1, "task: non-zero exit (1)", 1, 45), task("d", 1, "ready")});
  CHECK(web.look() == State::failing);
}

TEST_CASE("a task that dies within the hold starts the hold anew", "[watch]") {
  Watched web(replicas(1));
  web.tasks({task("a", 1, "running")});
  REQUIRE(web.look(8s) == State::stable);
  web.tasks({failed("a", 1, "task: non-zero exit (1)", 1, 8), task("b", 1, "running")});
  REQUIRE(web.look(15s) == State::stable);
  CHECK(web.look(1s) == State::converged);
}

TEST_CASE("image missing: two rejections are enough", "[watch]") {
  Watched web(replicas(1));
  web.tasks({failed("a", 1, "No such image: web:2"), task("b", 1, "preparing", "n2")});
  REQUIRE(web.look() == State::starting);
  web.tasks({failed("a", 1, "No such image: web:2"), failed("b", 1, "No such image: web:2", {}, 8),
             task("c", 1, "preparing")});
  REQUIRE(web.look() == State::failing);
  CHECK(web.progress.detail ==
        "its tasks fail one after another (2 so far); docker01: No such image: web:2");
}

TEST_CASE("bad mount and a command that is not there are as final as a missing image", "[watch]") {
  const auto error = GENERATE(
      as<std::string>{}, "invalid mount config for type \"bind\": bind source path does not exist",
      "starting container failed: exec: \"sh\": executable file not found in $PATH");
  Watched web(replicas(1));
  web.tasks({failed("a", 1, error), failed("b", 1, error, {}, 9), task("c", 1, "ready")});
  REQUIRE(web.look() == State::failing);
  CHECK_THAT(web.progress.detail, ContainsSubstring(error));
}

TEST_CASE("no suitable node: a node may come, then it is failing", "[watch]") {
  auto homeless = task("a", 1, "pending", "");
  homeless.error = "no suitable node (scheduling constraints not satisfied on 3 nodes)";
  SECTION("nobody comes") {
    Watched web(replicas(1));
    web.tasks({homeless});
    REQUIRE(web.look(29s) == State::starting);
    CHECK(web.progress.detail == homeless.error);
    REQUIRE(web.look(2s) == State::failing);
    CHECK(web.progress.detail == homeless.error);
    CHECK(web.progress.bad_task == "a");
  }
  SECTION("one comes in time") {
    Watched web(replicas(1));
    web.tasks({homeless});
    REQUIRE(web.look(25s) == State::starting);
    web.tasks({task("a", 1, "running")});
    CHECK(web.look(10s) == State::converged);
  }
  SECTION("an old task still stops: its stop grace is added") {
    Watched web(
        replicas(1, {{"TaskTemplate", {{"ContainerSpec", {{"StopGracePeriod", 40 * kSecond}}}}}}));
    auto old = old_task("o", 1);
    old.desired = swarm::TaskState::shutdown;
    web.tasks({old, homeless});
    CHECK(web.look(69s) == State::starting);
    CHECK(web.look(2s) == State::failing);
  }
}

TEST_CASE("port taken: the scheduler's words are shown", "[watch]") {
  Watched web(replicas(1));
  auto waiting = task("a", 1, "pending", "");
  waiting.error = "no suitable node (host-mode port already in use on 1 node)";
  web.tasks({waiting});
  REQUIRE(web.look(31s) == State::failing);
  CHECK(web.progress.detail == waiting.error);
}

TEST_CASE("out of memory: the exit code is said where the error does not", "[watch]") {
  Watched web(replicas(1));
  std::vector<swarm::Task> dead;
  for (int n = 0; n < 3; ++n)
    dead.push_back(failed(fmt::format("t{}", n), 1, "task: OOM killed", 137, n));
  dead.push_back(task("next", 1, "ready"));
  web.tasks(dead);
  REQUIRE(web.look() == State::failing);
  CHECK_THAT(web.progress.detail, ContainsSubstring("docker01: task: OOM killed (exit code 137)"));
}

TEST_CASE("update paused is a failure, with the task that the engine names", "[watch]") {
  Watched web(with_failure_action("pause"));
  web.status(update("updating"));
  web.tasks({failed("bad1", 1, "task: non-zero exit (3)", 3), failed("later", 1, "x (4)", 4, 9),
             task("c", 1, "ready"), old_task("o", 2)});
  REQUIRE(web.look() == State::starting);
  web.status(update("paused", "update paused due to failure or early termination of task bad1"));
  REQUIRE(web.look() == State::paused);
  CHECK(web.progress.bad_task == "bad1");
  CHECK_THAT(web.progress.detail,
             ContainsSubstring("the engine paused the update, half of it may be done"));
}

TEST_CASE("while the engine's updater decides, a crash loop is left to it", "[watch]") {
  Watched web(with_failure_action("rollback"));
  web.status(update("updating"));
  web.tasks({failed("a", 1, "x (1)", 1), failed("b", 1, "x (1)", 1), failed("c", 1, "x (1)", 1),
             task("d", 1, "ready")});
  CHECK(web.look(10s) == State::starting);
}

TEST_CASE("a rollback by the engine is let end, then it is a failure", "[watch]") {
  const auto wanted = with_failure_action("rollback");
  Watched web(wanted);
  web.progress.expected.known_tasks = {"o1", "o2"};
  web.status(update("updating"));
  web.tasks({task("bad", 1, "starting"), old_task("o2", 2)});
  REQUIRE(web.look() == State::starting);
  // The engine's rollback puts the old spec back: what is of it is up to date again.
  web.status(update("rollback_started",
                    "update rolled back due to failure or early termination of task bad"));
  auto before = wanted;
  before.set_image("web:1");
  web.seen.service->spec = before;
  auto bad = failed("bad", 1, "task: non-zero exit (5)", 5);
  bad.up_to_date = false;
  web.tasks({bad, task("o2", 2, "running"), task("back", 1, "preparing")});
  REQUIRE(web.look(1min) == State::rolling_back);
  CHECK_FALSE(watch::done(web.progress));
  CHECK(web.progress.detail == "the engine is rolling it back; docker01: task: non-zero exit (5)");
  SECTION("completed") {
    web.status(update("rollback_completed"));
    REQUIRE(web.look() == State::rolled_back);
    CHECK(web.progress.detail ==
          "the engine rolled it back to the version before; docker01: task: non-zero exit (5)");
    CHECK(web.progress.bad_task == "bad");
    CHECK_FALSE(watch::good(web.progress));
  }
  SECTION("paused") {
    web.status(update("rollback_paused", "rollback paused due to failure"));
    REQUIRE(web.look() == State::paused);
    CHECK(web.progress.detail ==
          "the engine's rollback stopped half-way: rollback paused due to failure; docker01: task: "
          "non-zero exit (5)");
  }
}

TEST_CASE("a stale rollback from before is not ours", "[watch]") {
  Watched web(replicas(1));
  web.progress.expected.baseline = update("rollback_completed", "", 3);
  web.status(update("rollback_completed", "", 3));
  web.tasks({task("a", 1, "running")});
  CHECK(web.look(10s) == State::converged);
  Watched seen_only(replicas(1), false);
  seen_only.status(update("rollback_completed", "", 3));
  seen_only.tasks({task("a", 1, "running")});
  CHECK(seen_only.look(10s) == State::converged);
}

TEST_CASE("a paused half-updated service that nobody wrote to is a failure", "[watch]") {
  Watched web(replicas(2), false);
  web.status(update("paused", "update paused"));
  web.tasks({task("a", 1, "running"), old_task("b", 2)});
  CHECK(web.look() == State::paused);
}

TEST_CASE("a paused service at the start: its old status is not the new update's", "[watch]") {
  Watched web(replicas(1));
  web.progress.expected.baseline = update("paused", "", 3);
  web.status(update("paused", "", 3));
  web.tasks({old_task("a", 1)});
  REQUIRE(web.look() == State::starting);
  web.status(update("paused", "", 40));
  CHECK(web.look() == State::paused);
}

TEST_CASE("replicas 0: reached when nothing runs any more", "[watch]") {
  Watched web(replicas(0));
  auto going = old_task("a", 1);
  going.desired = swarm::TaskState::shutdown;
  web.tasks({going});
  REQUIRE(web.look(10s) == State::starting);
  CHECK(web.progress.detail == "tasks are stopping");
  going.state = swarm::TaskState::shutdown;
  web.tasks({going});
  CHECK(web.look() == State::converged);
}

TEST_CASE("global: one task on each node that fits", "[watch]") {
  const auto everywhere = spec_of(
      {{"Mode", {{"Replicated", nullptr}, {"Global", Json::object()}}},
       {"TaskTemplate", {{"Placement", {{"Constraints", {"node.labels.usage == apps"}}}}}}});
  Watched web(everywhere);
  SECTION("drained, paused, lost and unfit nodes are not counted") {
    web.seen.nodes[0].labels = {{"usage", "apps"}};
    web.seen.nodes[1].labels = {{"usage", "apps"}};
    web.seen.nodes.push_back(node("n4", "docker04", "down"));
    web.seen.nodes.back().labels = {{"usage", "apps"}};
    web.seen.nodes.push_back(node("n5", "docker05"));
    web.seen.nodes.back().labels = {{"usage", "apps"}};
    web.seen.nodes.back().availability = swarm::Availability::drain;
    web.tasks({task("a", 0, "running", "n1")});
    REQUIRE(web.look(10s) == State::starting);
    CHECK(web.progress.desired == 2);
    web.tasks({task("a", 0, "running", "n1"), task("b", 0, "running", "n2")});
    CHECK(web.look(10s) == State::converged);
  }
  SECTION("no node fits: it is said, and is no success") {
    REQUIRE(web.look(31s) == State::failing);
    CHECK(web.progress.detail == "no node satisfies its placement");
  }
}

TEST_CASE("one-shot: exit 0 without a restart is complete", "[watch]") {
  Watched shot(restart(GENERATE(as<std::string>{}, "none", "on-failure")));
  shot.tasks({task("a", 1, "running")});
  REQUIRE(shot.look(2s) == State::stable);
  auto end = task("a", 1, "complete");
  end.desired = swarm::TaskState::shutdown;
  end.exit_code = 0;
  shot.tasks({end});
  REQUIRE(shot.look(3s) == State::complete);
  CHECK(watch::good(shot.progress));
}

TEST_CASE("one-shot: one that ends between two looks is complete", "[watch]") {
  Watched shot(restart("none"));
  shot.tasks({task("a", 1, "starting")});
  REQUIRE(shot.look(1s) == State::starting);
  auto end = task("a", 1, "complete");
  end.desired = swarm::TaskState::shutdown;
  shot.tasks({end});
  REQUIRE(shot.look(1s) == State::stable);
  CHECK(shot.look(2s) == State::complete);
}

TEST_CASE("one-shot: the engine's updater pauses for it, and it is complete all the same",
          "[watch]") {
  Watched shot(restart("none"));
  auto end = task("a", 1, "complete");
  end.desired = swarm::TaskState::shutdown;
  shot.tasks({end});
  shot.status(update("updating"));
  REQUIRE(shot.look(5s) == State::starting);
  shot.status(update("paused", "update paused due to failure or early termination of task a"));
  CHECK(shot.look() == State::complete);
}

TEST_CASE("one-shot that fails is not tried again, and that is said at once", "[watch]") {
  Watched shot(restart("none"));
  shot.tasks({failed("a", 1, "task: non-zero exit (7)", 7)});
  REQUIRE(shot.look() == State::failing);
  CHECK(shot.progress.detail ==
        "it failed and is not tried again; docker01: task: non-zero exit (7)");
}

TEST_CASE("a service that ends with exit 0 although it is to go on is failing", "[watch]") {
  Watched web(replicas(1));
  auto end = task("a", 1, "complete");
  end.desired = swarm::TaskState::shutdown;
  std::vector<swarm::Task> ends{end, end, end, task("next", 1, "ready")};
  ends[1].id = "b";
  ends[2].id = "c";
  web.tasks(ends);
  REQUIRE(web.look() == State::failing);
  CHECK_THAT(web.progress.detail,
             ContainsSubstring("it ended with exit code 0, but is to go on running"));
}

TEST_CASE("job: complete when all of this iteration are", "[watch]") {
  Watched run(job(2));
  run.seen.service->job_iteration = 4;
  auto before = task("old", 0, "complete");
  before.job_iteration = 3;
  auto first = task("a", 0, "complete");
  auto second = task("b", 1, "running");
  first.job_iteration = second.job_iteration = 4;
  run.tasks({before, first, second});
  REQUIRE(run.look(1min) == State::starting);
  CHECK(run.progress.running == 1);
  second.state = swarm::TaskState::complete;
  run.tasks({before, first, second});
  CHECK(run.look() == State::complete);
}

TEST_CASE("job: failed for good only when the engine has decided so", "[watch]") {
  Watched run(job(1));
  auto dead = failed("a", 0, "task: non-zero exit (7)", 7);
  dead.desired = swarm::TaskState::complete;
  run.tasks({dead});
  REQUIRE(run.look(5s) == State::starting);
  dead.desired = swarm::TaskState::shutdown;
  run.tasks({dead});
  REQUIRE(run.look() == State::failing);
  CHECK_THAT(run.progress.detail, ContainsSubstring("task: non-zero exit (7)"));
}

TEST_CASE("job: a retry that the engine makes is waited for", "[watch]") {
  Watched run(job(1));
  auto dead = failed("a", 0, "task: non-zero exit (7)", 7);
  auto next = task("b", 0, "ready");
  next.desired = swarm::TaskState::complete;
  run.tasks({dead, next});
  REQUIRE(run.look(10s) == State::starting);
  next.state = swarm::TaskState::complete;
  run.tasks({dead, next});
  CHECK(run.look() == State::complete);
}

TEST_CASE("job: only looked at, one that failed for good is said at once, a retry is waited for",
          "[watch]") {
  Watched run(job(1), false);
  auto dead = failed("a", 0, "task: non-zero exit (7)", 7);
  auto next = task("b", 0, "running");
  next.desired = swarm::TaskState::complete;
  SECTION("nothing comes after it") {
    run.tasks({dead});
    REQUIRE(run.look() == State::failing);
    CHECK(run.progress.detail ==
          "it failed and is not tried again; docker01: task: non-zero exit (7)");
  }
  SECTION("it is tried again") {
    run.tasks({dead, dead, dead, next});
    for (int n = 0; n < 3; ++n) run.seen.tasks[n].id = fmt::format("dead{}", n);
    REQUIRE(run.look(1min) == State::starting);
    next.state = swarm::TaskState::complete;
    run.seen.tasks.back() = next;
    CHECK(run.look() == State::complete);
  }
}

TEST_CASE("node lost in the rollout: its tasks do not count, and it is said", "[watch]") {
  Watched web(replicas(2));
  web.status(update("updating"));
  web.seen.nodes[1].state = swarm::NodeState::down;
  auto stuck = task("b", 2, "assigned", "n2");
  web.tasks({task("a", 1, "running"), stuck, task("c", 2, "running", "n2")});
  REQUIRE(web.look(10s) == State::starting);
  CHECK(web.progress.running == 1);
  CHECK(web.progress.detail == "assigned on docker02, which is down");
  SECTION("the task comes up elsewhere; the engine says updating for ever") {
    stuck.desired = swarm::TaskState::shutdown;
    web.tasks({task("a", 1, "running"), stuck, task("d", 2, "running", "n3")});
    REQUIRE(web.look(30s) == State::starting);
    CHECK(web.progress.detail == "the engine's update goes on");
    CHECK(web.look(10s) == State::converged);
  }
}

TEST_CASE("node lost in the middle of a step: an update that stands still is known as such",
          "[watch]") {
  Watched web(replicas(2));
  web.status(update("updating"));
  web.seen.nodes[1].state = swarm::NodeState::down;
  auto given_up = task("b", 1, "starting", "n2");
  given_up.desired = swarm::TaskState::shutdown;
  web.tasks({given_up, task("c", 1, "running", "n3"), old_task("o", 2)});
  REQUIRE(web.look(35s) == State::starting);
  REQUIRE(web.look(5s) == State::failing);
  CHECK(web.progress.detail == "the engine's update stands still since node docker02 went down");
}

TEST_CASE("unchanged template: no UpdateStatus comes and none is waited for", "[watch]") {
  Watched web(replicas(1));
  web.progress.expected.known_tasks = {"a"};
  web.seen.engine_now = parse_utc(at_second(600));
  web.tasks({task("a", 1, "running")});
  CHECK(web.look() == State::converged);
}

TEST_CASE("a running task's age is told by the later of two clocks", "[watch]") {
  Watched web(replicas(1));
  auto fresh = task("a", 1, "running");
  fresh.created = at_second(598);
  fresh.timestamp = at_second(3);  // the node's clock is ten minutes slow
  web.seen.engine_now = parse_utc(at_second(600));
  web.tasks({fresh});
  CHECK(web.look(1s) == State::stable);
}

TEST_CASE(
    "failure_action continue with a crash loop: completed by the engine, failing all the same",
    "[watch]") {
  Watched web(with_failure_action("continue"));
  web.status(update("completed"));
  web.tasks({failed("a", 1, "x (1)", 1), failed("b", 1, "x (1)", 1, 2),
             failed("c", 1, "x (1)", 1, 3), task("d", 1, "ready"), task("e", 2, "running")});
  CHECK(web.look() == State::failing);
}

TEST_CASE("mid-update with a delay between tasks is starting until the engine says completed",
          "[watch]") {
  Watched web(replicas(2, {{"UpdateConfig", {{"Delay", 16 * kSecond}}}}));
  web.status(update("updating"));
  web.tasks({task("a", 1, "running"), old_task("o", 2)});
  REQUIRE(web.look(16s) == State::starting);
  CHECK(web.progress.running == 1);
  web.tasks({task("a", 1, "running"), task("b", 2, "running")});
  REQUIRE(web.look(20s) == State::starting);
  web.status(update("completed"));
  CHECK(web.look(1s) == State::converged);
}

TEST_CASE("a foreign update in the middle is a conflict that shows what changed", "[watch]") {
  Watched web(replicas(1));
  web.tasks({task("a", 1, "running")});
  REQUIRE(web.look() == State::stable);
  web.seen.service->spec.set_image("web:3");
  REQUIRE(web.look() == State::failing);
  CHECK(web.progress.cause == Cause::conflict);
  CHECK_THAT(web.progress.detail, ContainsSubstring("somebody else changed it in the meantime") &&
                                      ContainsSubstring("Image") && ContainsSubstring("web:3"));
}

TEST_CASE("a service that somebody removes is gone", "[watch]") {
  Watched web(replicas(1));
  web.seen.service.reset();
  REQUIRE(web.look() == State::gone);
  CHECK(web.progress.cause == Cause::conflict);
  CHECK(web.progress.detail == "somebody removed it");
}

TEST_CASE("failures from before the write are not ours", "[watch]") {
  Watched web(replicas(1));
  web.progress.expected.known_tasks = {"a", "b", "c"};
  web.tasks({failed("a", 1, "x", 1), failed("b", 1, "x", 1), failed("c", 1, "x", 1),
             task("d", 1, "running")});
  CHECK(web.look(10s) == State::converged);
}

TEST_CASE("a watch without a write forgives what ended before it", "[watch]") {
  Watched web(replicas(1), false);
  web.tasks({failed("a", 1, "x", 1), failed("b", 1, "x", 1), failed("c", 1, "x", 1),
             task("d", 1, "running")});
  CHECK(web.look(10s) == State::converged);
}

TEST_CASE("what has ended stays ended", "[watch]") {
  Watched web(replicas(1));
  web.tasks({task("a", 1, "running")});
  REQUIRE(web.look(10s) == State::converged);
  web.tasks({});
  CHECK(web.look() == State::converged);
}

TEST_CASE("every state has its word", "[watch]") {
  CHECK(std::string(watch::word(State::rolling_back)) == "rolling back");
  CHECK(std::string(watch::word(State::rolled_back)) == "rolled back");
  CHECK(std::string(watch::word(State::converged)) == "converged");
}
