#pragma once
// The values that a template's tags can name: its parameters, given or by default, and the built-in
// ones. For lib/render only.
#include "base/diagnostics.hpp"
#include "render/render.hpp"
#include "render/template.hpp"
#include "yaml/document.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skep::render {

class Values {
 public:
  /// Reports unknown and missing values and wrong types.
  Values(const Template& source, const Inputs& inputs, Diagnostics& diagnostics);

  /// The value of a name or path ("networks.0", "environment.name"). Null when it is declared but
  /// has no value or no such part; nullopt when no such name is declared.
  std::optional<yaml::Node> find(const std::string& name) const;
  std::vector<std::string> names() const;

 private:
  void take(const Template& source, const Inputs& inputs, Diagnostics& diagnostics);
  yaml::Node by_default(const Parameter& parameter) const;
  void require(const Template& source, const yaml::Node& given, Diagnostics& diagnostics) const;

  std::map<std::string, yaml::Node> values_;
};

/// Whether a section of this value is shown: not for null, false, and empty strings, lists and
/// maps.
bool truthy(const yaml::Node& value);

/// The part of `value` at a path: keys of maps and positions of lists, separated by dots; null when
/// there is no such part.
yaml::Node part_of(const yaml::Node& value, const std::string& path);

/// The value as this type takes it, or nullopt.
std::optional<yaml::Node> accept(const yaml::Node& value, ValueType type);

}  // namespace skep::render
