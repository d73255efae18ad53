#pragma once
// The client's side of a build's session: BuildKit dials back over POST /session and asks for
// credentials and secrets (moby/buildkit session/, gRPC over HTTP/2, the engine being the HTTP/2
// client), and for files that do not come as a tar. Without a session every base image behind a 401
// fails, even Docker Hub's (docs/engine.md, "Builds"). It works on any ByteStream, because newer
// engines carry the bytes in another way.
#include "base/error.hpp"
#include "docker/config.hpp"
#include "engine/transport.hpp"
#include "image/filesync.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace skep::image {

/// Credentials for a registry's domain as in an image reference; nullopt is anonymous. Called from
/// the session's own threads; what it throws becomes the engine's error message for that image.
using FindAuth = std::function<std::optional<docker::Auth>(const std::string& domain)>;

/// Answers for a folder that the engine asks for; nullptr when there is no such folder. Called from
/// the session's thread; whatever it or the sender throws goes to `failed`.
using FindFolder = std::function<std::unique_ptr<FileSender>(const FolderQuestion& question)>;

/// What a session can give.
struct SessionOffer {
  FindAuth find_auth;
  FindFolder find_folder = {};  // empty: the context is sent in another way
  std::function<void(const Error& error)> failed = {};
};

class BuildSession {
 public:
  /// Starts answering at once, in a thread of its own. `stop` is the source whose token `stream`
  /// was made with: the end of the session is requested through it.
  BuildSession(std::unique_ptr<engine::ByteStream> stream, std::stop_source stop,
               SessionOffer offer);
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
                                           const std::string& key, SessionOffer offer,
                                           std::stop_token stop);

}  // namespace skep::image
