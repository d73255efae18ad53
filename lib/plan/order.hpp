#pragma once
// The order of rollout from `depends_on`.
#include "convert/desired.hpp"

#include <map>
#include <string>
#include <vector>

namespace skep::plan {

/// Key of each service → its level: 0 depends on nothing, 1 on services of level 0 only, …
/// Independent ones share a level. A service in a circle, or behind one, gets no level. Names that
/// are not services of the stack are ignored.
std::map<std::string, std::size_t> levels(const std::vector<convert::DesiredService>& services);

/// "a → b → a" for one circle; "" when there is none.
std::string circle(const std::vector<convert::DesiredService>& services);

}  // namespace skep::plan
