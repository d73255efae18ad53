#pragma once
// The long form of a Compose file's short forms: `environment` as a map, ports, volumes and secrets
// as maps, a command as its words, durations and sizes in one spelling. Files are merged in this
// form, and `skep config` prints it, as `docker stack config` does. Nodes keep their places. A
// short form that is not valid stays as it is; its reader reports it.
#include "stack/keys.hpp"
#include "stack/stack.hpp"
#include "yaml/document.hpp"

#include <vector>

namespace skep::stack {

/// `node` stands at `row` of the table of keys. The long form reads as the short one did
/// (`compat`), with the same problems.
yaml::Node canonical(yaml::Node node, const KeyTree& row, Compat compat);

/// The same of a value whose form its row alone does not say: `form` is the row's. Several ports
/// are a list of maps.
yaml::Node in_long_form(const yaml::Node& node, LongForm form, Compat compat);

/// A list of NAME=VALUE, or a map, as a map of strings; a name without a value is a null.
yaml::Node as_pairs(const yaml::Node& node, Compat compat);

/// Turns a list of strings into a map with these keys, each with the value given; a map stays as it
/// is. (`networks`, `depends_on`)
yaml::Node as_map(const yaml::Node& node, const yaml::Node& value, Compat compat);

/// "host:address" for each entry of `extra_hosts`, sorted if it was a map. An entry without an
/// address stays as it was written.
std::vector<yaml::Node> host_lines(const yaml::Node& node, Compat compat);

}  // namespace skep::stack
