#pragma once
// Tells which items of two lists are the same item, by the rules of a merge. For lib/stack only.
#include "stack/merge.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skep::stack {

/// What identifies an item.
using Identity = std::function<std::string(const yaml::Node&)>;

/// nullopt for lists that are just appended.
std::optional<Identity> identity_of(const Key& key, MergeRules rules);

/// Items of `over` replace the same items of `base`. An item that one list has twice stays: the
/// readers report it, as they do for one file.
std::vector<yaml::Node> united(const std::vector<yaml::Node>& base,
                               const std::vector<yaml::Node>& over, const Identity& identity);

/// Keeps the last of the same items, in the place of the first: docker keeps these lists as maps.
std::vector<yaml::Node> once_each(const std::vector<yaml::Node>& items, const Identity& identity);

/// The text of a map's value; "" when it has none.
std::string text_at(const yaml::Node& map, std::string_view key);

}  // namespace skep::stack
