#pragma once
// The order of rollout from `depends_on`.
#include "convert/desired.hpp"

#include <map>
#include <string>
#include <vector>

namespace skep::plan {

/// Key of each service → its level: 0 depends on nothing, 1 on services of level 0 only, …
/// Independent ones share a level. Names that are no services of the stack are passed over. There
/// is no circle: lib/stack refuses it, and what is live depends on nothing.
std::map<std::string, std::size_t> levels(const std::vector<convert::DesiredService>& services);

}  // namespace skep::plan
