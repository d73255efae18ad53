#pragma once
// What docker's schema and decoder want, where that is not what skep takes: only a file that is
// read as docker reads it is held to it.
#include "stack/keys.hpp"

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

/// The version from which on docker takes keys that begin with x- below `path`; "" when it never
/// does.
std::string_view docker_extensions(std::string_view path);

}  // namespace skep::stack
