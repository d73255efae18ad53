#pragma once
// `$VAR`, `${VAR}`, `${VAR:-default}`, `${VAR-default}`, `${VAR:?why}`, `${VAR?why}`,
// `${VAR:+instead}`,
// `${VAR+instead}`, nested, and `$$` for a `$`; in values, never in keys. Braces in a default, an
// error's text and an alternative come in pairs: `${L:-{"level":"info"}}`. (Compose Specification,
// 12-interpolation; docker/cli cli/compose/template for the docker dialect, where the first `}`
// ends it.)
#include "base/diagnostics.hpp"
#include "yaml/document.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace skep::yaml {

/// A variable's value; nullopt when it is not set.
using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

enum class Dialect {
  compose,
  docker,  // what `docker stack deploy` does, its dash bug included: no `+`, no nesting, a missing
           // variable is blank
};

class Used;

/// What to do about a variable that has no value, for a hint.
using Advice = std::function<std::string(const std::string& name)>;

struct Interpolation {
  Lookup lookup;
  bool allow_missing = false;  // a missing variable without a default is blank instead of an error
  Dialect dialect = Dialect::compose;
  Advice advice = {};    // without it: to set it, or to give a default
  Used* used = nullptr;  // remembers the variables of a tree (yaml/used.hpp)
};

/// Behind the state of a variable, in the warning that it is blank where docker says nothing.
inline constexpr const char* kBlankAsDocker = ": it is blank, as docker has it";

struct Interpolated {
  struct Problem {
    std::string message;
    std::string hint;
    bool of_form = false;  // the message quotes a part of the text; else a variable has no value
  };
  /// A variable that left nothing in its place.
  struct Blank {
    std::string name;
    bool set = false;        // it is empty
    bool defaulted = false;  // an empty default was given, so it may be blank
  };
  std::string text;  // with problems the text as it was
  std::vector<Problem>
      problems;  // each variable without a value; the first wrong form ends the search
  std::vector<Blank> blank = {};
};

Interpolated interpolate(const std::string& text, const Interpolation& how);

/// Every string of the tree that `${…}` changes becomes the new text, marked as interpolated
/// (Node::interpolated): it stays a string, and readers cast it as docker does. Problems go to
/// `diagnostics` with the path below `path`; a variable without a value is one problem, however
/// many places it has. Where the file is read as docker reads it, that is only a warning (docker
/// says nothing).
Node interpolate(Node node, const Interpolation& how, Diagnostics& diagnostics,
                 const std::string& path = {});

/// The tree that interpolates to this one: every `$` of a value is doubled.
Node with_dollars_doubled(Node node);

}  // namespace skep::yaml
