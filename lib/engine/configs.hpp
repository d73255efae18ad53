#pragma once
// /configs. A list always carries the data of its configs, so it is always filtered
// (docs/engine.md, "Lists and filters").
#include "engine/call.hpp"
#include "swarm/snapshot.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace skep::engine {

/// With their data. The filter `name` matches prefixes.
std::vector<swarm::Config> list_configs(Transport& engine, const Filters& filters,
                                        std::stop_token stop = {});
/// By id or name; nullopt when there is no such config.
std::optional<swarm::Config> find_config(Transport& engine, const std::string& config,
                                         std::stop_token stop = {});
/// POST /configs/create; returns its id. Throws Error{conflict} when the name is taken: creation is
/// atomic.
std::string create_config(Transport& engine, const std::string& name, const swarm::Labels& labels,
                          const std::string& data, std::stop_token stop = {});
/// POST /configs/create with a whole ConfigSpec (templating).
std::string create_config(Transport& engine, const Json& spec, std::stop_token stop = {});
/// Only labels can be changed. A compare-and-swap: throws Error{conflict} when the config was
/// changed since it was read.
void set_config_labels(Transport& engine, const swarm::Config& config, const swarm::Labels& labels,
                       std::stop_token stop = {});
/// Throws Error{rejected} naming the services that use it. The engine ignores versions here.
void remove_config(Transport& engine, const std::string& id, std::stop_token stop = {});

}  // namespace skep::engine
