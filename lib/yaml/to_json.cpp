#include "yaml/to_json.hpp"

#include <nlohmann/json.hpp>

namespace skep::yaml {

Json to_json(const Node& node) {
  switch (node.type()) {
    case Type::null:
      return nullptr;
    case Type::boolean:
      return node.as_boolean();
    case Type::integer:
      return node.as_integer();
    case Type::floating:
      return node.as_floating();
    case Type::string:
      return node.as_string();
    case Type::list: {
      Json list = Json::array();
      for (const auto& item : node.items()) list.push_back(to_json(item));
      return list;
    }
    case Type::map: {
      Json map = Json::object();
      for (const auto& entry : node.entries()) map[entry.key] = to_json(entry.value);
      return map;
    }
  }
  return nullptr;
}

}  // namespace skep::yaml
