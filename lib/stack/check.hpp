#pragma once
// What is wrong with a file, beside what its readers say: keys, placeholders, and whether the parts
// go together.
#include "stack/cursor.hpp"
#include "stack/placeholders.hpp"
#include "stack/stack.hpp"
#include "yaml/document.hpp"

#include <string>

namespace skep::stack {

/// Compares the document with the table of keys: reports unknown keys, wrong kinds, values that are
/// not in a list, and keys that are left out.
void check_keys(const yaml::Document& document, Context& context);

/// Fills in Build::wrong, why it cannot be built; an image must be named. Not for `skep config`.
void check_build(const Cursor& cursor, Service& service);
/// The same for services that build different things under one name.
void check_builds_together(Stack& stack);

/// The places of the names of a map, or of a list of NAME=VALUE.
Places places_of(const Cursor& pairs);
/// The value of NAME in a map, or its item in a list of NAME=VALUE.
Cursor entry_of(const Cursor& pairs, const std::string& name);

/// Reports where the engine, which expands `text` as a Go template, would refuse it. `name` is the
/// variable's or label's, which tells whether the text is a secret. Not for `skep config`.
void check_placeholders(const Cursor& value, const std::string& text, Expander expander,
                        const std::string& name = {});
/// The same for the volumes, secrets and configs that services use.
void check_used_placeholders(const Cursor& root, const Stack& stack);

/// Reports references to missing things, and what the engine would refuse.
void check_stack(const Stack& stack, const Context& context);
/// Reports one-offs that cannot be one, and `x-skep-run` on services that are not one-offs.
void check_one_offs(const Stack& stack, Diagnostics& problems);

}  // namespace skep::stack
