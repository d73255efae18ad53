#include "oneshot/oneshot.hpp"

#include "base/random.hpp"
#include "base/time_limit.hpp"
#include "engine/configs.hpp"
#include "engine/networks.hpp"
#include "engine/nodes.hpp"
#include "engine/secrets.hpp"
#include "engine/services.hpp"
#include "engine/tasks.hpp"
#include "oneshot/output.hpp"
#include "oneshot/spec.hpp"
#include "swarm/canonical.hpp"
#include "swarm/parse.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace skep::oneshot {
namespace {

constexpr Duration kPoll = std::chrono::milliseconds(250);
constexpr Duration kPlacementGrace = std::chrono::seconds(20);  // a node may come back
constexpr Duration kGrace = std::chrono::seconds(2);            // of a silent engine
constexpr Duration kCleanUp = std::chrono::seconds(60);
constexpr Duration kLogLimit =
    std::chrono::seconds(20);  // a lost node's log is waited for without an end
constexpr int kLogReads = 8;
constexpr Duration kLogPoll = std::chrono::seconds(2);

/// A task whose program could not be started is `failed` too, and has a container.
bool has_run(const swarm::Task& task) {
  return task.state == swarm::TaskState::complete ||
         (task.state == swarm::TaskState::failed &&
          task.error.find("non-zero exit") != std::string::npos);
}

swarm::Labels labels_of(const std::string& stack) {
  return {{kOneShotLabel, stack}};
}

engine::Filters with_label(const std::string& stack) {
  return {{"label", {fmt::format("{}={}", kOneShotLabel, stack)}}};
}

class OneShot {
 public:
  OneShot(engine::Transport& engine, Clock& clock, EventSink& events, const Task& task)
      : engine_(engine),
        clock_(clock),
        events_(events),
        task_(task),
        run_(random_hex(4)),
        output_(engine, task.on_line) {}

  Result run(Duration timeout, std::stop_token stop) {
    const TimePoint deadline = after(clock_.now(), timeout);
    Result result;
    const auto ended = within(longer(timeout, kGrace), stop, [&](const std::stop_token& in_time) {
      swarm::Task last;
      if (!task_.key.empty()) result.taken_up = take_up(last, deadline, in_time);
      if (result.taken_up) return last;
      create(in_time);
      return wait(deadline, in_time);
    });
    if (!ended)
      throw Error(Kind::deadline, "the task did not end in time: the engine does not answer");
    const auto& last = *ended;
    result.started = has_run(last);
    if (result.started) result.exit_code = last.exit_code;
    result.error = last.error;
    for (const auto& node : engine::list_nodes(engine_, stop)) {
      if (node.id == last.node_id) result.node = node.hostname;
    }
    if (result.started) read_to_the_end(last.id, stop);
    result.out = output_.out();
    result.err = output_.err();
    return result;
  }

  /// Everything that create() made. Has a time of its own and no stop token: what was made must go,
  /// also after Ctrl-C.
  void clean_up() {
    const TimePoint deadline = clock_.now() + kCleanUp;
    const TimeLimit limit(kCleanUp);
    const auto stop = limit.token();
    if (asked_) remove_until_gone(deadline, [&] { engine::remove_service(engine_, name_, stop); });
    if (!service_.empty()) wait_for_tasks(deadline, stop);
    for (const auto& name : secrets_)
      remove_until_gone(deadline, [&] { engine::remove_secret(engine_, name, stop); });
    for (const auto& name : configs_)
      remove_until_gone(deadline, [&] { engine::remove_config(engine_, name, stop); });
  }

  /// It was made, and the next run may take it up.
  bool goes_on() {
    if (task_.key.empty() || service_.empty()) return false;
    events_.emit(Note{fmt::format("{} goes on; the next run waits for its end", task_.key)});
    return true;
  }

