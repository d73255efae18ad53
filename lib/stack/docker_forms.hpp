#pragma once
// Where docker's schema and decoder want another form than skep. Only files that are read as docker
// reads them are held to it.
#include "stack/keys.hpp"
#include "yaml/document.hpp"

#include <map>
#include <string>
#include <string_view>

namespace skep::stack {

struct DockerForm {
  Form form = Form::any;
  /// docker turns a variable's text into this number or boolean; elsewhere it stays text.
  bool cast = false;
};

/// By the path of a key's row. A row without a line here has its own form and no cast.
const std::map<std::string_view, DockerForm>& docker_forms();

/// Whether docker silently drops unknown keys here instead of refusing the file.
bool docker_drops_unknown(std::string_view path);

/// Whether docker's schema allows no value twice in the list at `path` (uniqueItems).
bool docker_holds_once(std::string_view path);

/// A text that is equal for two values that are equal in JSON.
std::string json_identity(const yaml::Node& node);

/// Whether docker keeps the field at `path` as a pointer to a number, so that 0 counts in its merge
/// and its output.
bool docker_zero_counts(std::string_view path);

/// What Go's %s makes of a value; docker uses it for numbers too (docker/cli cli/compose/loader,
/// toStringList).
std::string as_go_prints(const yaml::Node& value);

/// The first version in which docker takes x-* keys below `path`; "" when none does.
std::string_view docker_extensions(std::string_view path);

}  // namespace skep::stack
