// Comparing two specs field by field: one walk over the table, in canonical form.
#include "swarm/diff.hpp"

#include "swarm/canonical.hpp"
#include "swarm/redact.hpp"
#include "swarm/spec.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace skep::swarm {
namespace {

struct Change {
  FieldChange field;
  Effect effect = Effect::none;
};
using Changes = std::vector<Change>;

std::string text_of(const Json& value) {
  return value.is_null() ? std::string() : dump_json(value);
}

const Json& member(const Json& object, std::string_view name, const Json& absent) {
  if (!object.is_object()) return absent;
  const auto found = object.find(name);
  return found == object.end() ? absent : *found;
}

/// One walk; knows where it is and what a change there does.
class Walk {
 public:
  void fields(std::span<const Field> fields, const Json& old_value, const Json& new_value,
              const std::string& path, Effect effect);
  Changes take() { return std::move(changes_); }

 private:
  void field(const Field& field, const Json& old_value, const Json& new_value,
             const std::string& path, Effect effect);
  void object(const Field& field, const Json& old_value, const Json& new_value,
              const std::string& path, Effect effect);
  void list(const Field& field, const Json& old_value, const Json& new_value,
            const std::string& path, Effect effect);
  void entries(const std::map<std::string, Json>& old_entries,
               const std::map<std::string, Json>& new_entries, const std::string& path,
               Effect effect);
  void add(const std::string& path, const Json& old_shown, const Json& new_shown, Effect effect) {
    changes_.push_back({{path, old_shown, new_shown}, effect});
  }

