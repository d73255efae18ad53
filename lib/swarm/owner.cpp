#include "swarm/owner.hpp"

namespace skep::swarm {

bool belongs_to(const Labels& labels, const std::string& stack) {
  const auto owner = labels.find(kNamespaceLabel);
  return owner != labels.end() && owner->second == stack;
}

bool belongs_to(const Spec& spec, const std::string& stack) {
  return spec.label(kNamespaceLabel) == stack;
}

std::string full_name(const std::string& stack, const std::string& key) {
  return stack + "_" + key;
}

}  // namespace skep::swarm
