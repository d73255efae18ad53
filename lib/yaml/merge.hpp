#pragma once
// Lays one tree over another, as environments of skep.yml are laid over the rest: maps merge,
// everything else is replaced whole, null removes.
#include "yaml/document.hpp"

#include <set>
#include <string>

namespace skep::yaml {

/// `base` with `over` laid over it. Maps whose path ("mongodb.users") stands in `whole` are
/// replaced too instead of merged. A null in `over` removes the key, also inside a map that only
/// `over` has.
Node overlay(const Node& base, const Node& over, const std::set<std::string>& whole = {},
             const std::string& path = {});

}  // namespace skep::yaml
