#pragma once
// A spec as the document that is sent.
#include "swarm/spec.hpp"

namespace skep::swarm {

/// The document to POST: starts from `live` (as the engine gave it) and sets or unsets every path
/// that our table owns so that it equals `desired`; only unknown paths of `live` stay. Names are
/// replaced by ids (bind). Throws Error{not_found} when a referenced network, secret or config has
/// no id in `names`.
Json merged_for_update(const Json& live, const Spec& desired, const Names& names);
/// The document to POST for a create.
Json bound_for_create(const Spec& desired, const Names& names);

}  // namespace skep::swarm
