#pragma once
// Labels for traefik, held against what its Swarm provider does with them
// (pkg/provider/docker/{pswarm,config,shared_labels}.go of v2 and v3).
#include "convert/fields.hpp"

namespace skep::convert {

/// A warning, with the line to write, where traefik would not see the labels, would not know the
/// port or would not find the network.
void check_gateway_labels(const stack::Stack& stack, const Namespace& names, Diagnostics& problems);

}  // namespace skep::convert
