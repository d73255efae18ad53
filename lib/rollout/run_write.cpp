#include "engine/configs.hpp"
#include "rollout/run.hpp"
#include "watch/step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

namespace skep::rollout {

namespace {

// A manager that restarts, or a swarm without a leader, is back well before this.
constexpr Duration kEngineAway = std::chrono::seconds(90);
constexpr Duration kFirstPause = std::chrono::milliseconds(250);
constexpr Duration kLongestPause = std::chrono::seconds(5);
// How long a removed service's tasks may hold a network or a secret.
constexpr Duration kInUse = std::chrono::seconds(60);
constexpr Duration kInUsePause = std::chrono::milliseconds(500);

bool may_come_back(const Error& error) {
  return error.kind() == Kind::unreachable || error.kind() == Kind::unavailable;
}

/// "secret 'x' is in use by the following service: y" (400), "network x is in use by service y"
/// (400), "network x has active endpoints" (403), "resource is busy" …
bool is_in_use(const Error& error) {
  const std::string text = error.message();
  return text.find("in use") != std::string::npos ||
         text.find("active endpoints") != std::string::npos;
}

}  // namespace

void Run::write(const std::function<void()>& once) {
  const auto give_up = clock_.now() + kEngineAway;
  auto pause = kFirstPause;
  while (true) {
    try {
      begin_write();
      once();
      changed();
      return;
    } catch (const Error& error) {
      // Cut in the middle: nobody knows whether it was done.
      if (error.kind() == Kind::unreachable) changed();
      if (!may_come_back(error) || clock_.now() >= give_up) throw;
    }
    clock_.sleep(pause, stop_);
    pause = std::min(2 * pause, kLongestPause);
  }
}

void Run::begin_write() {
  const std::lock_guard lock(mutex_);
  if (callbacks_.before_write) callbacks_.before_write();
  if (!deadline_) deadline_ = after(clock_.now(), options_.timeout);
}

void Run::changed() {
  const std::lock_guard lock(mutex_);
  outcome_.changed = true;
}

void Run::remove(const std::string& what, const std::string& name,
                 const std::function<void()>& once) {
  in_context(fmt::format("remove {} \"{}\"", what, name), [&] {
    const auto give_up = clock_.now() + kInUse;
    while (true) {
      try {
        write(once);
        break;
      } catch (const Error& error) {
        if (error.kind() == Kind::not_found) break;
        if (!is_in_use(error) || clock_.now() >= give_up) throw;
      }
      clock_.sleep(kInUsePause, stop_);
    }
  });
  wrote("remove", what, name);
}

void Run::wrote(const std::string& verb, const std::string& object, const std::string& name,
                const std::string& why) {
  events_.emit(Wrote{.verb = verb, .object = object, .name = name, .why = why});
}

engine::RegistryAuth Run::registry_auth(const swarm::Spec& spec) const {
  return callbacks_.registry_auth ? callbacks_.registry_auth(spec.image())
                                  : engine::RegistryAuth::anonymous();
}

void Run::find_configs(const swarm::Spec& spec) {
  for (const auto& name : spec.configs()) {
    if (names_.config_id_by_name.contains(name)) continue;
    const auto config = engine::find_config(engine_, name, stop_);
    // By name or by the beginning of an id: only the name counts.
    if (config && config->name == name) names_.config_id_by_name[name] = config->id;
  }
}

void Run::expect(const std::string& service, const std::string& id, const swarm::Spec& spec,
                 const std::optional<swarm::UpdateStatus>& baseline, bool live_replicas) {
  watch::Expectation expectation{.service = service,
                                 .id = id,
                                 .spec = spec,
                                 .known_tasks = {},
                                 .baseline = baseline,
                                 .written = true,
                                 .live_replicas = live_replicas};
  for (const auto& task : tasks_) {
    if (task.service_id == id) expectation.known_tasks.insert(task.id);
  }
  const std::lock_guard lock(mutex_);
  expected_[service] = std::move(expectation);
}

}  // namespace skep::rollout
