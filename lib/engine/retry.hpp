#pragma once
// Reads that are tried again.
#include "base/clock.hpp"
#include "engine/transport.hpp"

#include <memory>

namespace skep::engine {

/// A Transport that repeats GET and HEAD for about 15 s where that is safe and useful: after a lost
/// or refused connection (only if this engine has answered before), after 503 "does not have a
/// leader" and other 503s, and after 503 "not a swarm manager" only if it has been one before (a
/// manager says so while it goes down). Writes are never repeated here: only the caller can know
/// whether the first one was done.
std::unique_ptr<Transport> with_retry(std::unique_ptr<Transport> inner, Clock& clock);

}  // namespace skep::engine
