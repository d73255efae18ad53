#include "convert/fields.hpp"

#include <nlohmann/json.hpp>

namespace skep::convert {

Json Namespace::labelled(const stack::Pairs& labels) const {
  Json result = labels;
  result["com.docker.stack.namespace"] = stack;
  return result;
}

void set_text(Json& object, const char* key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}

void set_number(Json& object, const char* key, std::int64_t value) {
  if (value != 0) object[key] = value;
}

void set_true(Json& object, const char* key, bool value) {
  if (value) object[key] = true;
}

void set_filled(Json& object, const char* key, Json value) {
  if (!value.empty()) object[key] = std::move(value);
}

}  // namespace skep::convert
