#include "swarm/spec.hpp"

#include "base/json_at.hpp"
#include "swarm/diff.hpp"
#include "swarm/paths.hpp"

#include <initializer_list>

namespace skep::swarm {
namespace {

/// One text field of each element of a list.
std::vector<std::string> each(const Json* list, const char* name) {
  std::vector<std::string> result;
  if (list == nullptr || !list->is_array()) return result;
  for (const auto& element : *list) result.push_back(text_at(element, {name}));
  return result;
}

}  // namespace

std::string Spec::name() const {
  return text_at(document_, {"Name"});
}

std::string Spec::image() const {
  return text_at(document_, {"TaskTemplate", "ContainerSpec", "Image"});
}

void Spec::set_image(const std::string& image) {
  document_["TaskTemplate"]["ContainerSpec"]["Image"] = image;
}

std::map<std::string, std::string> Spec::labels() const {
  std::map<std::string, std::string> result;
  const auto* labels = find_at(document_, {"Labels"});
  if (labels == nullptr || !labels->is_object()) return result;
  for (const auto& [key, value] : labels->items()) {
    if (value.is_string()) result[key] = value.get<std::string>();
  }
  return result;
}

std::string Spec::label(const std::string& key) const {
  return text_at(document_, {"Labels", key.c_str()});
}

void Spec::set_label(const std::string& key, const std::string& value) {
  document_["Labels"][key] = value;
}

std::vector<std::string> Spec::networks() const {
  return each(find_at(document_, {"TaskTemplate", "Networks"}), "Target");
}

std::vector<std::string> Spec::secrets() const {
  return each(find_at(document_, {"TaskTemplate", "ContainerSpec", "Secrets"}), "SecretName");
}

std::vector<std::string> Spec::configs() const {
  return each(find_at(document_, {"TaskTemplate", "ContainerSpec", "Configs"}), "ConfigName");
}

std::vector<std::string> Spec::constraints() const {
  std::vector<std::string> result;
  const auto* list = find_at(document_, {"TaskTemplate", "Placement", "Constraints"});
  if (list == nullptr || !list->is_array()) return result;
  for (const auto& item : *list) result.push_back(text_at(item, {}));
  return result;
}

std::uint64_t Spec::max_replicas_per_node() const {
  return count_at(document_, {"TaskTemplate", "Placement", "MaxReplicas"}, 0);
}

std::map<std::string, std::string> Spec::env() const {
  std::map<std::string, std::string> result;
  const auto* list = find_at(document_, {"TaskTemplate", "ContainerSpec", "Env"});
  if (list == nullptr || !list->is_array()) return result;
  for (const auto& item : *list) {
    const auto entry = item.get<std::string>();
    const auto name = env_name(entry);
    result[name] = name.size() < entry.size() ? entry.substr(name.size() + 1) : "";
  }
  return result;
}

void Spec::set_env(const std::string& key, const std::string& value) {
  auto& list = document_["TaskTemplate"]["ContainerSpec"]["Env"];
  if (!list.is_array()) list = Json::array();
  const auto entry = key + "=" + value;
  for (auto& item : list) {
    if (env_name(item.get<std::string>()) == key) {
      item = entry;
      return;
    }
  }
  // docker sends Env sorted; a new entry keeps it so.
  auto place = list.begin();
  while (place != list.end() && place->get<std::string>() < entry) ++place;
  list.insert(place, entry);
}

Spec::Mode Spec::mode() const {
  if (find_at(document_, {"Mode", "Global"}) != nullptr) return Mode::global;
  if (find_at(document_, {"Mode", "ReplicatedJob"}) != nullptr) return Mode::replicated_job;
  if (find_at(document_, {"Mode", "GlobalJob"}) != nullptr) return Mode::global_job;
  return Mode::replicated;
}

bool Spec::is_job() const {
  return mode() == Mode::replicated_job || mode() == Mode::global_job;
}

std::uint64_t Spec::replicas() const {
  if (mode() == Mode::replicated_job) {
    const auto concurrent = count_at(document_, {"Mode", "ReplicatedJob", "MaxConcurrent"}, 1);
    return count_at(document_, {"Mode", "ReplicatedJob", "TotalCompletions"}, concurrent);
  }
  return count_at(document_, {"Mode", "Replicated", "Replicas"}, 1);
}

bool Spec::is_global() const {
  return mode() == Mode::global || mode() == Mode::global_job;
}

void Spec::keep_force_update_of(const Spec& live) {
  const auto counter = Json::json_pointer("/TaskTemplate/ForceUpdate");
  if (live.document_.contains(counter))
    document_["TaskTemplate"]["ForceUpdate"] = live.document_.at(counter);
}

void Spec::keep_replicas_of(const Spec& live) {
  if (mode() != Mode::replicated || live.mode() != Mode::replicated) return;
  document_["Mode"]["Replicated"]["Replicas"] = live.replicas();
}

std::string Spec::update_order() const {
  return text_at(document_, {"UpdateConfig", "Order"}, "stop-first");
}

std::string Spec::failure_action() const {
  return text_at(document_, {"UpdateConfig", "FailureAction"}, "pause");
}

std::int64_t Spec::monitor() const {
  constexpr std::uint64_t kEngineDefault = 5'000'000'000;
  const auto monitor = count_at(document_, {"UpdateConfig", "Monitor"}, 0);
  return static_cast<std::int64_t>(monitor == 0 ? kEngineDefault
                                                : monitor);  // the engine reads 0 as unset
}

std::string Spec::restart_condition() const {
  return text_at(document_, {"TaskTemplate", "RestartPolicy", "Condition"}, "any");
}

bool Spec::has_health_check() const {
  const auto* check = find_at(document_, {"TaskTemplate", "ContainerSpec", "Healthcheck"});
  if (check == nullptr || !check->is_object() || check->empty()) return false;
  const auto& test = list_at(*check, {"Test"});
  return test.empty() || test.front() != "NONE";
}

bool Spec::operator==(const Spec& other) const {
  return diff(*this, other).empty();
}

}  // namespace skep::swarm
