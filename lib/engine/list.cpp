#include "engine/list.hpp"

#include <nlohmann/json.hpp>

namespace skep::engine {

void for_each_listed(Transport& engine, const std::string& path, const Filters& filters,
                     const std::function<void(const Json&)>& take, std::stop_token stop) {
  Pairs query;
  add_filters(query, filters);
  call_each(
      engine, get(path, std::move(query)), [&](const Json& item) { take(item); }, std::move(stop));
}

Json named_spec(const std::string& name, const std::map<std::string, std::string>& labels) {
  return {{"Name", name}, {"Labels", labels}};
}

std::string created_id(const Json& answer, const char* key) {
  return text_of(answer, key);
}

}  // namespace skep::engine
