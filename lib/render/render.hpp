#pragma once
// Template and values → the Compose document. Tags become opaque tokens, the text is parsed, `${…}`
// is replaced, and only then do values replace the tokens inside the parsed scalars. So a value
// arrives unchanged and can never alter the structure.
#include "base/diagnostics.hpp"
#include "render/template.hpp"
#include "yaml/document.hpp"
#include "yaml/interpolate.hpp"

#include <string>

namespace skep::render {

/// Values that every template has. None changes by itself (such as the time): each release would be
/// a change.
struct Builtins {
  std::string stack;                    // [[stack]]
  std::string base_stack;               // [[base_stack]]: before -e changes it
  std::string environment;              // [[environment.name]]
  bool dockerfile_healthcheck = false;  // [[dockerfile.healthcheck]] (has_healthcheck)
};

struct Inputs {
  yaml::Node values;  // a map: `values:` of skep.yml
  Builtins builtins;
  yaml::Interpolation interpolation;
};

/// The nodes know the template's file, line and column; the parts of a value that is a list or map
/// keep the place where the value was written. Problems (unknown or missing values, wrong types,
/// undefined names, equal keys, missing variables) go to `diagnostics`. Throws Error{input} when
/// the template is not YAML.
yaml::Document render(const Template& source, const Inputs& inputs, Diagnostics& diagnostics);

}  // namespace skep::render
