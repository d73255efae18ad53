#pragma once
// The long form of what a Compose file writes short: `environment` as a map, ports, volumes and
// secrets as maps, a command as its words, durations and sizes in one spelling. This is what files
// are merged in and what `skep config` prints; the shape is that of `docker stack config`. Nodes
// keep their places. What is no valid short form stays as it is: its reader reports it.
#include "stack/keys.hpp"
#include "stack/stack.hpp"
#include "yaml/document.hpp"

#include <vector>

namespace skep::stack {

/// `node` stands at `row` of the table of keys. It reads as before (`compat`), with the same
/// findings.
yaml::Node canonical(yaml::Node node, const KeyTree& row, Compat compat);

/// The same of a value whose form its row alone does not say: `form` is the row's. Several ports
/// are a list of maps.
yaml::Node in_long_form(const yaml::Node& node, LongForm form, Compat compat);

/// A list of NAME=VALUE, or a map, as a map of strings; a name without a value is a null.
yaml::Node as_pairs(const yaml::Node& node, Compat compat);

/// A map whose keys are the items of a list of strings, each with the value given; a map as it is.
/// (`networks`, `depends_on`)
yaml::Node as_map(const yaml::Node& node, const yaml::Node& value, Compat compat);

/// "host:address" for each entry of `extra_hosts`, of a map sorted; what names no address stands
/// as it was written.
std::vector<yaml::Node> host_lines(const yaml::Node& node, Compat compat);

}  // namespace skep::stack
