#pragma once
// What the lists and updates of all resources have in common. For lib/engine only.
#include "engine/call.hpp"

#include <nlohmann/json.hpp>

#include <stop_token>
#include <string>
#include <vector>

namespace skep::engine {

/// GET `path`, each element through `parse`.
template <typename Parse>
auto list(Transport& engine, const std::string& path, const Filters& filters, Parse parse,
          std::stop_token stop) {
  Pairs query;
  add_filters(query, filters);
  const auto answer = call_json(engine, get(path, std::move(query)), std::move(stop));
  std::vector<decltype(parse(answer))> items;
  for (const auto& item : answer) items.push_back(parse(item));
  return items;
}

/// ?version=N of an object that was read: the engine refuses the update when it changed since.
template <typename Object>
Pairs version_of(const Object& object) {
  return {{"version", std::to_string(object.version)}};
}

/// The id in the answer to a create.
inline std::string created_id(const Json& answer, const char* key = "ID") {
  return text_of(answer, key);
}

}  // namespace skep::engine
