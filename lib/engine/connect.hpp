#pragma once
// The real Transport: libcurl on the engine's socket, over TCP, or on its socket elsewhere by ssh;
// the API version negotiated at the first request, reads retried.
#include "base/clock.hpp"
#include "base/env.hpp"
#include "docker/endpoint.hpp"
#include "engine/transport.hpp"

#include <memory>

namespace skep::engine {

/// What skep speaks: Docker Engine 20.10 to 29.6. Both ends of the Engine API's window.
inline constexpr int kMinApiMinor = 41;
inline constexpr int kMaxApiMinor = 56;

/// Connects at the first request, and starts ssh then. The version is min(the engine's Api-Version
/// of GET /_ping, 1.56), or DOCKER_API_VERSION; requests to it throw Error{rejected} when the
/// engine is older than 1.41. Throws Error{usage} when DOCKER_API_VERSION is no version between
/// them, Error{input} for a file of TLS that cannot be used. Reads are retried as with_retry()
/// says.
std::unique_ptr<Transport> connect(const docker::Endpoint& endpoint, const Env& env, Clock& clock);

}  // namespace skep::engine
