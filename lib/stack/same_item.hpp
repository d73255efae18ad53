#pragma once
// Which items of two lists are the same one, by the rules of a merge. For lib/stack only.
#include "stack/merge.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skep::stack {

/// What makes two items the same one.
using Identity = std::function<std::string(const yaml::Node&)>;

/// nullopt for a list that appends.
std::optional<Identity> identity_of(const Key& key, MergeRules rules);

/// Items of `over` take the places of those of `base` that are the same. What one list has twice
/// stays: it is for the readers to report, as where there is one file.
std::vector<yaml::Node> united(const std::vector<yaml::Node>& base,
                               const std::vector<yaml::Node>& over, const Identity& identity);

/// The last of those that are the same, in the first one's place: docker keeps these lists as maps.
std::vector<yaml::Node> once_each(const std::vector<yaml::Node>& items, const Identity& identity);

/// The text of a map's value; "" where there is none.
std::string text_at(const yaml::Node& map, std::string_view key);

}  // namespace skep::stack
