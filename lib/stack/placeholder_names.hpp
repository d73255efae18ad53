#pragma once
// The names that placeholders may use: the fields and functions of each Expander.
#include "stack/placeholders.hpp"

#include <string>
#include <string_view>

namespace skep::stack {

/// The type of a value, as far as its fields depend on it.
enum class Is { unknown, text, labels, swarm, service, node, platform, task, log };

struct Field {
  Is of;
  std::string_view name;
  Is is = Is::text;
  int arguments = -1;  // of a method; -1: not a method
};

struct Function {
  std::string_view name;
  int least;  // arguments
  int most;
  Is is = Is::unknown;
};

/// The type of "." at the start.
Is root_of(Expander expander);
/// nullptr when there is no such field or function.
const Field* find_field(Is of, std::string_view name);
const Function* find_function(Expander expander, std::string_view name);

/// The field that was probably meant by `name`, which `of` (written `before`) does not have: one
/// with this name deeper down (".Node.Hostname" for "Hostname"), or with nearly this name; "" for
/// none.
std::string meant_field(Is of, const std::string& name, const std::string& before = {});
/// The same for a function: a field written without its dot, or a function of nearly this name.
std::string meant_function(Expander expander, const std::string& name);

/// The names that placeholders may use, for a hint: ".Service.ID, .Service.Name, …".
std::string placeholders(Expander expander);

}  // namespace skep::stack
