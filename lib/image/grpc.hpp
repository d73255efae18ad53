#pragma once
// What a build session is asked and what it answers, apart from how it travels.
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
  std::string message;  // of an error
  bool operator==(const GrpcReply&) const = default;
};

/// Answers one call; `body` is the request with its gRPC frame. Never throws.
/// Health/Check → SERVING; Auth/Credentials → user and password, an identity token as a secret
/// without a user, or an empty reply, which is anonymous; Secrets/GetSecret → not found; anything
/// else, GetTokenAuthority too → unimplemented, upon which the engine falls back to Credentials.
GrpcReply answer(const std::string& path, std::string_view body, const FindAuth& find_auth);

/// One byte 0 (not compressed) and four of length in front.
std::string grpc_frame(std::string_view message);
/// The message of one frame. Throws Error{rejected} when it is not whole or compressed.
std::string_view grpc_unframe(std::string_view framed);
/// Takes the first whole message off what came of a stream; nullopt where there is none yet. Throws
/// Error{rejected} for one that is compressed or longer than `most`.
std::optional<std::string> take_grpc_message(std::string& received, std::size_t most);
/// For grpc-message (grpc/grpc doc/PROTOCOL-HTTP2.md): what is not printable ASCII, and "%".
std::string percent_encoded(std::string_view text);

}  // namespace skep::image
