// Top-level secrets and configs, and a service's references to them.
#include "base/limits.hpp"
#include "stack/readers.hpp"
#include "stack/short_syntax.hpp"

#include <fmt/format.h>

namespace skep::stack {
namespace {

/// The keys that give the content; there must be exactly one.
std::vector<std::string> sources(const Cursor& cursor) {
  std::vector<std::string> result;
  for (const char* key : {"file", "environment", "content", "driver"}) {
    if (cursor.at(key).there()) result.emplace_back(key);
  }
  return result;
}

bool source_reported(const Cursor& cursor) {
  for (const char* key : {"file", "environment", "content", "driver", "external"}) {
    if (cursor.at(key).reported()) return true;
  }
  return false;
}

/// nullopt where a diagnostic says why.
std::optional<std::string> content(const Cursor& cursor) {
  const Cursor file = cursor.at("file"), variable = cursor.at("environment"),
               content = cursor.at("content");
  if (file.is_text()) return content_of(file, resolved_path(file, file.text()));
  if (content.is_text()) return content.text();
  if (!variable.is_text()) return std::nullopt;
  const auto value = cursor.options().variable(variable.text());
  if (value) return value;
  const std::string state = fmt::format("the variable {} is not set", variable.text());
  if (cursor.options().allow_missing) {
    variable.error("is empty: " + state, "set it: the engine takes at least one byte");
  } else {
    variable.error(state, "set it in the environment, in .env or in a file of --env-file");
  }
  return std::nullopt;
}

void check_content(const Cursor& cursor, const std::string& source, const std::string& data,
                   std::size_t most) {
  const Cursor where = cursor.at(source);
  if (data.empty()) return where.error("is empty", "the engine takes at least one byte");
  if (data.size() > most)
    where.error(fmt::format("has {} bytes, at most {} are allowed", data.size(), most));
}

FileObject object(const std::string& key, const Cursor& cursor, std::size_t most) {
  FileObject object;
  const External where = external(key, cursor);
  object.external = where.external;
  object.name = where.name;
  object.driver = cursor.at("driver").text();
  object.driver_opts = cursor.at("driver_opts").pairs();
  object.template_driver = cursor.at("template_driver").text();
  object.labels = cursor.at("labels").pairs();
  // What is wrong with it as a whole is mostly its name.
  object.loc = cursor.at("name").filled() ? cursor.at("name").loc() : cursor.key_loc();
  // docker looks at nothing else of what is external (loadFileObjectConfig).
  if (object.external && cursor.as_docker()) return object;
  const auto from = sources(cursor);
  if (from.size() > 1) {
    cursor.at(from[1]).error(fmt::format("does not go with {}", from[0]), "keep one of them");
  } else if (object.external && !from.empty()) {
    cursor.at(from[0]).error("does not go with external",
                             "remove it: the content is in the swarm already");
  } else if (!object.external && from.empty() && cursor.options().whole &&
             !source_reported(cursor)) {
    cursor.context().problems.error(
        cursor.key_loc(), cursor.path(), "names no content",
        "add \"file:\", or \"external: true\" when it is in the swarm already");
  }
  const bool content_matters = cursor.options().whole && !object.external;
  if (!content_matters || from.size() != 1 || from[0] == "driver") return object;
  if (auto data = content(cursor)) {
    check_content(cursor, from[0], *data, most);
    object.data = Secret(std::move(*data));
  }
  return object;
}

std::map<std::string, FileObject> objects(const Cursor& section, std::size_t most) {
  std::map<std::string, FileObject> result;
  for (const auto& [key, cursor] : section.entries()) {
    if (cursor.is_map()) result.emplace(key, object(key, cursor, most));
  }
  return result;
}

/// 0440 (octal for YAML too), or "0440" in quotes.
std::optional<std::uint32_t> mode(const Cursor& cursor) {
  if (!cursor.filled()) return std::nullopt;
  const bool quoted = cursor.is_text() && !cursor.node().interpolated();
  if (!quoted) return file_mode(cursor);
  if (const auto value = octal_mode(cursor.text())) return static_cast<std::uint32_t>(*value);
  cursor.error(fmt::format("\"{}\" is no file mode", cursor.text()),
               "write an octal number such as 0440");
  return std::nullopt;
}

}  // namespace

External external(const std::string& key, const Cursor& object) {
  External result{false, object.at("name").text()};
  const Cursor cursor = object.at("external");
  if (cursor.is_map()) {
    result.external = true;
    const Cursor old_name = cursor.at("name");
    if (old_name.is_text() && !result.name.empty()) {
      old_name.error("does not go with name", "keep name alone");
    } else if (old_name.is_text()) {
      result.name = old_name.text();
    }
  } else {
    result.external = cursor.boolean();
  }
  if (result.external && result.name.empty()) result.name = key;
  return result;
}

std::vector<FileReference> file_references(const Cursor& list) {
  std::vector<FileReference> result;
  for (const auto& written : list.items()) {
    const Cursor item = written.in(LongForm::source);
    if (!item.is_map()) continue;
    if (item.at("source").missing()) item.error("source is missing", "write source: NAME");
    result.push_back({item.at("source").text(), item.at("target").text(), item.at("uid").scalar(),
                      item.at("gid").scalar(), mode(item.at("mode")), item.loc(),
                      item.at("target").loc()});
  }
  return result;
}

std::map<std::string, FileObject> secrets(const Cursor& section) {
  return objects(section, kMostSecretBytes);
}
std::map<std::string, FileObject> configs(const Cursor& section) {
  return objects(section, kMostConfigBytes);
}

}  // namespace skep::stack