 private:
  /// Waits for the end of what a killed run left of this key. True when it was this very task; else
  /// it is removed.
  bool take_up(swarm::Task& last, TimePoint deadline, std::stop_token stop) {
    auto filters = with_label(task_.stack);
    filters["label"].push_back(fmt::format("{}={}", kTakenUpLabel, task_.key));
    for (const auto& left : engine::list_services(engine_, {}, filters, stop)) {
      name_ = left.name;
      service_ = left.id;
      Bound bound;
      bound.name = left.name;
      events_.emit(Note{
          fmt::format("{} was begun by a run that was cut off: waiting for its end", task_.key)});
      const auto ended = wait(deadline, stop);
      asked_ = true;
      if (swarm::canonical(swarm::Spec(service_spec(task_, bound))) == left.spec) {
        last = ended;
        return true;
      }
      clean_up();
      asked_ = false;
      service_.clear();
      output_.forget();
    }
    return false;
  }

  void create(std::stop_token stop) {
    Bound bound;
    bound.name = service_name(task_.stack, task_.purpose, run_);
    name_ = bound.name;
    const auto networks = engine::list_networks(engine_, {}, stop);
    for (const auto& name : task_.networks) {
      const auto found = std::find_if(networks.begin(), networks.end(), [&](const auto& network) {
        return network.name == name || network.id == name;
      });
      if (found == networks.end())
        throw Error(Kind::preflight, fmt::format("network \"{}\" is not there", name));
      bound.networks.push_back(found->id);
    }
    for (const auto& [name, target] : task_.secrets) {
      const auto secret = engine::find_secret(engine_, name, stop);
      if (!secret) {
        throw Error(Kind::preflight, fmt::format("secret \"{}\" is not there", name),
                    fmt::format("docker secret create {} -", name));
      }
      bound.secrets.push_back({secret->id, secret->name, target, 0444});
    }
    for (std::size_t i = 0; i < task_.files.size(); ++i)
      create_file(bound, task_.files[i], i, stop);
    asked_ = true;
    service_ =
        engine::create_service(engine_, service_spec(task_, bound), task_.registry_auth, stop).id;
  }

  void create_file(Bound& bound, const File& file, std::size_t number, std::stop_token stop) {
    const std::string name = fmt::format("skep-oneshot-{}-{}", run_, number);
    if (file.secret) {
      secrets_.push_back(
          name);  // before it is made: the answer may be cut, and the object be there
      const auto id =
          engine::create_secret(engine_, name, labels_of(task_.stack), file.content, stop);
      bound.secrets.push_back({id, name, file.target, file.mode});
    } else {
      configs_.push_back(name);
      const auto id =
          engine::create_config(engine_, name, labels_of(task_.stack), file.content.reveal(), stop);
      bound.configs.push_back({id, name, file.target, file.mode});
    }
  }

  std::vector<swarm::Task> tasks(std::stop_token stop) {
    return engine::list_tasks(engine_, {{"service", {service_}}}, stop);
  }

  swarm::Task wait(TimePoint deadline, std::stop_token stop) {
    std::optional<TimePoint> unplaced_since;
    TimePoint next_reading = clock_.now() + kLogPoll;
    swarm::Task last;
    while (true) {
      const auto seen = tasks(stop);
      if (!seen.empty()) last = seen.front();
      if (has_ended(last.state)) return last;
      const TimePoint now = clock_.now();
      if (task_.on_line && last.state == swarm::TaskState::running && now >= next_reading) {
        read_on_the_way(last.id, stop);
        next_reading = now + kLogPoll;
      }
      const bool unplaced = last.state == swarm::TaskState::pending && !last.error.empty();
      if (!unplaced) unplaced_since.reset();
      if (unplaced && !unplaced_since) unplaced_since = now;
      if (unplaced_since && now - *unplaced_since > kPlacementGrace) {
        throw Error(Kind::preflight, fmt::format("the task cannot be placed: {}", last.error),
                    fmt::format("its constraints are: {}", fmt::join(task_.constraints, ", ")));
      }
      if (now > deadline) {
        throw Error(Kind::deadline,
                    fmt::format("the task did not end in time: it is {}{}",
                                last.id.empty() ? "not made" : last.state.text(),
                                last.error.empty() ? "" : fmt::format(" ({})", last.error)));
      }
      clock_.sleep(kPoll, stop);
    }
  }

  /// While it runs its output is a service to whoever watches: a node that does not give it now may
  /// give it later.
  void read_on_the_way(const std::string& task, std::stop_token stop) {
    const TimeLimit limit(kLogLimit, stop);
    try {
      static_cast<void>(output_.read_more(task, limit.token()));
    } catch (const Error&) {
      if (stop.stop_requested()) throw;
    }
  }

