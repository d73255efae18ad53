#pragma once
// /images, /distribution and /build. lib/image knows what the streams mean.
#include "engine/call.hpp"
#include "engine/json_stream.hpp"
#include "engine/registry_auth.hpp"

#include <optional>
#include <stop_token>
#include <string>

namespace skep::engine {

/// GET /images/json.
Json list_images(Transport& engine, const Filters& filters = {}, std::stop_token stop = {});
/// GET /images/NAME/json; nullopt when the engine has no such image.
std::optional<Json> find_image(Transport& engine, const std::string& name,
                               std::stop_token stop = {});
/// POST /images/NAME/tag. Throws Error{not_found}.
void tag_image(Transport& engine, const std::string& name, const std::string& repository,
               const std::string& tag, std::stop_token stop = {});
/// POST /images/REPOSITORY/push?tag=TAG. Every object of the stream goes to `on_object`,
/// stream_error() ones too. Throws Error{not_found, rejected, unreachable} when the push did not
/// begin or the stream broke off.
void push_image(Transport& engine, const std::string& repository, const std::string& tag,
                const RegistryAuth& registry_auth, const JsonStream::OnObject& on_object,
                std::stop_token stop = {});
/// GET /distribution/REFERENCE/json: {"Descriptor": {"digest", …}, "Platforms": […]}. Throws
/// Error{unauthorized} when the registry refuses the credentials, Error{not_found} when it has no
/// such image, Error{rejected} when it cannot be asked.
Json inspect_distribution(Transport& engine, const std::string& reference,
                          const RegistryAuth& registry_auth, std::stop_token stop = {});
/// POST /build with `query` as given (version=2, session, t, …) and the context as body. The source
/// is empty where the context goes another way. Throws Error{rejected} for a refusal before the
/// stream began, Error{unreachable} when it broke off.
void build_image(Transport& engine, const Pairs& query, BodySource context,
                 const JsonStream::OnObject& on_object, std::stop_token stop = {});

}  // namespace skep::engine
