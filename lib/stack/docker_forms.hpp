#pragma once
// What docker's schema and decoder want, where that is not what skep takes: only a file that is
// read as docker reads it is held to it.
#include "stack/keys.hpp"
#include "yaml/document.hpp"

#include <map>
#include <string>
#include <string_view>

namespace skep::stack {

struct DockerForm {
  Form form = Form::any;
  /// docker turns a variable's text into this number or boolean; elsewhere a text stays one.
  bool cast = false;
};

/// By the path of a key's row; what has no line has the row's own form, and no cast.
const std::map<std::string_view, DockerForm>& docker_forms();

/// Whether docker drops keys here that its schema does not name, instead of refusing the file.
bool docker_drops_unknown(std::string_view path);

/// Whether docker's schema allows no value twice in the list at `path` (uniqueItems).
bool docker_holds_once(std::string_view path);

/// Two values that JSON holds for the same have the same.
std::string json_identity(const yaml::Node& node);

/// Fields that docker keeps as pointers to a number: in its merge and its output 0 is not nothing.
bool docker_zero_counts(std::string_view path);

/// What Go's %s makes of a value, which docker gives numbers to as well (docker/cli
/// cli/compose/loader, toStringList).
std::string as_go_prints(const yaml::Node& value);

/// The version from which on docker takes keys that begin with x- below `path`; "" when it never
/// does.
std::string_view docker_extensions(std::string_view path);

}  // namespace skep::stack
