#include "support/second_reader.hpp"

#include "support/catch.hpp"
#include "yaml/emit.hpp"
#include "yaml/read.hpp"

#include <yaml-cpp/yaml.h>

#include <cmath>
#include <cstdint>

namespace skep::test {
namespace {

using yaml::Type;

/// yaml-cpp's tag of a scalar without quotes; one in quotes, or a block, has "!".
constexpr const char* kPlain = "?";
constexpr const char* kBinary = "tag:yaml.org,2002:binary";

/// Whether yaml-cpp takes a scalar for a T: then it is `value`.
template <typename T>
bool takes_for(const YAML::Node& scalar, T& value) {
  return scalar.IsScalar() && scalar.Tag() == kPlain && YAML::convert<T>::decode(scalar, value);
}

Type type_of(const YAML::Node& node) {
  bool boolean = false;
  std::int64_t integer = 0;
  double floating = 0;
  if (node.IsMap()) return Type::map;
  if (node.IsSequence()) return Type::list;
  if (node.IsNull()) return Type::null;
  if (takes_for(node, boolean)) return Type::boolean;
  if (takes_for(node, integer)) return Type::integer;
  return takes_for(node, floating) ? Type::floating : Type::string;
}

std::string content_of(const YAML::Node& node) {
  if (node.Tag() != kBinary) return node.Scalar();
  const auto bytes = YAML::DecodeBase64(node.Scalar());
  return {bytes.begin(), bytes.end()};
}

/// Of scalars of the same type.
bool same_scalar(const YAML::Node& found, const yaml::Node& wanted) {
  switch (wanted.type()) {
    case Type::boolean:
      return found.as<bool>() == wanted.as_boolean();
    case Type::integer:
      return found.as<std::int64_t>() == wanted.as_integer();
    case Type::floating: {
      const auto value = found.as<double>();
      const auto meant = wanted.as_floating();
      return value == meant || (std::isnan(value) && std::isnan(meant));
    }
    case Type::string:
      return content_of(found) == wanted.as_string();
    case Type::null:
    case Type::list:
    case Type::map:
      break;
  }
  return true;
}

std::string shown(const YAML::Node& node) {
  if (node.IsMap() || node.IsSequence()) return std::to_string(node.size()) + " of them";
  return node.IsNull() ? "null" : node.Scalar();
}

std::string difference(const YAML::Node& found, const yaml::Node& wanted, const std::string& path);

std::string of_entries(const YAML::Node& found, const yaml::Node& wanted, const std::string& path) {
  auto entry = wanted.entries().begin();
  for (const auto& pair : found) {
    const auto below = yaml::join_path(path, entry->key);
    auto text = difference(pair.first, yaml::Node::string(entry->key), below + " (key)");
    if (text.empty()) text = difference(pair.second, entry->value, below);
    if (!text.empty()) return text;
    ++entry;
  }
  return "";
}

std::string of_items(const YAML::Node& found, const yaml::Node& wanted, const std::string& path) {
  auto item = wanted.items().begin();
  for (std::size_t i = 0; i < wanted.size(); ++i, ++item) {
    const auto text = difference(found[i], *item, yaml::join_path(path, i));
    if (!text.empty()) return text;
  }
  return "";
}

std::string difference(const YAML::Node& found, const yaml::Node& wanted, const std::string& path) {
  const auto type = type_of(found);
  const bool nests = wanted.is_map() || wanted.is_list();
  const bool same =
      type == wanted.type() && (nests ? found.size() == wanted.size() : same_scalar(found, wanted));
  if (!same) {
    return path + ": yaml-cpp reads " + yaml::with_article(type) + ", " + shown(found) +
           "; it is " + yaml::with_article(wanted.type()) + ", " + yaml::emit(wanted);
  }
  return wanted.is_map()    ? of_entries(found, wanted, path)
         : wanted.is_list() ? of_items(found, wanted, path)
                            : "";
}

}  // namespace

std::string read_otherwise(const std::string& text, const yaml::Node& value) {
  try {
    const auto documents = YAML::LoadAll(text);
    if (documents.size() == 1) return difference(documents.front(), value, "");
    return "yaml-cpp reads " + std::to_string(documents.size()) + " documents";
  } catch (const YAML::Exception& error) {
    return std::string("yaml-cpp refuses it: ") + error.what();
  }
}

yaml::Node read_by_both(const std::string& text) {
  Diagnostics problems;
  auto root = yaml::read(text, "read by both", problems).root;
  const auto otherwise = read_otherwise(text, root);
  if (!problems.empty() || !otherwise.empty()) FAIL(text << "\n" << format(problems) << otherwise);
  return root;
}

}  // namespace skep::test
