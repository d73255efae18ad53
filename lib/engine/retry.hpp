#pragma once
// Reads that are tried again.
#include "base/clock.hpp"
#include "engine/transport.hpp"

#include <memory>

namespace skep::engine {

/// A Transport that repeats GET and HEAD, for about 15 s, where the engine's notes say it is safe
/// and useful: a lost connection or a refused one (only after this engine has answered once), 503
/// "does not have a leader" and other 503s; 503 "not a swarm manager" only once it has been one (a
/// manager that restarts says so while it goes down). Writes are never repeated here: nobody but
/// the caller can know whether the first one was done.
std::unique_ptr<Transport> with_retry(std::unique_ptr<Transport> inner, Clock& clock);

}  // namespace skep::engine
