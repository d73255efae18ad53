#pragma once
// `$VAR`, `${VAR}`, `${VAR:-default}`, `${VAR-default}`, `${VAR:?why}`, `${VAR?why}`,
// `${VAR:+instead}`,
// `${VAR+instead}`, nested, and `$$` for a `$`; in values, never in keys. (Compose Specification,
// 12-interpolation; docker/cli cli/compose/template for the docker dialect.)
#include "base/diagnostics.hpp"
#include "yaml/document.hpp"

#include <functional>
#include <optional>
#include <string>

namespace skep::yaml {

/// A variable's value; nullopt when it is not set.
using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

enum class Dialect {
  compose,
  docker,  // what `docker stack deploy` does, its dash bug included: no `+`, no nesting, a missing
           // variable is blank
};

struct Interpolation {
  Lookup lookup;
  bool allow_missing = false;  // a missing variable without a default is blank instead of an error
  Dialect dialect = Dialect::compose;
};

struct Interpolated {
  std::string text;
  std::string problem;  // why it could not be done; "" when all is well
  std::string invalid;  // the text that the problem quotes, when it is about the form
  std::string hint;
};

Interpolated interpolate(const std::string& text, const Interpolation& how);

/// Every string of the tree that `${…}` changes becomes the new text, marked as interpolated
/// (Node::interpolated): it stays a string, and readers cast it as docker does. Problems go to
/// `diagnostics` with the path below `path`.
Node interpolate(Node node, const Interpolation& how, Diagnostics& diagnostics,
                 const std::string& path = {});

}  // namespace skep::yaml
