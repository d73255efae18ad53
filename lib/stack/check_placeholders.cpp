// What the engine expands, held against what it would refuse.
#include "base/looks_secret.hpp"
#include "stack/check.hpp"
#include "stack/placeholder_names.hpp"
#include "stack/placeholders.hpp"
#include "stack/readers.hpp"

#include <fmt/format.h>

#include <set>

namespace skep::stack {
namespace {

constexpr const char* kLiteral = R"({{"{{"}} is a literal {{)";

/// `quote`: whether a word of the text may stand in the message.
void refuse(const Cursor& value, const BadPlaceholder& bad, Expander expander, bool quote) {
  std::string what = "the engine expands \"{{\" here, and would refuse this: " + bad.what;
  if (quote && !bad.word.empty()) what += ": " + bad.word;
  const std::string hint =
      quote && !bad.meant.empty()
          ? fmt::format("did you mean {}? {}", bad.meant, kLiteral)
          : fmt::format("{}; the placeholders are {}", kLiteral, placeholders(expander));
  value.error(what, hint);
}

/// Of a place that is no node of the file.
Cursor at_line(const Cursor& owner, const std::string& file, int line) {
  return {owner.context(), nullptr, owner.path(), {file, line, 1}};
}

void check_volume(const Cursor& cursor, const Volume& volume) {
  const Cursor name = cursor.at("name");
  check_placeholders(name.there() ? name : cursor.at("external").at("name"), volume.name,
                     Expander::swarm);
  if (volume.external) return;
  for (const auto& [key, value] : volume.labels)
    check_placeholders(entry_of(cursor.at("labels"), key), value, Expander::swarm, key);
  for (const auto& [key, value] : volume.driver_opts.value_or(Pairs{}))
    check_placeholders(entry_of(cursor.at("driver_opts"), key), value, Expander::swarm, key);
}

/// A secret or config with a template_driver.
void check_payload(const Cursor& cursor, const FileObject& object, bool secret) {
  if (object.external || object.template_driver.empty()) return;
  if (object.template_driver != "golang") {
    return cursor.at("template_driver")
        .warning(fmt::format("Swarm has no template driver \"{}\": the tasks would fail",
                             object.template_driver),
                 "write golang, or remove the key");
  }
  const auto bad = bad_placeholder(object.data.reveal(), Expander::payload);
  if (!bad) return;
  const Cursor file = cursor.at("file");
  if (file.is_text()) {
    return refuse(at_line(file, resolved_path(file, file.text()), bad->line + 1), *bad,
                  Expander::payload, !secret);
  }
  refuse(cursor.at(cursor.at("content").there() ? "content" : "environment"), *bad,
         Expander::payload, !secret);
}

}  // namespace

Places places_of(const Cursor& pairs) {
  Places result;
  for (const auto& item : pairs.items()) {
    result[split_pair(item.text()).name] = item.loc();
  }
  if (!pairs.is_map()) return result;
  for (const auto& entry : pairs.node().entries()) result[entry.key] = entry.key_loc();
  return result;
}

Cursor entry_of(const Cursor& pairs, const std::string& name) {
  Cursor found = pairs.at(name);
  for (const auto& item : pairs.items()) {
    if (split_pair(item.text()).name == name) found = item;
  }
  return found;
}

void check_placeholders(const Cursor& value, const std::string& text, Expander expander,
                        const std::string& name) {
  if (!value.options().whole) return;
  const auto bad = bad_placeholder(text, expander);
  if (bad) refuse(value, *bad, expander, !name_looks_secret(name) && !value_looks_secret(text));
}

void check_used_placeholders(const Cursor& root, const Stack& stack) {
  std::set<std::string> volumes, secrets, configs;
  for (const auto& [name, service] : stack.services) {
    for (const auto& mount : service.mounts) {
      if (mount.type == "volume" || mount.type == "cluster") volumes.insert(mount.source);
    }
    for (const auto& reference : service.secrets) secrets.insert(reference.source);
    for (const auto& reference : service.configs) configs.insert(reference.source);
  }
  const auto used = [&](const char* section, const auto& objects, const auto& names,
                        const auto& check) {
    for (const auto& [key, object] : objects) {
      if (names.contains(key)) check(root.at(section).at(key), object);
    }
  };
  used("volumes", stack.volumes, volumes, check_volume);
  used("secrets", stack.secrets, secrets,
       [](const Cursor& cursor, const FileObject& object) { check_payload(cursor, object, true); });
  used("configs", stack.configs, configs, [](const Cursor& cursor, const FileObject& object) {
    check_payload(cursor, object, false);
  });
}

}  // namespace skep::stack
