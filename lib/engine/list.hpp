#pragma once
// What lists and updates of all resources have in common. For lib/engine only.
#include "engine/call.hpp"

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace skep::engine {

/// GET `path`: the answer, a list of objects. Anything else is Error{rejected}.
void for_each_listed(Transport& engine, const std::string& path, const Filters& filters,
                     const std::function<void(const Json&)>& take, std::stop_token stop);

/// GET `path`; each element is given to `parse`.
template <typename Parse>
auto list(Transport& engine, const std::string& path, const Filters& filters, Parse parse,
          std::stop_token stop) {
  std::vector<decltype(parse(std::declval<const Json&>()))> items;
  for_each_listed(
      engine, path, filters, [&](const Json& item) { items.push_back(parse(item)); },
      std::move(stop));
  return items;
}

/// ?version=N of an object that was read: the engine refuses the update when the object changed
/// since.
template <typename Object>
Pairs version_of(const Object& object) {
  return {{"version", std::to_string(object.version)}};
}

/// What a secret and a config have in common.
Json named_spec(const std::string& name, const std::map<std::string, std::string>& labels);

/// The id in the answer to a create.
std::string created_id(const Json& answer, const char* key = "ID");

}  // namespace skep::engine
