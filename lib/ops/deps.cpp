#include "ops/deps.hpp"

namespace skep::ops {

engine::Transport& Deps::engine() {
  std::call_once(once_, [this] { engine_ = connect(host, env); });
  return *engine_;
}

}  // namespace skep::ops
