#include "swarm/shape.hpp"

#include "base/error.hpp"
#include "swarm/canonical.hpp"
#include "swarm/paths.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace skep::swarm {
namespace {

bool all_of(const Json& list, bool (Json::*test)() const noexcept) {
  return list.is_array() &&
         std::all_of(list.begin(), list.end(), [test](const Json& item) { return (item.*test)(); });
}

std::string misshapen_fields(std::span<const Field> fields, const Json& object,
                             const std::string& path);

/// What an element of a list is for: to refer to something by this name.
constexpr std::array<std::string_view, 2> kReferences = {"SecretName", "ConfigName"};

/// What refers to something, or is called something, is a text wherever it stands.
bool is_name(std::string_view field) {
  constexpr std::array<std::string_view, 7> kNames = {"Name",   "Image",      "Target",    "Source",
                                                      "Config", "SecretName", "ConfigName"};
  return std::find(kNames.begin(), kNames.end(), field) != kNames.end();
}

/// The reference that an element of a list must have and has not, or "".
std::string missing_reference(std::span<const Field> fields, const Json& element) {
  for (const auto& field : fields) {
    const bool refers =
        field.special == Special::network ||
        std::find(kReferences.begin(), kReferences.end(), field.name) != kReferences.end();
    if (!refers) continue;
    const auto found = element.find(field.name);
    if (found == element.end() || is_empty(*found)) return std::string(field.name);
  }
  return "";
}

/// What the value should be and is not, or "".
std::string wrong_form(const Field& field, const Json& value) {
  switch (field.kind) {
    case FieldKind::value:
      if (is_name(field.name) && !value.is_string()) return "no text";
      if (field.fallback == Fallback::text && !value.is_string()) return "no text";
      if (field.fallback == Fallback::number && !value.is_number_integer()) return "no number";
      return "";
    case FieldKind::set:
      return value.is_array() ? "" : "no list";
    case FieldKind::env:
      return all_of(value, &Json::is_string) ? "" : "no list of texts";
    case FieldKind::map:
      return value.is_object() && std::all_of(value.begin(), value.end(),
                                              [](const Json& one) { return one.is_string(); })
                 ? ""
                 : "no map of texts";
    case FieldKind::object:
      return value.is_object() ? "" : "no object";
    case FieldKind::list:
      return all_of(value, &Json::is_object) ? "" : "no list of objects";
  }
  return "";
}

std::string misshapen_field(const Field& field, const Json& value, const std::string& path) {
  if (const auto wrong = wrong_form(field, value); !wrong.empty()) return path + " is " + wrong;
  if (field.kind == FieldKind::object) return misshapen_fields(field.fields, value, path + ".");
  if (field.kind != FieldKind::list) return "";
  for (const auto& item : value) {
    if (auto wrong = misshapen_fields(field.fields, item, path + "[]."); !wrong.empty())
      return wrong;
    if (const auto missing = missing_reference(field.fields, item); !missing.empty())
      return fmt::format("{}[] has no {}", path, missing);
  }
  return "";
}

std::string misshapen_fields(std::span<const Field> fields, const Json& object,
                             const std::string& path) {
  for (const auto& [name, value] : object.items()) {
    const auto* field = find_field(fields, name);
    if (field == nullptr || value.is_null()) continue;
    if (auto wrong = misshapen_field(*field, value, path + name); !wrong.empty()) return wrong;
  }
  return "";
}

/// Members that are null, at every depth.
void drop_nulls(Json& value) {
  if (value.is_object()) {
    for (auto member = value.begin(); member != value.end();) {
      drop_nulls(*member);
      member = member->is_null() ? value.erase(member) : std::next(member);
    }
  } else if (value.is_array()) {
    for (auto& item : value) drop_nulls(item);
  }
}

}  // namespace

std::string misshapen(const Json& spec) {
  return spec.is_object() ? misshapen_fields(service_spec_fields(), spec, "")
                          : "the spec is no object";
}

void require_shape(const Json& spec, const std::string& whose) {
  if (const auto wrong = misshapen(spec); !wrong.empty())
    throw Error(Kind::rejected, fmt::format("{}: {}", whose, wrong),
                "that is no spec of the Engine API: which engine answers there?");
}

Json without_nulls(Json value) {
  drop_nulls(value);
  return value;
}

}  // namespace skep::swarm
