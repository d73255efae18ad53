#pragma once
// Checks labels for traefik against what its Swarm provider does with them
// (pkg/provider/docker/{pswarm,config,shared_labels}.go of v2 and v3).
#include "convert/fields.hpp"

namespace skep::convert {

/// Warns, with the line to write, when traefik would not see the labels, know the port or find the
/// network.
void check_gateway_labels(const stack::Stack& stack, const Namespace& names, Diagnostics& problems);

}  // namespace skep::convert
