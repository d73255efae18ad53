#include "watch/step.hpp"

#include "base/units.hpp"
#include "swarm/diff.hpp"
#include "watch/tasks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace skep::watch {

namespace {

// For a task that may still be made, of a service whose tasks end by themselves.
constexpr Duration kCompleteHold = std::chrono::seconds(2);
// So long after its monitor time the engine's "updating" of a service that has all its new tasks is
// not believed any more: an update that lost a node in the middle of a step stays so for ever.
constexpr Duration kStuckUpdate = std::chrono::seconds(31);

enum class Engine { idle, updating, paused, rolling_back, rolled_back, rollback_paused };

/// What the engine's updater does with this service, as far as it is about this write.
Engine engine_state(const Expectation& expected, const swarm::Service& service) {
  const auto& update = service.update;
  if (!update) return Engine::idle;
  const bool stale =
      expected.written && expected.baseline && expected.baseline->started == update->started;
  if (stale) return Engine::idle;
  switch (update->state.value()) {
    case swarm::UpdateState::updating:
      return Engine::updating;
    case swarm::UpdateState::paused:
      return Engine::paused;
    case swarm::UpdateState::rollback_started:
      return Engine::rolling_back;
    case swarm::UpdateState::rollback_paused:
      return Engine::rollback_paused;
    case swarm::UpdateState::rollback_completed:
      return expected.written ? Engine::rolled_back : Engine::idle;
    case swarm::UpdateState::completed:
    case swarm::UpdateState::unknown:
      break;
  }
  return Engine::idle;
}

Duration needed_hold(const Progress& progress) {
  Duration hold = progress.hold.value_or(hold_of(progress.expected.spec));
  for (const auto& [id, failure] : progress.failures) {
    // One lucky start of a crash loop is no success: it must outlive those that died.
    hold = std::max(hold, std::min(2 * failure.lifetime, kMaximumHold));
  }
  return hold;
}

std::string must_hold(Duration hold) {
  return fmt::format("it must hold for {}",
                     format_duration(std::chrono::floor<std::chrono::seconds>(hold)));
}

Progress ended(Progress progress, State state, Cause cause, std::string detail) {
  progress.state = state;
  progress.cause = cause;
  progress.detail = std::move(detail);
  progress.stable_since.reset();
  return progress;
}

Progress pending(Progress progress, State state, std::string detail) {
  progress.state = state;
  progress.detail = std::move(detail);
  return progress;
}

std::string named(const Failure& failure) {
  return failure.node.empty() ? failure.error : fmt::format("{}: {}", failure.node, failure.error);
}

const std::pair<const std::string, Failure>* newest_failure(const Progress& progress) {
  const std::pair<const std::string, Failure>* newest = nullptr;
  for (const auto& entry : progress.failures) {
    const bool later = newest == nullptr || entry.second.when.empty() ||
                       newest->second.when.empty() ||
                       parse_utc(newest->second.when) < parse_utc(entry.second.when);
    if (later) newest = &entry;
  }
  return newest;
}

/// "…; the newest failure" where there is one.
std::string with_failure(std::string text, const Progress& progress) {
  const auto* newest = newest_failure(progress);
  return newest == nullptr ? text : fmt::format("{}; {}", text, named(newest->second));
}

bool anything_alive(const Observation& seen) {
  return std::any_of(seen.tasks.begin(), seen.tasks.end(), [](const auto& task) {
    return !has_ended(task.state) && is_wanted(task.desired);
  });
}

void remember(Progress& progress, const Observation& seen) {
  const bool job_is_over = progress.expected.spec.is_job() && !anything_alive(seen);
  if (!progress.observed && !progress.expected.written && !job_is_over) {
    // Only looked at: what ended before is history, where anything comes after it.
    for (const auto& task : seen.tasks) {
      if (has_ended(task.state)) progress.expected.known_tasks.insert(task.id);
    }
  }
  progress.observed = true;
  for (const auto& task : seen.tasks) {
    if (auto failure = failure_of(progress, seen, task)) {
      progress.failures.insert_or_assign(task.id, std::move(*failure));
    }
  }
  if (const auto* newest = newest_failure(progress)) progress.bad_task = newest->first;
  // "update paused due to failure or early termination of task ID": the engine names the task that
  // decided.
  if (!seen.service->update) return;
  for (const auto& task : seen.tasks) {
    const bool named_by_engine = seen.service->update->message.find(task.id) != std::string::npos;
    if (named_by_engine && progress.failures.contains(task.id)) progress.bad_task = task.id;
  }
}

/// Judges what the engine's updater says, and whether the spec is still ours; nullopt: the tasks
/// decide.
std::optional<Progress> judge_engine(const Progress& progress, const swarm::Service& service,
                                     Engine engine) {
  const auto message = service.update ? service.update->message : std::string();
  switch (engine) {
    case Engine::rolling_back:
      if (!progress.expected.written) {
        return pending(progress, State::starting, "a rollback by the engine goes on");
      }
      return pending(progress, State::rolling_back,
                     with_failure("the engine is rolling it back", progress));
    case Engine::rolled_back:
      return ended(progress, State::rolled_back, Cause::unhealthy,
                   with_failure("the engine rolled it back to the version before", progress));
    case Engine::rollback_paused:
      return ended(progress, State::paused, Cause::unhealthy,
                   with_failure("the engine's rollback stopped half-way: " + message, progress));
    case Engine::idle:
    case Engine::updating:
    case Engine::paused:
      break;
  }
  if (service.spec == progress.expected.spec) return std::nullopt;
  const auto changes = swarm::diff(progress.expected.spec, service.spec);
  std::string text = "somebody else changed it in the meantime";
  for (const auto& change : changes) {
    text += fmt::format("; {}: {} → {}", change.path, change.old_text(), change.new_text());
  }
  return ended(progress, State::failing, Cause::conflict, text);
}

/// Whether failures leave nothing to hope for.
std::optional<std::string> hopeless(const Progress& progress, const Observation& seen,
                                    Engine engine) {
  const auto action = progress.expected.spec.failure_action();
  const bool engine_decides = engine == Engine::updating && action != "continue";
  if (!engine_decides) {
    if (const auto task = failed_for_good(progress, seen)) {
      return fmt::format("it failed and is not tried again; {}",
                         named(progress.failures.at(*task)));
    }
  }
  const bool patient = engine_decides || seen.others_starting;
  struct Slot {
    std::size_t failed = 0;
    std::size_t permanent = 0;
  };
  std::map<std::string, Slot> slots;
  for (const auto& [id, failure] : progress.failures) {
    auto& slot = slots[failure.slot];
    ++slot.failed;
    if (failure.permanent) ++slot.permanent;
  }
  for (const auto& [name, slot] : slots) {
    const bool loop = slot.failed >= (patient ? kPatientCrashLoop : kCrashLoop);
    const bool permanent = slot.permanent >= kPermanent && !engine_decides;
    if (!loop && !permanent) continue;
    return fmt::format("its tasks fail one after another ({} so far); {}", slot.failed,
                       named(newest_failure(progress)->second));
  }
  return std::nullopt;
}

/// Where a task finds no node for longer than nodes take to come and old tasks to go.
std::optional<std::string> no_place(Progress& progress, const Observation& seen, TimePoint now) {
  const auto* task = unplaceable(progress, seen);
  std::string reason = task == nullptr ? "" : task->error;
  const auto mode = progress.expected.spec.mode();
  const bool everywhere =
      mode == swarm::Spec::Mode::global || mode == swarm::Spec::Mode::global_job;
  if (task == nullptr && everywhere && eligible_nodes(seen).empty()) {
    reason = "no node satisfies its placement";
  }
  if (reason.empty()) {
    progress.unplaceable_since.reset();
    return std::nullopt;
  }
  if (!progress.unplaceable_since) progress.unplaceable_since = now;
  const bool old_ones_go = std::any_of(seen.tasks.begin(), seen.tasks.end(), [](const auto& other) {
    return other.state == swarm::TaskState::running && !other.up_to_date;
  });
  const auto grace =
      kPlacementGrace + (old_ones_go ? stop_grace(progress.expected.spec) : Duration{});
  if (now - *progress.unplaceable_since < grace) return std::nullopt;
  return reason;
}

bool ends_by_itself(const swarm::Spec& spec) {
  return spec.is_job() || spec.restart_condition() != "any";
}

enum class Complete { no, must_hold, yes };

/// All of it ended well: a job, or a service that is not started again after exit 0.
Complete completion(Progress& progress, const Observation& seen, Engine engine, TimePoint now) {
  const auto& spec = progress.expected.spec;
  if (!ends_by_itself(spec)) return Complete::no;
  const auto count = count_complete(progress, seen);
  if (count.desired == 0 || count.good < count.desired) return Complete::no;
  progress.running = count.good;
  progress.desired = count.desired;
  if (spec.is_job()) return Complete::yes;
  if (anything_alive(seen) || engine == Engine::updating) return Complete::no;
  // The engine's updater takes every end for a failure (swarmkit manager/orchestrator/update).
  if (engine == Engine::paused) return Complete::yes;
  if (progress.counted != count.good_tasks || !progress.stable_since) {
    progress.counted = count.good_tasks;
    progress.stable_since = now;
  }
  const bool held = !progress.expected.written || now - *progress.stable_since >= kCompleteHold;
  return held ? Complete::yes : Complete::must_hold;
}

Progress judge_job(Progress progress, const Observation& seen) {
  const auto count = count_complete(progress, seen);
  progress.running = count.good;
  progress.desired = count.desired;
  const auto waiting = what_is_waited_for(progress, seen);
  return pending(std::move(progress), State::starting, waiting.empty() ? "it runs" : waiting);
}

std::string starting_detail(const Progress& progress, const Observation& seen, Engine engine) {
  auto text = what_is_waited_for(progress, seen);
  if (text.empty() && engine == Engine::updating) text = "the engine's update goes on";
  if (text.empty()) text = progress.desired == 0 ? "tasks are stopping" : "waiting for tasks";
  return with_failure(std::move(text), progress);
}

Duration stuck_after(const Progress& progress) {
  const auto& spec = progress.expected.spec;
  const auto delay = time_at(spec, {"UpdateConfig", "Delay"}, Duration{});
  return longer(longer(Duration(spec.monitor()), delay), kStuckUpdate);
}

/// The node on which the engine's update has stood still for long; "" while it moves.
std::string stuck_on(Progress& progress, const Observation& seen, Engine engine, bool moved,
                     TimePoint now) {
  const auto node = engine == Engine::updating ? lost_in_update(progress, seen) : "";
  if (node.empty() || moved) progress.stuck_since.reset();
  if (node.empty()) return {};
  if (!progress.stuck_since) progress.stuck_since = now;
  return now - *progress.stuck_since >= stuck_after(progress) ? node : "";
}

Progress judge_running(Progress progress, const Observation& seen, Engine engine, TimePoint now) {
  const auto count = count_running(progress, seen);
  const bool moved = progress.running != count.good;
  progress.running = count.good;
  progress.desired = count.desired;
  const auto mode = progress.expected.spec.mode();
  const bool nothing_wanted =
      count.desired == 0 && mode == swarm::Spec::Mode::replicated;  // a global one wants a node
  const bool reached = nothing_wanted ? count.good == 0 && count.extra == 0 && !anything_alive(seen)
                                      : count.desired > 0 && count.good == count.desired;
  if (!reached) {
    progress.stable_since.reset();
    progress.counted.clear();
    if (const auto node = stuck_on(progress, seen, engine, moved, now); !node.empty()) {
      return ended(std::move(progress), State::failing, Cause::unhealthy,
                   fmt::format("the engine's update stands still since node {} went down", node));
    }
    auto detail = starting_detail(progress, seen, engine);
    return pending(std::move(progress), State::starting, std::move(detail));
  }
  if (!progress.stable_since || progress.counted != count.good_tasks) {
    progress.stable_since = now;
    progress.counted = count.good_tasks;
  }
  const auto hold = needed_hold(progress);
  const auto age = youngest_age(seen, count.good_tasks);
  const Duration held = std::max(Duration(now - *progress.stable_since), age.value_or(Duration{}));
  if (engine == Engine::updating) {
    if (now - *progress.stable_since < stuck_after(progress)) {
      return pending(std::move(progress), State::starting, "the engine's update goes on");
    }
  }
  if (held < hold && !nothing_wanted) {
    return pending(std::move(progress), State::stable, must_hold(hold));
  }
  return ended(std::move(progress), State::converged, Cause::none, "");
}

}  // namespace

