#include "plan/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace skep::plan {
namespace {

constexpr std::size_t kLongValue = 100;

}  // namespace

std::string readable(const Json& value) {
  if (value.is_null()) return "(absent)";
  const std::string json = dump_json(value);
  // By characters: a cut in the middle of one would make the line invalid UTF-8.
  std::size_t end = std::min(json.size(), kLongValue);
  while (end < json.size() && (static_cast<unsigned char>(json[end]) & 0xC0U) == 0x80U) --end;
  return end < json.size() ? json.substr(0, end) + "…" : json;
}

Json change_json(const swarm::FieldChange& change) {
  return {{"path", change.path}, {"old", change.old_value}, {"new", change.new_value}};
}

}  // namespace skep::plan
