#pragma once
// Typed reading of scalars, with docker's casts: a string that `${…}` changed counts as the number
// or boolean that is wanted (docker/cli, cli/compose/loader/interpolate.go); a string that was
// written as one does not.
#include "yaml/document.hpp"

#include <cstdint>
#include <optional>

namespace skep::yaml {

/// Which strings count as the number or boolean that they spell.
enum class Casts { none, interpolated, all };

/// nullopt when the node is not an integer and cannot be cast to one.
std::optional<std::int64_t> to_integer(const Node& node, Casts casts = Casts::interpolated);
std::optional<double> to_floating(const Node& node, Casts casts = Casts::interpolated);
/// Of a string also y, yes, on, n, no, off, in any case.
std::optional<bool> to_boolean(const Node& node, Casts casts = Casts::interpolated);

}  // namespace skep::yaml
