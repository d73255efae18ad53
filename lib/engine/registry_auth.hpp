#pragma once
// What goes along with a request about an image, so that the engine or its nodes can log in at the
// image's registry.
#include "docker/config.hpp"
#include "engine/transport.hpp"

#include <optional>

namespace skep::engine {

class RegistryAuth {
 public:
  /// Nobody's: the registry gives the image to everybody, or refuses it.
  static RegistryAuth anonymous() { return RegistryAuth(std::nullopt); }
  explicit RegistryAuth(std::optional<docker::Auth> auth) : auth_(std::move(auth)) {}

  bool is_anonymous() const { return !auth_; }
  /// As the header X-Registry-Auth.
  void add_to(Request& request) const;
  bool operator==(const RegistryAuth&) const = default;

 private:
  std::optional<docker::Auth> auth_;
};

}  // namespace skep::engine
