#include "rollout/run.hpp"

#include "base/parallel.hpp"
#include "base/time_limit.hpp"
#include "base/units.hpp"
#include "engine/networks.hpp"
#include "engine/nodes.hpp"
#include "engine/secrets.hpp"
#include "engine/services.hpp"
#include "engine/tasks.hpp"
#include "plan/plan.hpp"
#include "plan/way_back.hpp"
#include "swarm/parse.hpp"
#include "watch/watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <variant>

namespace skep::rollout {

namespace {

constexpr Duration kGonePoll = std::chrono::milliseconds(300);
constexpr Duration kGrace = std::chrono::seconds(2);  // of a silent engine
// Services written side by side; with more the engine is no faster.
constexpr std::size_t kWidth = 8;
// After so many it is told what was written.
constexpr std::size_t kBatch = 32;

/// Of the service that an action writes; nullptr for other actions.
const swarm::Spec* service_spec(const plan::Action& action) {
  if (const auto* create = std::get_if<plan::CreateService>(&action)) return &create->spec;
  if (const auto* update = std::get_if<plan::UpdateService>(&action)) return &update->spec;
  return nullptr;
}

/// A task that still holds its container, its networks and its secrets.
bool still_there(const swarm::Task& task, const std::vector<swarm::Node>& nodes) {
  if (has_ended(task.state)) return false;
  return std::none_of(nodes.begin(), nodes.end(), [&](const auto& node) {
    return node.id == task.node_id && node.state == swarm::NodeState::down;
  });
}

}  // namespace

Run::Run(engine::Transport& engine, Clock& clock, EventSink& events, const plan::Plan& plan,
         const Callbacks& callbacks, const Options& options, std::stop_token stop)
    : engine_(engine),
      clock_(clock),
      events_(events),
      plan_(plan),
      callbacks_(callbacks),
      options_(options),
      stop_(std::move(stop)) {}

swarm::Outcome Run::go() {
  outcome_.good = true;
  for (const auto& stage : plan_.stages) {
    if (!do_stage(stage) && options_.stop_on_failure) break;
  }
  return outcome_;
}

/// Whether all of it was written and became true.
bool Run::do_stage(const plan::Stage& stage) {
  try {
    if (std::any_of(stage.actions.begin(), stage.actions.end(), service_spec)) {
      read_names();
      read_tasks();
    }
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted) throw;
    fail(cause_of(error.kind()), error.what());
    return false;
  }
  const bool good = do_actions(stage.actions);
  if (!good && options_.stop_on_failure) return false;
  return wait_for(stage.wait_for) && good;
}

bool Run::do_actions(std::span<const plan::Action> actions) {
  bool good = true;
  while (!actions.empty() && (good || !options_.stop_on_failure)) {
    const auto other = std::find_if_not(actions.begin(), actions.end(), service_spec);
    const auto services = static_cast<std::size_t>(other - actions.begin());
    const auto now = actions.first(std::clamp<std::size_t>(services, 1, kBatch));
    good = (services == 0 ? do_action(now.front()) : do_services(now)) && good;
    actions = actions.subspan(now.size());
  }
  return good;
}

bool Run::do_action(const plan::Action& action) {
  return attempt([&] { std::visit([this](const auto& one) { carry_out(one); }, action); });
}

/// Side by side; after a failure no more are begun.
bool Run::do_services(std::span<const plan::Action> services) {
  struct Done {
    const plan::Action* service;
    bool written = false;
    std::exception_ptr error = nullptr;
  };
  std::vector<Done> all;
  const bool found = attempt([&] {
    for (const auto& service : services) {
      const auto& spec = *service_spec(service);
      in_context(fmt::format("service \"{}\"", spec.name()), [&] { find_configs(spec); });
      all.push_back({.service = &service});
    }
  });
  if (!found) return false;
  std::atomic<bool> stopped = false;
  all = parallel(all, kWidth, [&](Done one) {
    if (stopped) return one;
    try {
      std::visit([this](const auto& action) { carry_out(action); }, *one.service);
      one.written = true;
    } catch (...) {
      one.error = std::current_exception();
      if (options_.stop_on_failure) stopped = true;
    }
    return one;
  });
  for (const auto& one : all) {
    if (one.written) tell(*one.service);
  }
  bool good = true;
  for (const auto& one : all) {
    if (one.error && !attempt([&] { std::rethrow_exception(one.error); })) good = false;
  }
  return good;
}

/// False when `f` failed, which the outcome then says. What ends the run is thrown.
bool Run::attempt(const std::function<void()>& f) {
  try {
    f();
    return true;
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    if (error.kind() == Kind::interrupted || error.kind() == Kind::lock) throw;
    fail(cause_of(error.kind()), error.what());
    return false;
  }
}

void Run::read_names() {
  swarm::Names names;
  for (const auto& network : engine::list_networks(engine_, {}, stop_)) {
    names.network_name_by_id[network.id] = network.name;
    // Of two with one name a service means the swarm's.
    if (network.scope == "swarm" || !names.network_id_by_name.contains(network.name)) {
      names.network_id_by_name[network.name] = network.id;
    }
  }
  for (const auto& secret : engine::list_secrets(engine_, {}, stop_)) {
    names.secret_id_by_name[secret.name] = secret.id;
  }
  names_ = std::move(names);
}

