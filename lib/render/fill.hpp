#pragma once
// Values into the places of tags inside parsed scalars. For lib/render only.
#include "yaml/document.hpp"

#include <functional>
#include <string>

namespace skep::render {

using ValueOf = std::function<yaml::Node(const std::string& name)>;

/// `node` with the [[name]] tags in its strings replaced: a string that is one tag becomes the
/// value itself, others the value's text. For defaults in template.yml, which are parsed already.
yaml::Node fill_tags(yaml::Node node, const ValueOf& value_of);

/// The text of a scalar inside another text: a string as it is, a number as Go prints it.
std::string text_of(const yaml::Node& scalar);

}  // namespace skep::render
