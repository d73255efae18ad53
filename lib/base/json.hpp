#pragma once
// The only place that parses and dumps JSON text: nlohmann's parser is slow to compile.
#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace skep {

using Json = nlohmann::json;

/// Throws Error{rejected} naming `what` ("answer of GET /services") when the text is not JSON, or
/// is nested deeper than 200 levels.
Json parse_json(std::string_view text, const std::string& what);

/// One line; invalid UTF-8 is replaced, never thrown at.
std::string dump_json(const Json& value);
/// Indented by two spaces.
std::string dump_json_pretty(const Json& value);

}  // namespace skep
