#pragma once
// Puts values in place of the tags inside parsed scalars. For lib/render only.
#include "yaml/document.hpp"

#include <functional>
#include <string>

namespace skep::render {

using ValueOf = std::function<yaml::Node(const std::string& name)>;

/// `node` with the [[name]] tags in its strings replaced. A string that is just one tag becomes the
/// value itself; elsewhere a tag becomes the value's text. For defaults in template.yml, which are
/// parsed already.
yaml::Node fill_tags(yaml::Node node, const ValueOf& value_of);

/// A scalar as text: a string as it is, a number as Go prints it.
std::string text_of(const yaml::Node& scalar);

}  // namespace skep::render
