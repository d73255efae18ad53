#include "image/grpc.hpp"

#include "base/error.hpp"
#include "image/proto.hpp"

#include <fmt/format.h>

#include <exception>

namespace skep::image {

namespace {

constexpr std::size_t kPrefix = 5;

/// Docker Hub's images are named docker.io, its registry answers as registry-1.docker.io.
std::string domain_of(std::string_view host) {
  return host == "registry-1.docker.io" ? "docker.io" : std::string(host);
}

std::string text_field(std::string_view message, int number) {
  ProtoReader reader(message);
  std::string text;
  while (const auto field = reader.next()) {
    if (field->number == number) text = field->bytes;
  }
  return text;
}

/// CredentialsResponse{Username=1, Secret=2}.
std::string credentials(std::string_view request, const FindAuth& find_auth) {
  const auto auth = find_auth(domain_of(text_field(request, /*Host*/ 1)));
  std::string reply;
  if (!auth) return reply;
  const bool token = !auth->identity_token.empty();
  if (!token) put_bytes(reply, 1, auth->username);
  put_bytes(reply, 2, token ? auth->identity_token.reveal() : auth->password.reveal());
  return reply;
}

}  // namespace

GrpcReply answer(const std::string& path, std::string_view body, const FindAuth& find_auth) {
  try {
    if (path == kHealthCheck) {
      GrpcReply reply;
      put_varint(reply.body, /*status*/ 1, /*SERVING*/ 1);
      return reply;
    }
    const auto request = grpc_unframe(body);
    if (path == kCredentials) return {.body = credentials(request, find_auth), .message = {}};
    if (path == kGetSecret) {
      const auto id = text_field(request, /*ID*/ 1);
      return {.status = GrpcStatus::not_found,
              .body = {},
              .message = fmt::format("there is no secret {}", id)};
    }
    return {.status = GrpcStatus::unimplemented, .body = {}, .message = path + " is not offered"};
  } catch (const std::exception& error) {
    return {.status = GrpcStatus::unknown, .body = {}, .message = error.what()};
  }
}

std::string grpc_frame(std::string_view message) {
  std::string framed(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8)
    framed += static_cast<char>(message.size() >> shift & 0xFF);
  return framed.append(message);
}

std::string_view grpc_unframe(std::string_view framed) {
  std::size_t size = 0;
  const bool whole = framed.size() >= kPrefix;
  for (std::size_t i = 1; whole && i < kPrefix; ++i)
    size = size << 8 | static_cast<unsigned char>(framed[i]);
  if (!whole || framed.front() != 0 || framed.size() - kPrefix != size) {
    throw Error(Kind::rejected, "a gRPC message of BuildKit is broken");
  }
  return framed.substr(kPrefix);
}

std::optional<std::string> take_grpc_message(std::string& received, std::size_t most) {
  if (received.size() < kPrefix) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = 1; i < kPrefix; ++i)
    size = size << 8 | static_cast<unsigned char>(received[i]);
  if (received.front() != 0 || size > most)
    throw Error(Kind::rejected, "a gRPC message of BuildKit is broken");
  if (received.size() - kPrefix < size) return std::nullopt;
  std::string message = received.substr(kPrefix, size);
  received.erase(0, kPrefix + size);
  return message;
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '%') {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace skep::image
