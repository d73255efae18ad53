#pragma once
// What is wrong with a file, beside what its readers say: keys, placeholders, and whether the parts
// go together.
#include "stack/cursor.hpp"
#include "stack/placeholders.hpp"
#include "stack/stack.hpp"
#include "yaml/document.hpp"

#include <string>

namespace skep::stack {

/// Walks the document beside the table of keys: unknown keys, wrong kinds, values out of the list,
/// what is left out.
void check_keys(const yaml::Document& document, Context& context);

/// Fills in what stands in the way of building it; an image must be named. Not for `skep config`.
void check_build(const Cursor& cursor, Service& service);
/// The same of services that build different things under one name.
void check_builds_together(Stack& stack);

/// Of a map, or a list of NAME=VALUE.
Places places_of(const Cursor& pairs);
/// The value of NAME in a map, or its item in a list of NAME=VALUE.
Cursor entry_of(const Cursor& pairs, const std::string& name);

/// Says where the engine, which expands `text` as a template of Go, would refuse it. `name` is that
/// of a variable or label, which may say that the text is a secret. Not for `skep config`.
void check_placeholders(const Cursor& value, const std::string& text, Expander expander,
                        const std::string& name = {});
/// The same of the volumes, secrets and configs that services use.
void check_used_placeholders(const Cursor& root, const Stack& stack);

/// References to what is not there, and what the engine would refuse.
void check_stack(const Stack& stack, const Context& context);
/// What a one-off cannot be, and `x-skep-run` where there is none.
void check_one_offs(const Stack& stack, Diagnostics& problems);

}  // namespace skep::stack