  /// The node hands its last lines on a moment after the container has ended: read until a reading
  /// brings nothing new.
  void read_to_the_end(const std::string& task, std::stop_token stop) {
    const TimeLimit limit(kLogLimit, stop);
    for (int i = 0; i < kLogReads; ++i) {
      bool more = false;
      try {
        more = output_.read_more(task, limit.token());
      } catch (const Error& error) {
        if (stop.stop_requested() || error.kind() != Kind::interrupted) throw;
        throw Error(Kind::rejected, "the node of the task does not give its log");
      }
      if (!more && !output_.empty()) return;
      clock_.sleep(kPoll, stop);
    }
  }

  /// A secret or network stays "in use" (400) until the task's removal has gone through.
  template <typename F>
  void remove_until_gone(TimePoint deadline, F remove) {
    while (true) {
      try {
        remove();
        return;
      } catch (const Error& error) {
        if (error.kind() == Kind::not_found) return;
        if (clock_.now() > deadline || error.kind() == Kind::interrupted) {
          events_.emit(Warned{{Severity::warning,
                               {},
                               "",
                               fmt::format("one-shot clean-up: {}", error.what()),
                               "the next run removes what is left"}});
          return;
        }
      }
      clock_.sleep(kPoll, {});
    }
  }

  /// By label: a list by a service that is gone is refused.
  bool has_tasks(const std::stop_token& stop) {
    const auto request =
        engine::get("/tasks", {{"filters", engine::encode(with_label(task_.stack))}});
    for (const auto& object : engine::call_list(engine_, request, stop)) {
      if (swarm::parse_task(object).service_id == service_) return true;
    }
    return false;
  }

  void wait_for_tasks(TimePoint deadline, const std::stop_token& stop) {
    try {
      while (has_tasks(stop) && clock_.now() < deadline) clock_.sleep(kPoll, {});
    } catch (const Error& error) {
      events_.emit(Warned{
          {Severity::warning, {}, "", fmt::format("one-shot clean-up: {}", error.what()), ""}});
    }
  }

  engine::Transport& engine_;
  Clock& clock_;
  EventSink& events_;
  const Task& task_;
  std::string run_;
  std::string name_;
  bool asked_ = false;                // the create was sent
  std::string service_;               // its id, once it is known
  Output output_;                     // what was read of its log
  std::vector<std::string> secrets_;  // names
  std::vector<std::string> configs_;
};

}  // namespace

Result run(engine::Transport& engine, Clock& clock, EventSink& events, const Task& task,
           Duration timeout, std::stop_token stop) {
  OneShot shot(engine, clock, events, task);
  try {
    Result result = shot.run(timeout, stop);
    shot.clean_up();
    return result;
  } catch (const Error& error) {
    if (error.kind() != Kind::interrupted || !shot.goes_on()) shot.clean_up();
    throw;
  } catch (...) {
    shot.clean_up();
    throw;
  }
}

std::vector<std::string> sweep(engine::Transport& engine, const std::string& stack, bool keyed,
                               std::stop_token stop) {
  std::vector<std::string> names;
  for (const auto& service : engine::list_services(engine, {}, with_label(stack), stop)) {
    if (!keyed && !service.spec.label(kTakenUpLabel).empty()) continue;
    engine::remove_service(engine, service.id, stop);
    names.push_back(service.name);
  }
  // What is still in use by a task that ends goes with the next sweep.
  const auto removed = [&](const std::string& name, auto remove) {
    try {
      remove();
      names.push_back(name);
    } catch (const Error& error) {
      if (error.kind() != Kind::rejected && error.kind() != Kind::not_found) throw;
    }
  };
  for (const auto& secret : engine::list_secrets(engine, with_label(stack), stop)) {
    removed(secret.name, [&] { engine::remove_secret(engine, secret.id, stop); });
  }
  for (const auto& config : engine::list_configs(engine, with_label(stack), stop)) {
    removed(config.name, [&] { engine::remove_config(engine, config.id, stop); });
  }
  return names;
}

}  // namespace skep::oneshot
