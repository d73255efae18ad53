#pragma once
// One rollout under way: the state that its handlers share. For lib/rollout only.
#include "base/error.hpp"
#include "plan/plan.hpp"
#include "rollout/rollout.hpp"
#include "swarm/snapshot.hpp"
#include "watch/step.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace skep::rollout {

class Run {
 public:
  Run(engine::Transport& engine, Clock& clock, EventSink& events, const plan::Plan& plan,
      const Callbacks& callbacks, const Options& options, std::stop_token stop);
  swarm::Outcome go();

 private:
  // One handler for each alternative of plan::Action; a new action does not compile without one.
  void carry_out(const plan::LabelNode& action);
  void carry_out(const plan::CreateNetwork& action);
  void carry_out(const plan::CreateSecret& action);
  void carry_out(const plan::CreateConfig& action);
  void carry_out(const plan::CreateService& action);
  void carry_out(const plan::UpdateService& action);
  void carry_out(const plan::RunTask& action);
  void carry_out(const plan::RemoveService& action);
  void carry_out(const plan::RemoveSecret& action);
  void carry_out(const plan::RemoveConfig& action);
  void carry_out(const plan::RemoveNetwork& action);

  // run.cpp
  bool do_stage(const plan::Stage& stage);
  /// One after another; but services that follow each other are written at the same time.
  bool do_actions(std::span<const plan::Action> actions);
  bool do_action(const plan::Action& action);
  bool do_services(std::span<const plan::Action> services);
  bool attempt(const std::function<void()>& f);
  void read_names();
  void read_tasks();
  bool wait_for(const std::vector<plan::Wait>& waits);
  bool wait_converged(const std::vector<std::string>& services);
  bool wait_gone(const std::string& service, const std::stop_token& stop);
  /// Waits until its time is over; a job that still runs then is not a failure.
  void wait_ended(const std::string& job);
  watch::Expectation expectation_of(const std::string& service);
  Duration time_left();
  void fail(Cause cause, const std::string& message);

  // run_write.cpp
  /// Runs one write. A write of which it is unknown whether it reached the engine is run again, so
  /// `once` must recognise its own result.
  void write(const std::function<void()>& once);
  void begin_write();
  void changed();
  /// Removes an object. Already gone is good; "in use" is tried again for as long as tasks may take
  /// to stop.
  void remove(const std::string& what, const std::string& name, const std::function<void()>& once);
  void wrote(const std::string& verb, const std::string& object, const std::string& name,
             const std::string& why = {});
  engine::RegistryAuth registry_auth(const swarm::Spec& spec) const;
  /// Adds configs to the names, one by one: a list of them would carry all their data.
  void find_configs(const swarm::Spec& spec);
  /// Remembers what watch must know about a service before it is written.
  void expect(const std::string& service, const std::string& id, const swarm::Spec& spec,
              const std::optional<swarm::UpdateStatus>& baseline, bool live_replicas);
  /// Emits that a service was written.
  void tell(const plan::Action& service);
  bool try_update(const plan::UpdateService& action, std::size_t& sent);

  engine::Transport& engine_;
  Clock& clock_;
  EventSink& events_;
  const plan::Plan& plan_;
  const Callbacks& callbacks_;
  Options options_;
  std::stop_token stop_;

  std::mutex mutex_;  // guards the next three while services are written at the same time
  swarm::Outcome outcome_;
  std::optional<TimePoint> deadline_;                   // from the first write
  std::map<std::string, watch::Expectation> expected_;  // of services written in this run
  swarm::Names names_;
  std::vector<swarm::Task> tasks_;              // of the stack, before the stage's writes
  std::map<std::string, std::string> removed_;  // name → id
};

}  // namespace skep::rollout
