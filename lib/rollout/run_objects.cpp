#include "base/hash.hpp"
#include "engine/configs.hpp"
#include "engine/networks.hpp"
#include "engine/nodes.hpp"
#include "engine/secrets.hpp"
#include "engine/services.hpp"
#include "plan/plan.hpp"
#include "rollout/run.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace skep::rollout {

namespace {

constexpr int kLabelTries = 5;

swarm::Labels labels_of(const Json& spec) {
  swarm::Labels labels;
  const auto found = spec.find("Labels");
  if (found == spec.end() || !found->is_object()) return labels;
  for (const auto& [key, value] : found->items()) {
    if (value.is_string()) labels[key] = value.get<std::string>();
  }
  return labels;
}

Json named(Json spec, const std::string& name) {
  if (!spec.is_object()) spec = Json::object();
  spec["Name"] = name;
  return spec;
}

Json with_data(const Json& spec, const std::string& name, const std::string& data) {
  auto body = named(spec, name);
  // A secret of a driver has none.
  if (!data.empty()) body["Data"] = base64(data);
  return body;
}

/// A name that is taken by something else than what was to be made.
Error taken(const std::string& what, const std::string& name) {
  return Error(
      Kind::conflict,
      fmt::format("a {} \"{}\" is there already, and is not what this release makes", what, name));
}

}  // namespace

void Run::carry_out(const plan::LabelNode& action) {
  in_context(fmt::format("label node \"{}\"", action.hostname), [&] {
    write([&] {
      for (int left = kLabelTries; left > 0; --left) {
        const auto node = engine::inspect_node(engine_, action.hostname, stop_);
        auto labels = node.labels;
        for (const auto& [key, value] : action.labels) labels[key] = value;
        if (labels == node.labels) return;
        try {
          return engine::set_node_labels(engine_, node, labels, stop_);
        } catch (const Error& error) {
          if (error.kind() != Kind::conflict || left == 1) throw;
        }
      }
    });
  });
  std::string why;
  for (const auto& [key, value] : action.labels) {
    why += fmt::format("{}{}={}", why.empty() ? "" : " ", key, value);
  }
  wrote("label", "node", action.hostname, why);
}

void Run::carry_out(const plan::CreateNetwork& action) {
  in_context(fmt::format("create network \"{}\"", action.name), [&] {
    const auto body = named(action.spec, action.name);
    write([&] {
      try {
        names_.network_id_by_name[action.name] = engine::create_network(engine_, body, stop_);
      } catch (const Error& error) {
        if (error.kind() != Kind::conflict) throw;
        const auto all = engine::list_networks(engine_, {}, stop_);
        const auto ours = std::find_if(all.begin(), all.end(), [&](const auto& network) {
          return network.name == action.name && network.scope == "swarm" &&
                 network.labels == labels_of(action.spec);
        });
        if (ours == all.end()) throw taken("network", action.name);
        names_.network_id_by_name[action.name] = ours->id;
      }
    });
  });
  names_.network_name_by_id[names_.network_id_by_name[action.name]] = action.name;
  wrote("create", "network", action.name);
}

void Run::carry_out(const plan::CreateSecret& action) {
  in_context(fmt::format("create secret \"{}\"", action.name), [&] {
    write([&] {
      try {
        names_.secret_id_by_name[action.name] = engine::create_secret(
            engine_, with_data(action.spec, action.name, action.data.reveal()), stop_);
      } catch (const Error& error) {
        if (error.kind() != Kind::conflict) throw;
        const auto there = engine::find_secret(engine_, action.name, stop_);
        const bool ours =
            there && there->name == action.name && there->labels == labels_of(action.spec) &&
            (action.data.empty() || engine::secret_holds(engine_, *there, action.data, stop_));
        if (!ours) throw taken("secret", action.name);
        names_.secret_id_by_name[action.name] = there->id;
      }
    });
  });
  wrote("create", "secret", action.name);
}

void Run::carry_out(const plan::CreateConfig& action) {
  in_context(fmt::format("create config \"{}\"", action.name), [&] {
    write([&] {
      try {
        names_.config_id_by_name[action.name] =
            engine::create_config(engine_, with_data(action.spec, action.name, action.data), stop_);
      } catch (const Error& error) {
        if (error.kind() != Kind::conflict) throw;
        const auto there = engine::find_config(engine_, action.name, stop_);
        const bool ours = there && there->name == action.name && there->data == action.data &&
                          there->labels == labels_of(action.spec);
        if (!ours) throw taken("config", action.name);
        names_.config_id_by_name[action.name] = there->id;
      }
    });
  });
  wrote("create", "config", action.name);
}

void Run::carry_out(const plan::RemoveService& action) {
  removed_[action.name] = action.id;
  remove("service", action.name, [&] { engine::remove_service(engine_, action.id, stop_); });
  outcome_.services[action.name] = "removed";
}

void Run::carry_out(const plan::RemoveSecret& action) {
  remove("secret", action.name, [&] { engine::remove_secret(engine_, action.id, stop_); });
}

void Run::carry_out(const plan::RemoveConfig& action) {
  remove("config", action.name, [&] { engine::remove_config(engine_, action.id, stop_); });
}

void Run::carry_out(const plan::RemoveNetwork& action) {
  remove("network", action.name, [&] { engine::remove_network(engine_, action.id, stop_); });
}

}  // namespace skep::rollout
