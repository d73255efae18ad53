#pragma once
// What the tests of lib/render share.
#include "render/render.hpp"
#include "support/catch.hpp"
#include "yaml/emit.hpp"
#include "yaml/read.hpp"

#include <map>
#include <optional>
#include <string>

namespace skep::test {

inline yaml::Node values(const std::string& text) {
  Diagnostics diagnostics;
  yaml::Node root = yaml::read(text, "skep.yml", diagnostics).root;
  REQUIRE(diagnostics.empty());
  return root.is_null() ? yaml::Node::map() : root;
}

inline render::Inputs inputs(const yaml::Node& values,
                             std::map<std::string, std::string> variables = {}) {
  render::Inputs result;
  result.values = values;
  result.builtins = {"shop-staging", "shop", "staging", false};
  result.interpolation.lookup = [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  return result;
}

}  // namespace skep::test
