#include "release/clean_up.hpp"

#include "engine/configs.hpp"
#include "engine/secrets.hpp"
#include "engine/services.hpp"
#include "release/records.hpp"
#include "swarm/spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace skep::release {
namespace {

/// Names of secrets and configs that something still needs.
struct Needed {
  std::set<std::string> secrets;
  std::set<std::string> configs;

  void add(const swarm::Spec& spec) {
    for (const auto& name : spec.secrets()) secrets.insert(name);
    for (const auto& name : spec.configs()) configs.insert(name);
  }
};

/// Records to keep: the newest kKeptRecords, the newest released one, and every pending one.
std::set<std::string> ids_to_keep(const std::vector<Kept>& all) {
  std::set<std::string> keep;
  const std::size_t first = all.size() > swarm::kKeptRecords ? all.size() - swarm::kKeptRecords : 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i >= first || all[i].state == swarm::RecordState::pending) keep.insert(all[i].id);
  }
  if (const auto* released = last_released(all)) keep.insert(released->id);
  return keep;
}

/// A release that was undone needs nothing any more; its record stays for the history.
bool can_be_gone_back_to(const Kept& kept) {
  return kept.state != swarm::RecordState::restored && kept.state != swarm::RecordState::failed;
}

template <typename Object, typename Remove>
void remove_unneeded(EventSink& events, const std::vector<Object>& objects,
                     const std::set<std::string>& needed, const char* word, Remove remove) {
  for (const auto& object : objects) {
    // Only what skep made: docker's own plain names carry no label of skep's.
    if (object.labels.count(swarm::kPlainNameLabel) == 0 || needed.count(object.name) != 0)
      continue;
    try {
      remove(object.id);
      events.emit(Wrote{"remove", word, object.name, "nothing refers to it any more"});
    } catch (const Error& error) {
      // In use after all (400), or gone already: the next clean-up looks again.
      if (error.kind() != Kind::rejected && error.kind() != Kind::not_found) throw;
    }
  }
}

}  // namespace

void clean_up(engine::Transport& engine, EventSink& events, const std::string& stack,
              std::stop_token stop) {
  const auto all = records(engine, stack, stop);
  const auto keep = ids_to_keep(all);
  Needed needed;
  for (const auto& kept : all) {
    if (keep.count(kept.id) == 0) {
      engine::remove_config(engine, kept.id, stop);
      events.emit(Wrote{"remove", "record", fmt::format("r{}", kept.record.number),
                        "only the last are kept"});
      continue;
    }
    if (can_be_gone_back_to(kept)) {
      for (const auto& service : kept.record.services) needed.add(swarm::Spec(service.spec));
    }
    // A one-off's own are what the next release compares with.
    for (const auto& task : kept.record.tasks) needed.add(swarm::Spec(task.spec));
    for (const auto& service : kept.record.before) {
      if (is_half_way(kept)) needed.add(swarm::Spec(service.spec));
    }
  }
  for (const auto& service : engine::list_services(engine, {}, {}, stop)) {
    needed.add(service.spec);
    // The engine's own rollback goes to PreviousSpec, and dies when an object of it is gone:
    // nothing goes while one may still come.
    const bool ours = service.spec.label(swarm::kNamespaceLabel) == stack;
    if (ours && service.update && service.update->state == swarm::UpdateState::updating) return;
  }
  const engine::Filters of_stack{{"label", {fmt::format("{}={}", swarm::kNamespaceLabel, stack)}}};
  remove_unneeded(events, engine::list_secrets(engine, of_stack, stop), needed.secrets, "secret",
                  [&](const std::string& id) { engine::remove_secret(engine, id, stop); });
  remove_unneeded(events, engine::list_configs(engine, of_stack, stop), needed.configs, "config",
                  [&](const std::string& id) { engine::remove_config(engine, id, stop); });
}

}  // namespace skep::release
