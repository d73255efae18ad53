#pragma once
// docker's contexts, as it keeps them beside config.json. Rules: docker/cli cli/context/store and
// cli/context/docker.
#include "docker/address.hpp"
#include "docker/tls.hpp"

#include <optional>
#include <string>
#include <vector>

namespace skep::docker {

struct Context {
  std::string name;
  std::string description;
  std::string host;  // as it stands there; "" is the default socket
  std::optional<Tls> tls;
};

/// The context of that name below `folder` (config.json's). A name is only hashed, so it cannot
/// lead out of there. Throws Error{usage} when there is none, Error{input} naming the meta.json
/// when it cannot be read; messages begin with `source` ("--context").
Context load_context(const std::string& folder, const std::string& name, const std::string& source);

/// A context beside what is wrong with it.
struct Found {
  Context context;
  std::string problem;
};
/// All of them, by name.
std::vector<Found> list_contexts(const std::string& folder);

}  // namespace skep::docker
