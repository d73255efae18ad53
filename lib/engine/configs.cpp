#include "engine/configs.hpp"

#include "base/hash.hpp"
#include "engine/list.hpp"
#include "swarm/parse.hpp"

#include <nlohmann/json.hpp>

namespace skep::engine {

std::vector<swarm::Config> list_configs(Transport& engine, const Filters& filters,
                                        std::stop_token stop) {
  return list(engine, "/configs", filters, swarm::parse_config, std::move(stop));
}

std::optional<swarm::Config> find_config(Transport& engine, const std::string& config,
                                         std::stop_token stop) {
  const auto request = get("/configs/" + segment(config));
  auto answer = engine.send(request, {}, std::move(stop));
  if (answer.status == 404) return std::nullopt;
  return swarm::parse_config(
      parse_json(require(std::move(answer), request).body, name_of(request)));
}

std::string create_config(Transport& engine, const std::string& name, const swarm::Labels& labels,
                          const std::string& data, std::stop_token stop) {
  auto spec = named_spec(name, labels);
  spec["Data"] = base64(data);
  return create_config(engine, spec, std::move(stop));
}

std::string create_config(Transport& engine, const Json& spec, std::stop_token stop) {
  return created_id(call_json(engine, post("/configs/create", spec), std::move(stop)));
}

void set_config_labels(Transport& engine, const swarm::Config& config, const swarm::Labels& labels,
                       std::stop_token stop) {
  write(engine,
        post("/configs/" + segment(config.id) + "/update", named_spec(config.name, labels),
             version_of(config)),
        std::move(stop));
}

void remove_config(Transport& engine, const std::string& id, std::stop_token stop) {
  write(engine, remove("/configs/" + segment(id)), std::move(stop));
}

}  // namespace skep::engine
