#pragma once
// One tree laid over another, as environments of skep.yml are: maps merge, everything else is
// replaced whole, null removes.
#include "yaml/document.hpp"

#include <set>
#include <string>

namespace skep::yaml {

/// `base` with `over` laid over it. Maps whose path ("mongodb.users") stands in `whole` are
/// replaced too instead of merged. A null in `over` removes the key; nothing that comes from `over`
/// keeps nulls below a new map.
Node overlay(const Node& base, const Node& over, const std::set<std::string>& whole = {},
             const std::string& path = {});

}  // namespace skep::yaml
