#include "stack/fits.hpp"

#include <fmt/format.h>

namespace skep::stack {
namespace {

bool is_number(const yaml::Node& node) {
  return node.type() == yaml::Type::integer || node.type() == yaml::Type::floating;
}

}  // namespace

bool is_value(const yaml::Node& node, Compat compat) {
  return node.is_string() || node.is_null() || is_number(node) ||
         (node.type() == yaml::Type::boolean && compat == Compat::none);
}

bool fits(Form form, const yaml::Node& node, Compat compat, bool casts) {
  const auto cast = casts ? casts_of(compat) : yaml::Casts::none;
  const bool null = node.is_null(), text = node.is_string(), list = node.is_list(),
             map = node.is_map();
  switch (form) {
    case Form::any:
      return true;
    case Form::text:
    case Form::duration:
      return text;
    case Form::text_or_null:
      return text || null;
    case Form::text_or_number:
      return text || is_number(node);
    case Form::integer:
      return whole_number(node, cast).has_value();
    case Form::integer_or_live:
      return whole_number(node, cast).has_value() ||
             (compat == Compat::none && text && node.text() == "live");
    case Form::number:
      return yaml::to_floating(node, cast).has_value();
    case Form::boolean:
      return yaml::to_boolean(node, cast).has_value();
    case Form::size:
      return text || node.type() == yaml::Type::integer;
    case Form::command:
      return text || list || null;
    case Form::text_or_list:
      return text || list;
    case Form::list_of_text:
    case Form::list_of_text_or_number:
    case Form::list:
      return list;
    case Form::pairs:
    case Form::hosts:
    case Form::list_or_map:
      return list || map;
    case Form::options:
    case Form::map:
      return map;
    case Form::map_or_null:
      return map || null;
    case Form::text_or_map:
      return text || map;
    case Form::integer_or_map:
      return map || whole_number(node, cast).has_value();
    case Form::boolean_or_map:
      return map || yaml::to_boolean(node, cast).has_value();
    case Form::port:
      return text || map || node.type() == yaml::Type::integer;
    case Form::list_or_text_or_map:
      return text || list || map;
  }
  return false;
}

std::string how_to_write(Form form, const yaml::Node& node) {
  switch (form) {
    case Form::text:
    case Form::text_or_null:
    case Form::text_or_number:
    case Form::text_or_list:
    case Form::text_or_map:
    case Form::command:
    case Form::list_or_text_or_map:
    case Form::port:
      return node.is_scalar() ? fmt::format("write it in quotes: \"{}\"", node.text()) : "";
    case Form::duration:
      return node.type() == yaml::Type::integer ? fmt::format("write the unit: {}s", node.text())
                                                : "";
    case Form::list_of_text:
    case Form::list_of_text_or_number:
      return node.is_scalar() ? fmt::format("write [{}]", node.text()) : "";
    case Form::list:
      return "write each item on a line of its own, with \"- \" before it";
    case Form::map:
    case Form::map_or_null:
    case Form::options:
      return "write each key on a line of its own, indented, as KEY: VALUE";
    case Form::any:
    case Form::integer:
    case Form::integer_or_live:
    case Form::number:
    case Form::boolean:
    case Form::size:
    case Form::pairs:
    case Form::hosts:
    case Form::integer_or_map:
    case Form::boolean_or_map:
    case Form::list_or_map:
      return "";
  }
  return "";
}

}  // namespace skep::stack
