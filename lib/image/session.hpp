#pragma once
// The client's side of a build's session: BuildKit dials back over POST /session and asks for
// credentials and secrets (moby/buildkit session/, gRPC over HTTP/2, the engine being the HTTP/2
// client). Without one, every base image behind a 401 fails, Docker Hub's included. The bytes are
// taken from any ByteStream, as newer engines carry them elsewhere.
#include "docker/config.hpp"
#include "engine/transport.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace skep::image {

/// Credentials for a registry's domain as in an image reference; nullopt is anonymous. Called from
/// the session's own threads; what it throws becomes the engine's error message for that image.
using FindAuth = std::function<std::optional<docker::Auth>(const std::string& domain)>;

class BuildSession {
 public:
  /// Starts answering at once, in a thread of its own. `stop` is the source whose token `stream`
  /// was made with: the end of the session is requested through it.
  BuildSession(std::unique_ptr<engine::ByteStream> stream, std::stop_source stop,
               FindAuth find_auth);
  /// Ends the session and waits for its threads.
  ~BuildSession();
  BuildSession(const BuildSession&) = delete;
  BuildSession& operator=(const BuildSession&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// POST /session with what it offers; `id` is the session parameter of POST /build, `key` names the
/// context. Each build has a session of its own. Throws Error{rejected, unreachable, interrupted}.
std::unique_ptr<BuildSession> open_session(engine::Transport& engine, const std::string& id,
                                           const std::string& key, FindAuth find_auth,
                                           std::stop_token stop);

}  // namespace skep::image