const char* word(State state) {
  switch (state) {
    case State::waiting:
      return "waiting";
    case State::starting:
      return "starting";
    case State::stable:
      return "stable";
    case State::converged:
      return "converged";
    case State::complete:
      return "complete";
    case State::failing:
      return "failing";
    case State::rolling_back:
      return "rolling back";
    case State::rolled_back:
      return "rolled back";
    case State::paused:
      return "paused";
    case State::gone:
      return "gone";
  }
  return "";
}

bool done(const Progress& progress) {
  switch (progress.state) {
    case State::waiting:
    case State::starting:
    case State::stable:
    case State::rolling_back:
      return false;
    case State::converged:
    case State::complete:
    case State::failing:
    case State::rolled_back:
    case State::paused:
    case State::gone:
      return true;
  }
  return true;
}

bool good(const Progress& progress) {
  return progress.state == State::converged || progress.state == State::complete;
}

Progress step(Progress before, const Observation& seen, TimePoint now) {
  if (done(before)) return before;
  if (!seen.service) {
    return ended(std::move(before), State::gone, Cause::conflict, "somebody removed it");
  }
  if (before.expected.live_replicas) before.expected.spec.keep_replicas_of(seen.service->spec);
  remember(before, seen);
  const auto engine = engine_state(before.expected, *seen.service);
  if (auto judged = judge_engine(before, *seen.service, engine)) return std::move(*judged);
  switch (completion(before, seen, engine, now)) {
    case Complete::yes:
      return ended(std::move(before), State::complete, Cause::none, "");
    case Complete::must_hold:
      return pending(std::move(before), State::stable, must_hold(kCompleteHold));
    case Complete::no:
      break;
  }
  if (engine == Engine::paused) {
    return ended(before, State::paused, Cause::unhealthy,
                 with_failure("the engine paused the update, half of it may be done", before));
  }
  if (const auto why = hopeless(before, seen, engine)) {
    return ended(std::move(before), State::failing, Cause::unhealthy, *why);
  }
  if (const auto why = no_place(before, seen, now)) {
    if (const auto* task = unplaceable(before, seen)) before.bad_task = task->id;
    return ended(std::move(before), State::failing, Cause::unhealthy, *why);
  }
  if (before.expected.spec.is_job()) return judge_job(std::move(before), seen);
  return judge_running(std::move(before), seen, engine, now);
}

}  // namespace skep::watch
