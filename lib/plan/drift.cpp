#include "plan/drift.hpp"

#include "plan/actions.hpp"
#include "plan/text.hpp"
#include "swarm/diff.hpp"
#include "swarm/paths.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::plan {
namespace {

constexpr const char* kForceUpdate = "TaskTemplate.ForceUpdate";

/// Whether the path, without what stands in brackets, is a list of objects. An element is known by
/// its key, and one change of the key can be named by the old key or by the new one.
bool is_list(const std::string& base) {
  auto fields = swarm::service_spec_fields();
  std::size_t begin = 0;
  while (true) {
    const auto end = std::min(base.find('.', begin), base.size());
    const auto* field = swarm::find_field(fields, base.substr(begin, end - begin));
    if (field == nullptr) return false;
    if (end == base.size()) return field->kind == swarm::FieldKind::list;
    fields = field->fields;
    begin = end + 1;
  }
}

std::string place(const std::string& path) {
  const auto base = path.substr(0, path.find('['));
  return is_list(base) ? base : path;
}

bool touches(const std::vector<swarm::FieldChange>& changes, const std::string& path) {
  const auto where = place(path);
  return std::any_of(changes.begin(), changes.end(),
                     [&](const auto& change) { return place(change.path) == where; });
}

/// What the plan makes of a service in the end; nullptr: it stays as it is.
const swarm::Spec* planned(const Plan& plan, const std::string& service) {
  const swarm::Spec* last = nullptr;
  for (const auto& one : written_by(plan)) {
    if (*one.name == service) last = one.spec;
  }
  return last;
}

bool removed_by(const Plan& plan, const std::string& service) {
  const auto removals = actions_of<RemoveService>(plan);
  return std::any_of(removals.begin(), removals.end(),
                     [&](const auto* remove) { return remove->name == service; });
}

/// Fields that differ from the release, and that no torn release has written so.
std::vector<swarm::FieldChange> by_hand(const swarm::Spec& released, const swarm::Service& live,
                                        const Released& all) {
  auto changes = swarm::diff(released, live.spec);
  std::erase_if(changes, [](const auto& change) { return change.path == kForceUpdate; });
  for (const auto& torn : all.torn) {
    const auto wrote = torn.find(live.name);
    if (wrote == torn.end()) continue;
    const auto from_it = swarm::diff(wrote->second, live.spec);
    std::erase_if(changes, [&](const auto& change) { return !touches(from_it, change.path); });
  }
  return changes;
}

std::vector<DriftedField> with_fates(const std::vector<swarm::FieldChange>& changes,
                                     const swarm::Spec& released, const swarm::Spec& live,
                                     const swarm::Spec* wanted) {
  const auto to_do =
      wanted == nullptr ? std::vector<swarm::FieldChange>{} : swarm::diff(live, *wanted);
  const auto by_files =
      wanted == nullptr ? std::vector<swarm::FieldChange>{} : swarm::diff(released, *wanted);
  std::vector<DriftedField> result;
  for (const auto& change : changes) {
    const auto fate = !touches(to_do, change.path)     ? Fate::kept
                      : touches(by_files, change.path) ? Fate::replaced
                                                       : Fate::undone;
    result.push_back({change, fate});
  }
  return result;
}

const char* word(Fate fate) {
  switch (fate) {
    case Fate::undone:
      return "undone";
    case Fate::kept:
      return "kept";
    case Fate::replaced:
      return "replaced";
  }
  return "";
}

const char* word(Drifted::What what) {
  switch (what) {
    case Drifted::What::changed:
      return "changed";
    case Drifted::What::added:
      return "added";
    case Drifted::What::removed:
      return "removed";
  }
  return "";
}

const char* sentence(Fate fate) {
  switch (fate) {
    case Fate::undone:
      return "a deploy sets it back";
    case Fate::kept:
      return "a deploy leaves it";
    case Fate::replaced:
      return "the files change it too";
  }
  return "";
}

std::string format(const Drifted& one) {
  switch (one.what) {
    case Drifted::What::added:
      return fmt::format("  service {} was made: {}\n", one.service,
                         one.fate == Fate::kept     ? "a deploy leaves it"
                         : one.fate == Fate::undone ? "a deploy removes it"
                                                    : "the files have it too");
    case Drifted::What::removed:
      return fmt::format(
          "  service {} was removed: {}\n", one.service,
          one.fate == Fate::kept ? "the files do not have it either" : "a deploy makes it again");
    case Drifted::What::changed:
      break;
  }
  std::string text = fmt::format("  service {}\n", one.service);
  for (const auto& field : one.fields) {
    text +=
        fmt::format("    {}: {} → {} ({})\n", field.change.path, readable(field.change.old_value),
                    readable(field.change.new_value), sentence(field.fate));
  }
  return text;
}

}  // namespace

Drift drift(const Released& released, const swarm::Snapshot& snapshot, const Plan& plan) {
  Drift result{released.number, {}};
  if (released.number == 0) return result;
  const auto in_torn = [&](const std::string& name) {
    return std::any_of(released.torn.begin(), released.torn.end(),
                       [&](const Specs& specs) { return specs.contains(name); });
  };
  const bool torn = !released.torn.empty();
  std::map<std::string, Drifted> found;
  for (const auto* live : snapshot.stack_services(plan.stack)) {
    const auto before = released.services.find(live->name);
    if (before == released.services.end()) {
      if (in_torn(live->name)) continue;
      const auto fate = removed_by(plan, live->name)           ? Fate::undone
                        : planned(plan, live->name) != nullptr ? Fate::replaced
                                                               : Fate::kept;
      found[live->name] = {live->name, Drifted::What::added, {}, fate};
      continue;
    }
    const auto changes = by_hand(before->second, *live, released);
    if (changes.empty()) continue;
    found[live->name] = {live->name, Drifted::What::changed,
                         with_fates(changes, before->second, live->spec, planned(plan, live->name)),
                         Fate::kept};
  }
  for (const auto& [name, spec] : released.services) {
    if (snapshot.find_service(name) != nullptr || (torn && !in_torn(name))) continue;
    found[name] = {name,
                   Drifted::What::removed,
                   {},
                   planned(plan, name) != nullptr ? Fate::undone : Fate::kept};
  }
  for (auto& [name, one] : found) result.services.push_back(std::move(one));
  return result;
}

std::string format(const Drift& drift) {
  if (drift.services.empty()) return {};
  std::string text = fmt::format("drift: changed by hand since r{}\n", drift.since);
  for (const auto& one : drift.services) text += format(one);
  return text;
}

Json to_json(const Drift& drift) {
  if (drift.since == 0) return nullptr;
  Json services = Json::array();
  for (const auto& one : drift.services) {
    Json fields = Json::array();
    for (const auto& field : one.fields) {
      Json json = change_json(field.change);
      json["deploy"] = word(field.fate);
      fields.push_back(std::move(json));
    }
    Json json = {{"service", one.service}, {"what", word(one.what)}, {"changes", fields}};
    json["deploy"] = one.what == Drifted::What::changed ? Json() : Json(word(one.fate));
    services.push_back(std::move(json));
  }
  return {{"since", drift.since}, {"services", services}};
}

}  // namespace skep::plan