void Run::read_tasks() {
  tasks_ = engine::list_tasks(engine_, engine::of_stack(plan_.stack), stop_);
}

bool Run::wait_for(const std::vector<plan::Wait>& waits) {
  std::vector<std::string> converged;
  std::vector<std::string> gone;
  std::vector<std::string> ended;
  for (const auto& wait : waits) {
    switch (wait.what) {
      case plan::Wait::For::converged:
        converged.push_back(wait.service);
        break;
      case plan::Wait::For::gone:
        gone.push_back(wait.service);
        break;
      case plan::Wait::For::ended:
        ended.push_back(wait.service);
        break;
    }
  }
  bool good = true;
  try {
    if (options_.wait && !converged.empty()) good = wait_converged(converged);
    for (const auto& job : ended) wait_ended(job);
    for (const auto& service : gone) {
      const auto known =
          within(longer(time_left(), kGrace), stop_,
                 [&](const std::stop_token& stop) { return wait_gone(service, stop); });
      if (!known)
        fail(Cause::deadline,
             fmt::format("service \"{}\" is removed, but the engine does not say whether its tasks "
                         "are gone",
                         service));
      good = good && known.value_or(false);
    }
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted || error.kind() == Kind::lock) throw;
    fail(cause_of(error.kind()), error.what());
    good = false;
  }
  return good;
}

bool Run::wait_converged(const std::vector<std::string>& services) {
  std::vector<watch::Expectation> expected;
  for (const auto& service : services) expected.push_back(expectation_of(service));
  watch::Options options;
  options.timeout = time_left();
  options.hold = options_.hold;
  const auto seen = watch::watch(engine_, clock_, events_, plan_.stack, expected, options, stop_);
  for (const auto& [service, state] : seen.services) outcome_.services[service] = state;
  // What converged in this stage is only looked at when a later one names it again.
  for (auto& [service, one] : expected_) one.written = false;
  if (!seen.good) fail(seen.cause, seen.message);
  return seen.good;
}

watch::Expectation Run::expectation_of(const std::string& service) {
  if (const auto found = expected_.find(service); found != expected_.end()) return found->second;
  if (names_.network_id_by_name.empty()) read_names();
  const auto live = engine::find_service(engine_, service, names_, stop_);
  if (!live) throw Error(Kind::conflict, fmt::format("service \"{}\" is not there", service));
  return {.service = service,
          .id = live->id,
          .spec = live->spec,
          .known_tasks = {},
          .baseline = live->update,
          .written = false};
}

bool Run::wait_gone(const std::string& service, const std::stop_token& stop) {
  const auto removed = removed_.find(service);
  const auto end = after(clock_.now(), time_left());
  while (true) {
    std::vector<swarm::Task> left;
    // Not list_tasks(): "up to date" means nothing where the service is gone.
    const auto request =
        engine::get("/tasks", {{"filters", engine::encode(engine::of_stack(plan_.stack))}});
    const auto nodes = engine::list_nodes(engine_, stop);
    for (const auto& object : engine::call_list(engine_, request, stop)) {
      auto task = swarm::parse_task(object);
      const bool of_it = removed != removed_.end() && task.service_id == removed->second;
      if (of_it && still_there(task, nodes)) left.push_back(std::move(task));
    }
    if (left.empty()) {
      outcome_.services[service] = "removed";
      return true;
    }
    if (clock_.now() >= end) {
      fail(Cause::deadline, fmt::format("service \"{}\" is removed, but {} of its tasks still run",
                                        service, left.size()));
      return false;
    }
    clock_.sleep(kGonePoll, stop);
  }
}

void Run::wait_ended(const std::string& job) {
  const auto began = clock_.now();
  const auto until = options_.jobs_until.value_or(after(began, options_.timeout));
  const auto patience = std::max(Duration(until - began), Duration{});
  if (patience > Duration{}) {
    const auto shown = format_duration(std::chrono::floor<std::chrono::seconds>(patience));
    events_.emit(Note{fmt::format("job {} still runs: it has {} to end", job, shown)});
  }
  const auto ended = within(longer(patience, kGrace), stop_, [&](const std::stop_token& stop) {
    const auto live = engine::find_service(engine_, job, names_, stop);
    while (live) {
      const auto tasks = engine::list_tasks(engine_, engine::of_stack(plan_.stack), stop);
      if (!plan::still_runs(*live, tasks, engine::list_nodes(engine_, stop))) break;
      if (clock_.now() >= until) return false;
      clock_.sleep(kGonePoll, stop);
    }
    return true;
  });
  if (!ended.value_or(false))
    events_.emit(Note{fmt::format("job {} still runs after its time", job)});
  // Its time is its own, as a one-off's.
  if (deadline_) *deadline_ = after(*deadline_, clock_.now() - began);
}

Duration Run::time_left() {
  if (!deadline_) deadline_ = after(clock_.now(), options_.timeout);
  return std::max(Duration(*deadline_ - clock_.now()), Duration{});
}

void Run::fail(Cause cause, const std::string& message) {
  if (outcome_.good) outcome_.cause = cause;
  outcome_.message = outcome_.good ? message : fmt::format("{}; {}", outcome_.message, message);
  outcome_.good = false;
}

}  // namespace skep::rollout
