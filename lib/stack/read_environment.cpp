// environment, env_file, and the files that a stack names.
#include "base/files.hpp"
#include "stack/canonical.hpp"
#include "stack/check.hpp"
#include "stack/readers.hpp"
#include "yaml/dotenv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

namespace skep::stack {
namespace {

// More than any secret, config or file of variables: where a device stands, reading must end.
constexpr std::size_t kLargestObject = 4 << 20;

/// What a file says of a variable, and where.
struct Given {
  std::optional<std::string> value;
  SourceLoc loc;
};
using GivenByName = std::map<std::string, Given>;

/// docker's kvfile: NAME=VALUE a line, nothing is unquoted; NAME alone takes its value from the
/// environment, and is nothing where that has none (docker/cli pkg/kvfile).
GivenByName parse_env_file(const std::string& text, const std::string& file, const Cursor& cursor) {
  GivenByName result;
  const auto bad = [&](int line, const std::string& what, const char* hint = "write NAME=VALUE") {
    cursor.context().problems.error({file, line, 1}, cursor.path(), what, hint);
  };
  std::size_t from = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (int number = 1; from < text.size(); ++number) {
    const auto end = std::min(text.find('\n', from), text.size());
    std::string line = text.substr(from, end - from);
    from = end + 1;
    if (line.ends_with('\r')) line.pop_back();
    line.erase(0, line.find_first_not_of(" \t\v\f\r"));
    if (line.empty() || line.front() == '#') continue;
    const auto equals = line.find('=');
    const std::string name = line.substr(0, equals);
    if (name.empty()) {
      bad(number, "a variable without a name");
    } else if (name.find_first_of(" \t") != std::string::npos) {
      const bool exported = name.starts_with("export ") && !cursor.as_docker();
      bad(number, fmt::format("the name \"{}\" holds a blank", name),
          exported ? "write NAME=VALUE, or env_file: [{path: FILE}], which reads it as Compose does"
                   : "write NAME=VALUE");
    } else if (equals != std::string::npos) {
      result[name] = {line.substr(equals + 1), {file, number, 1}};
    } else if (const auto value = cursor.options().variable(name)) {
      result[name] = {*value, {file, number, 1}};
    }
  }
  return result;
}

/// As Compose reads it, with quotes and `${…}` (yaml/dotenv.hpp).
GivenByName parse_dotenv(const std::string& text, const std::string& file, const Cursor& cursor,
                         Diagnostics& problems) {
  const auto lookup = [&](const std::string& name) { return cursor.options().variable(name); };
  GivenByName result;
  for (const auto& variable : yaml::read_dotenv(text, file, lookup, problems))
    result[variable.name] = {variable.value, variable.loc};
  return result;
}

/// Whoever wrote the file for Compose gets other values from the short form, and nothing else would
/// say so.
void warn_of_other_reading(const GivenByName& raw, const std::string& text, const std::string& file,
                           const Cursor& cursor) {
  Diagnostics mistakes;
  GivenByName as_compose;
  try {
    as_compose = parse_dotenv(text, file, cursor, mistakes);
  } catch (const Error&) {
    return;  // no text that Compose reads: the file was not written for it
  }
  std::vector<std::pair<SourceLoc, std::string>> differ;
  for (const auto& [name, given] : raw) {
    const auto other = as_compose.find(name);
    if (other == as_compose.end() || other->second.value != given.value)
      differ.emplace_back(given.loc, name);
  }
  if (differ.empty()) return;
  std::sort(differ.begin(), differ.end());
  Diagnostic one{Severity::warning, differ.front().first, cursor.path(), "", ""};
  for (auto at = differ.begin() + 1; at != differ.end(); ++at) one.also.push_back(at->first);
  one.message = fmt::format(
      "Compose reads another value for {}{}: the short form takes a line as it stands, as docker "
      "stack deploy does",
      differ.front().second,
      differ.size() == 1 ? "" : fmt::format(" and {} more", differ.size() - 1));
  one.hint =
      "write env_file: [{path: FILE}] for quotes, comments and ${…} as Compose reads them, or "
      "[{path: FILE, format: raw}] for lines as they stand";
  cursor.context().problems.add(std::move(one));
}

struct EnvFile {
  Cursor cursor;
  std::string path;
  bool required = true;
  /// As it is, without quotes: docker reads a file that is named by its path alone so, and the
  /// Compose Specification one with `format: raw`.
  bool raw = true;
  bool short_form = false;  // which of the two is meant is not said
};

EnvFile env_file(const Cursor& cursor) {
  if (!cursor.is_map() || cursor.as_docker())
    return {cursor, cursor.text(), true, true, !cursor.as_docker()};
  const Cursor path = cursor.at("path");
  if (path.missing()) cursor.error("path is missing", "write {path: FILE}");
  return {path, path.text(), cursor.at("required").boolean_if_there().value_or(true),
          cursor.at("format").text() == "raw", false};
}

std::vector<EnvFile> env_files(const Cursor& cursor) {
  std::vector<EnvFile> result;
  if (cursor.is_list()) {
    for (const auto& item : cursor.items()) result.push_back(env_file(item));
  } else if (cursor.filled()) {
    result.push_back(env_file(cursor));
  }
  return result;
}

/// A variable without a value takes the one that `${NAME}` has. docker does so for empty values
/// too.
void lay_over(Environment& result, const Environment& variables, const Cursor& cursor) {
  for (const auto& [name, value] : variables) {
    const bool asks = !value || (value->empty() && cursor.as_docker());
    const auto from_env = asks ? cursor.options().variable(name) : std::nullopt;
    result[name] = from_env ? from_env : value;
  }
}

/// What the service's env files say; a later one's word counts.
GivenByName given_by_files(const Cursor& service) {
  GivenByName result;
  for (const auto& file : env_files(service.at("env_file"))) {
    if (file.path.empty()) {
      if (file.cursor.is_text())
        file.cursor.error("names no file", "write a path, or remove the key");
      continue;
    }
    const std::string path = resolved_path(file.cursor, file.path);
    if (!file.required && !file_exists(path)) continue;
    const auto text = content_of(file.cursor, path);
    if (!text) continue;
    const auto variables =
        file.raw ? parse_env_file(*text, path, file.cursor)
                 : parse_dotenv(*text, path, file.cursor, file.cursor.context().problems);
    if (file.short_form) warn_of_other_reading(variables, *text, path, file.cursor);
    for (const auto& [name, given] : variables) result[name] = given;
  }
  return result;
}

/// With what the engine would refuse reported.
Environment given_variables(const Cursor& service) {
  const GivenByName from_files = given_by_files(service);
  const Cursor own = service.at("environment");
  const Environment written = own.assignments();
  Environment result;
  for (const auto& [name, given] : from_files) lay_over(result, {{name, given.value}}, service);
  lay_over(result, written, service);
  for (const auto& [name, value] : result) {
    if (!value || value->find("{{") == std::string::npos) continue;
    const auto file = from_files.find(name);
    const Cursor place =
        written.contains(name) || file == from_files.end()
            ? entry_of(own, name)
            : Cursor(own.context(), nullptr, yaml::join_path(own.path(), name), file->second.loc);
    check_placeholders(place, *value, Expander::swarm, name);
  }
  return result;
}

}  // namespace

// Compose and docker leave a variable without a value out, without a word.
Environment environment(const Cursor& service) {
  Environment result = given_variables(service);
  const Cursor own = service.at("environment");
  for (const auto& [name, value] : result) {
    const Cursor entry = entry_of(own, name);
    const bool refused = name.empty() || entry.is_map() || entry.is_list();  // which was said
    if (value || refused) continue;
    service.context().problems.notice(
        entry.loc(), yaml::join_path(own.path(), name),
        "has no value here: the container gets no such variable",
        service.as_docker() ? "export it, or write NAME=VALUE"
                            : "set it in the environment, in .env or in a file of --env-file, or "
                              "write NAME=VALUE");
  }
  return result;
}

yaml::Node resolved_environment(const Cursor& service) {
  const Cursor own = service.at("environment");
  const yaml::Node written =
      own.filled() ? as_pairs(own.node(), service.options().compat) : yaml::Node::map();
  yaml::Node result = yaml::Node::map();
  for (const auto& [name, value] : given_variables(service)) {
    const yaml::Entry* entry = written.find_entry(name);
    const Cursor files = service.at("env_file");
    const yaml::Place place = entry != nullptr ? entry->value.place()
                              : files.there()  ? files.node().place()
                                               : yaml::Place{};
    yaml::Node node = value ? yaml::Node::string(*value) : yaml::Node();
    node.set_quoted(true);  // no date for docker's reading
    result.put({name, node.at(place), entry != nullptr ? entry->key_place : place});
  }
  return result.at(own.filled() ? own.node().place() : service.node().place());
}

Pairs labels(const Cursor& service) {
  Pairs result;
  const Cursor files = service.at("label_file");
  for (const auto& file : files.is_list() ? files.items() : std::vector{files}) {
    if (!file.is_text()) continue;
    const std::string path = resolved_path(file, file.text());
    const auto text = content_of(file, path);
    if (!text) continue;
    for (const auto& [name, given] : parse_dotenv(*text, path, file, file.context().problems))
      result[name] = given.value.value_or("");
  }
  for (const auto& [name, value] : service.at("labels").pairs()) result[name] = value;
  return result;
}

std::string resolved_path(const Cursor& cursor, const std::string& path) {
  if (!path.starts_with('~')) return absolute_path(cursor.options().base_dir, path);
  const auto home = cursor.options().env.get("HOME");
  if (!home) {
    cursor.error("\"~\" means HOME, which is not set", "set HOME, or write the whole path");
    return path;
  }
  return absolute_path(cursor.options().base_dir, *home + path.substr(1));
}

std::optional<std::string> content_of(const Cursor& cursor, const std::string& path) {
  if (!file_exists(path)) {
    // Paths of an included file are absolute here: the words must be true of any.
    cursor.error(fmt::format("the file {} is not there", path),
                 "it is read on this machine; a relative path starts in the folder of the Compose "
                 "file");
    return std::nullopt;
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    cursor.error(fmt::format("{} is a folder", path), "name a file in it");
    return std::nullopt;
  }
  const bool large = std::filesystem::file_size(path, ignored) > kLargestObject && !ignored;
  try {
    return read_file(path, kLargestObject);
  } catch (const Error& error) {
    // One finding of many, not the end.
    cursor.error(error.message(),
                 large ? "a secret holds less than 500 KiB, a config less than 1000 KiB"
                       : "it must be a file that this user may read");
    return std::nullopt;
  }
}

}  // namespace skep::stack
