#pragma once
// Reads JSON that comes from outside (an engine, a database, a record). A value that is absent,
// null or of another type counts as missing. Nothing here throws.
#include "base/json.hpp"

#include <cstdint>
#include <initializer_list>

namespace skep {

/// Names of members, from the outermost in.
using JsonPath = std::initializer_list<const char*>;

/// nullptr when there is nothing, or JSON's null.
const Json* find_at(const Json& value, JsonPath path);
/// `fallback` also for the empty text.
std::string text_at(const Json& value, JsonPath path, std::string_view fallback = "");
/// `fallback` also for a negative number, one with a fraction, and one beyond 64 bits.
std::uint64_t count_at(const Json& value, JsonPath path, std::uint64_t fallback = 0);
bool flag_at(const Json& value, JsonPath path, bool fallback = false);
/// The list there, else an empty one.
const Json& list_at(const Json& value, JsonPath path);
/// The object there, else an empty one.
const Json& object_at(const Json& value, JsonPath path);

}  // namespace skep
