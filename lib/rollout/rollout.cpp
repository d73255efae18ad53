#include "rollout/rollout.hpp"

#include "rollout/run.hpp"

namespace skep::rollout {

swarm::Outcome roll_out(engine::Transport& engine, Clock& clock, EventSink& events,
                        const plan::Plan& plan, const Callbacks& callbacks, const Options& options,
                        std::stop_token stop) {
  return Run(engine, clock, events, plan, callbacks, options, std::move(stop)).go();
}

}  // namespace skep::rollout
