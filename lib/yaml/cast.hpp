#pragma once
// Typed reading of scalars, with docker's casts: a string that `${…}` changed counts as the number
// or boolean that is wanted (docker/cli, cli/compose/loader/interpolate.go); a string that was
// written does not.
#include "yaml/document.hpp"

#include <cstdint>
#include <optional>

namespace skep::yaml {

/// nullopt when the node is no integer and cannot be cast to one.
std::optional<std::int64_t> to_integer(const Node& node);
std::optional<double> to_floating(const Node& node);
/// Of an interpolated string also y, yes, on, n, no, off, in any case.
std::optional<bool> to_boolean(const Node& node);

}  // namespace skep::yaml
