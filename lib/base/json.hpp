#pragma once
// The only place that parses and dumps JSON text: nlohmann's parser is slow to compile.
#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace skep {

using Json = nlohmann::json;

/// Throws Error{rejected} naming `what` ("answer of GET /services") when the text is not JSON, or
/// is nested deeper than 200 levels.
Json parse_json(std::string_view text, const std::string& what);

/// Calls `take` with each element of a list, one after another, so that a long list never stands in
/// memory as values. False when the text is not a list. Throws as parse_json does, and what `take`
/// throws; by then the elements before the mistake have been taken.
bool each_element(std::string_view text, const std::string& what,
                  const std::function<void(Json)>& take);

/// One line. Invalid UTF-8 is replaced and never an error.
std::string dump_json(const Json& value);
/// Indented by two spaces.
std::string dump_json_pretty(const Json& value);

}  // namespace skep
