#pragma once
// What placeholders may name: the fields and functions of each of those who expand texts.
#include "stack/placeholders.hpp"

#include <string>
#include <string_view>

namespace skep::stack {

/// What a value is, as far as that says which fields it has.
enum class Is { unknown, text, labels, swarm, service, node, platform, task, log };

struct Field {
  Is of;
  std::string_view name;
  Is is = Is::text;
  int arguments = -1;  // of a method; -1: it is none
};

struct Function {
  std::string_view name;
  int least;  // arguments
  int most;
  Is is = Is::unknown;
};

/// What "." is at first.
Is root_of(Expander expander);
/// nullptr where there is none.
const Field* find_field(Is of, std::string_view name);
const Function* find_function(Expander expander, std::string_view name);

/// The field of `of`, which `before` names, that `name` may be meant to be: one that goes by this
/// name deeper down (".Node.Hostname" for "Hostname"), or nearly by it; "" for none.
std::string meant_field(Is of, const std::string& name, const std::string& before = {});
/// The same of a function: a field without its dots, or nearly a function.
std::string meant_function(Expander expander, const std::string& name);

/// What placeholders may name, for a hint: ".Service.ID, .Service.Name, …".
std::string placeholders(Expander expander);

}  // namespace skep::stack
