#include "stack/key_columns.hpp"

namespace skep::stack {

std::string_view words(Form form) {
  switch (form) {
    case Form::any:
      return "anything";
    case Form::text:
    case Form::text_or_null:
      return "a string";
    case Form::text_or_number:
      return "a string or a number";
    case Form::integer:
      return "an integer";
    case Form::integer_or_live:
      return "an integer, or live";
    case Form::number:
      return "a number";
    case Form::boolean:
      return "true or false";
    case Form::duration:
      return "a duration such as 1m30s";
    case Form::size:
      return "a size such as 64m";
    case Form::command:
    case Form::text_or_list:
      return "a string or a list of strings";
    case Form::list_of_text:
      return "a list of strings";
    case Form::list_of_text_or_number:
      return "a list of strings or numbers";
    case Form::pairs:
    case Form::hosts:
      return "a map, or a list of NAME=VALUE";
    case Form::options:
    case Form::map:
    case Form::map_or_null:
      return "a map";
    case Form::list:
      return "a list";
    case Form::text_or_map:
      return "a string or a map";
    case Form::integer_or_map:
      return "an integer or a map";
    case Form::boolean_or_map:
      return "true, false or a map";
    case Form::list_or_map:
      return "a list or a map";
    case Form::port:
      return "a port such as \"8080:80\", or a map";
    case Form::list_or_text_or_map:
      return "a string, a list or a map";
  }
  return "";
}

}  // namespace skep::stack