  const Json absent_ = nullptr;
  Changes changes_;
};

std::map<std::string, Json> env_entries(const Json& env) {
  std::map<std::string, Json> result;
  if (!env.is_array()) return result;
  for (const auto& item : env) {
    const auto entry = item.get<std::string>();
    const auto name = env_name(entry);
    // A bare name takes the variable away from the image's own: not the same as an empty value.
    result[name] = name.size() < entry.size() ? Json(entry.substr(name.size() + 1)) : Json(false);
  }
  return result;
}

std::map<std::string, Json> map_entries(const Json& object) {
  std::map<std::string, Json> result;
  if (!object.is_object()) return result;
  for (const auto& [name, value] : object.items()) result[name] = value;
  return result;
}

/// Elements by key; a second one of the same key gets "#2".
std::map<std::string, Json> list_elements(const Field& field, const Json& list) {
  std::map<std::string, Json> result;
  if (!list.is_array()) return result;
  for (const auto& element : list) {
    const auto key = field.key(element);
    auto name = key;
    for (int n = 2; result.contains(name); ++n) name = key + "#" + std::to_string(n);
    result[name] = element;
  }
  return result;
}

void Walk::entries(const std::map<std::string, Json>& old_entries,
                   const std::map<std::string, Json>& new_entries, const std::string& path,
                   Effect effect) {
  std::map<std::string, std::pair<Json, Json>> all;
  for (const auto& [name, value] : old_entries) all[name].first = value;
  for (const auto& [name, value] : new_entries) all[name].second = value;
  for (const auto& [name, pair] : all) {
    if (pair.first == pair.second) continue;
    add(path + "[" + name + "]", shown_entry(name, pair.first), shown_entry(name, pair.second),
        effect);
  }
}

void Walk::list(const Field& field, const Json& old_value, const Json& new_value,
                const std::string& path, Effect effect) {
  const auto before = list_elements(field, old_value);
  const auto after = list_elements(field, new_value);
  std::vector<std::pair<std::string, Json>> removed;
  std::vector<std::pair<std::string, Json>> added;
  for (const auto& [key, element] : before) {
    const auto found = after.find(key);
    if (found == after.end()) {
      removed.emplace_back(key, element);
    } else {
      fields(field.fields, element, found->second, path + "[" + key + "]", effect);
    }
  }
  for (const auto& [key, element] : after) {
    if (!before.contains(key)) added.emplace_back(key, element);
  }
  if (removed.size() == 1 && added.size() == 1) {
    // The key itself may be what changed: then it is one change, not an element gone and another
    // come.
    Walk inner;
    inner.fields(field.fields, removed[0].second, added[0].second,
                 path + "[" + removed[0].first + "]", effect);
    if (inner.changes_.size() == 1) {
      changes_.push_back(inner.changes_.front());
      return;
    }
  }
  const auto element_shown = [&](const Json& element) {
    return shown(field, Json::array({element})).front();
  };
  for (const auto& [key, element] : removed)
    add(path + "[" + key + "]", element_shown(element), Json(), effect);
  for (const auto& [key, element] : added)
    add(path + "[" + key + "]", Json(), element_shown(element), effect);
}

bool same_mode(const Json& a, const Json& b) {
  return a.is_object() && b.is_object() && a.size() == 1 && b.size() == 1 &&
         a.begin().key() == b.begin().key();
}

void Walk::object(const Field& field, const Json& old_value, const Json& new_value,
                  const std::string& path, Effect effect) {
  const bool appears = field.keep_empty && old_value.is_null() != new_value.is_null();
  const bool other_mode = field.special == Special::mode && !same_mode(old_value, new_value);
  if (appears || other_mode) {
    if (old_value != new_value) add(path, shown(field, old_value), shown(field, new_value), effect);
    return;
  }
  if (field.special == Special::update_config) {
    const Json assumed = {{"Parallelism", 1}};  // what no section at all means
    fields(field.fields, old_value.is_null() ? assumed : old_value,
           new_value.is_null() ? assumed : new_value, path, effect);
    return;
  }
  fields(field.fields, old_value, new_value, path, effect);
}

void Walk::field(const Field& field, const Json& old_value, const Json& new_value,
                 const std::string& path, Effect effect) {
  switch (field.kind) {
    case FieldKind::value:
    case FieldKind::set:
      if (old_value != new_value)
        add(path, shown(field, old_value), shown(field, new_value), effect);
      return;
    case FieldKind::env:
      entries(env_entries(old_value), env_entries(new_value), path, effect);
      return;
    case FieldKind::map:
      entries(map_entries(old_value), map_entries(new_value), path, effect);
      return;
    case FieldKind::object:
      object(field, old_value, new_value, path, effect);
      return;
    case FieldKind::list:
      list(field, old_value, new_value, path, effect);
      return;
  }
}

void Walk::fields(std::span<const Field> fields, const Json& old_value, const Json& new_value,
                  const std::string& path, Effect effect) {
  const std::string prefix = path.empty() ? "" : path + ".";
  for (const auto& one : fields) {
    if (one.special == Special::ignored) continue;
    const auto inside = one.effect == Effect::none ? effect : one.effect;
    field(one, member(old_value, one.name, absent_), member(new_value, one.name, absent_),
          prefix + std::string(one.name), inside);
  }
  if (!old_value.is_object() || !new_value.is_object()) return;
  // What the table does not know makes a difference only where both sides say it: an engine may add
  // fields.
  for (const auto& [name, value] : old_value.items()) {
    if (find_field(fields, name) != nullptr) continue;
    const auto& other = member(new_value, name, absent_);
    if (!other.is_null() && other != value) {
      const Field unknown{.name = name};
      add(prefix + name, shown(unknown, value), shown(unknown, other), effect);
    }
  }
}

Changes compare(const Spec& live, const Spec& desired) {
  const Spec before = canonical(live);
  const Spec after = canonical(desired);
  if (before.json() == after.json()) return {};  // most of all that is compared
  Walk walk;
  walk.fields(service_spec_fields(), before.json(), after.json(), "", Effect::none);
  auto changes = walk.take();
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.field.path < b.field.path; });
  return changes;
}

}  // namespace

std::string FieldChange::old_text() const {
  return text_of(old_value);
}

std::string FieldChange::new_text() const {
  return text_of(new_value);
}

std::vector<FieldChange> diff(const Spec& live, const Spec& desired) {
  std::vector<FieldChange> result;
  for (auto& change : compare(live, desired)) result.push_back(std::move(change.field));
  return result;
}

bool restarts_tasks(const Spec& live, const Spec& desired) {
  const auto changes = compare(live, desired);
  return std::any_of(changes.begin(), changes.end(),
                     [](const Change& change) { return change.effect == Effect::restarts; });
}

}  // namespace skep::swarm
