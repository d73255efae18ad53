#pragma once
// Which stack an object of the swarm belongs to, and what it is called there.
#include "swarm/snapshot.hpp"

#include <string>

namespace skep::swarm {

/// Whether these labels are of a thing of that stack.
bool belongs_to(const Labels& labels, const std::string& stack);
/// The same of a service.
bool belongs_to(const Spec& spec, const std::string& stack);

/// "shop_web"; short_name() is the way back.
std::string full_name(const std::string& stack, const std::string& key);

}  // namespace skep::swarm
