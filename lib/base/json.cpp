#include "base/json.hpp"

#include "base/error.hpp"

#include <nlohmann/json.hpp>

namespace skep {

Json parse_json(std::string_view text, const std::string& what) {
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) throw Error(Kind::rejected, what + " is not JSON");
  return value;
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string dump_json_pretty(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace skep
