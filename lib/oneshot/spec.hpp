#pragma once
// The one-shot's service spec (POST /services/create). For lib/oneshot only; pure.
#include "base/json.hpp"
#include "oneshot/oneshot.hpp"

#include <string>
#include <vector>

namespace skep::oneshot {

struct MountedObject {
  std::string id;
  std::string name;
  std::string target;
  unsigned mode = 0444;
};

/// The objects that were created or found for a task.
struct Bound {
  std::string name;  // of the service
  std::vector<MountedObject> secrets;
  std::vector<MountedObject> configs;
  std::vector<std::string> networks;  // ids
};

/// "skep-STACK-PURPOSE-RUN"; the stack's part is cut to fit 63 characters.
std::string service_name(const std::string& stack, const std::string& purpose,
                         const std::string& run);
Json service_spec(const Task& task, const Bound& bound);

}  // namespace skep::oneshot
