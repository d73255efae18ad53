#include "engine/registry_auth.hpp"

namespace skep::engine {

void RegistryAuth::add_to(Request& request) const {
  request.headers.emplace_back("X-Registry-Auth", docker::registry_auth_header(auth_));
}

}  // namespace skep::engine
