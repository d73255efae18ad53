#pragma once
// The questions and answers of a build session, independent of how they travel.
#include "image/session.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace skep::image {

inline constexpr auto kHealthCheck = "/grpc.health.v1.Health/Check";
inline constexpr auto kCredentials = "/moby.filesync.v1.Auth/Credentials";
inline constexpr auto kDiffCopy = "/moby.filesync.v1.FileSync/DiffCopy";
inline constexpr auto kGetSecret = "/moby.buildkit.secrets.v1.Secrets/GetSecret";

/// grpc/grpc doc/statuscodes.md.
enum class GrpcStatus { ok = 0, unknown = 2, not_found = 5, unimplemented = 12 };

struct GrpcReply {
  GrpcStatus status = GrpcStatus::ok;
  std::string body;     // a protobuf message
  std::string message;  // the error's message
  bool operator==(const GrpcReply&) const = default;
};

/// Answers one call; `body` is the request with its gRPC frame. Never throws. Health/Check →
/// SERVING. Auth/Credentials → user and password, an identity token as a secret without a user, or
/// an empty reply (anonymous). Secrets/GetSecret → not found. Anything else, GetTokenAuthority too
/// → unimplemented; the engine then falls back to Credentials.
GrpcReply answer(const std::string& path, std::string_view body, const FindAuth& find_auth);

/// Puts the gRPC frame around a message: a byte 0 (not compressed) and four bytes of length in
/// front.
std::string grpc_frame(std::string_view message);
/// The message of one frame. Throws Error{rejected} when it is not whole or compressed.
std::string_view grpc_unframe(std::string_view framed);
/// Takes the first whole message off the bytes of a stream; nullopt when there is none yet. Throws
/// Error{rejected} for one that is compressed or longer than `most`.
std::optional<std::string> take_grpc_message(std::string& received, std::size_t most);
/// Percent-encodes everything but printable ASCII, and "%", for grpc-message (grpc/grpc
/// doc/PROTOCOL-HTTP2.md).
std::string percent_encoded(std::string_view text);

}  // namespace skep::image
