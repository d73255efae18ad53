#include "stack/stack.hpp"

namespace skep::stack {

std::set<std::string> Stack::one_offs() const {
  std::set<std::string> result;
  if (compat == Compat::docker) return result;
  for (const auto& [key, service] : services) {
    if (!service.one_off.before.empty()) result.insert(key);
    for (const auto& other : service.depends_on) {
      const auto found = services.find(other.service);
      const bool is_job = found != services.end() && found->second.deploy.mode.ends_with("-job");
      if (other.condition == kCompleted && found != services.end() && !is_job)
        result.insert(other.service);
    }
  }
  return result;
}

}  // namespace skep::stack
