#pragma once
// Holds the stack's lock while something is written.
#include "base/env.hpp"
#include "deploy/deps.hpp"
#include "release/lock.hpp"

#include <memory>
#include <string>

namespace skep::deploy {

/// Who releases: user@host of this process.
std::string who(const Env& env);

/// Takes the stack's lock. Throws Error{lock}.
std::unique_ptr<release::Lock> take_lock(Deps& deps, const std::string& stack, Duration wait);

/// Runs `f` under the lock: each write through deps.engine() confirms it first, and throws
/// Error{lock} once it is lost. Frees it however `f` ends. (Not a guard object, because destructors
/// do no I/O.)
template <typename F>
auto with_lock(Deps& deps, release::Lock& lock, F f) {
  const auto end = [&] {
    deps.engine().ask_before_writes({});
    lock.free();
  };
  deps.engine().ask_before_writes([&lock] { lock.confirm(); });
  try {
    auto result = f();
    end();
    return result;
  } catch (...) {
    end();
    throw;
  }
}

}  // namespace skep::deploy
