#pragma once
// Hides the parts of a spec that must not be shown. (Comparisons use the real values.)
#include "base/json.hpp"
#include "swarm/paths.hpp"
#include "swarm/spec.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace skep::swarm {

inline constexpr std::string_view kHidden = "***";

/// Makes what is shown in place of a value that must not be seen.
using Hide = std::function<Json(const Json& value)>;
/// kHidden, whatever the value is.
Json hidden(const Json& value);

/// The value of a field, or of one entry `name` of a map or of Env, with what looks secret
/// replaced.
Json shown(const Field& field, const Json& value, const Hide& hide = hidden);
Json shown_entry(const std::string& name, const Json& value, const Hide& hide = hidden);
/// The whole document.
Json redacted(const Spec& spec, const Hide& hide);
/// Any other document: hides values whose name or text looks secret.
Json redacted_json(const Json& value, const Hide& hide);

/// The document with everything that looks secret shown as "***": for people and for JSON output.
Json redacted(const Spec& spec);

}  // namespace skep::swarm
