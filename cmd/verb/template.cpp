#include "render/template.hpp"

#include "cmd/verbs.hpp"
#include "yaml/emit.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace skep::cmd {
namespace {

std::string format(const std::vector<render::Summary>& templates) {
  std::string text;
  for (const auto& one : templates) text += fmt::format("{:<12} {}\n", one.name, one.description);
  return text;
}

Json to_json(const std::vector<render::Summary>& templates) {
  Json json = Json::array();
  for (const auto& one : templates)
    json.push_back({{"name", one.name}, {"description", one.description}});
  return json;
}

std::vector<std::string> types_of(const render::Parameter& parameter) {
  std::vector<std::string> types;
  for (const auto type : parameter.types) types.emplace_back(render::name(type));
  return types;
}

std::string format(const render::Parameter& parameter) {
  std::string standard = parameter.required ? "required" : "no default";
  if (parameter.default_value) standard = "default " + yaml::emit(*parameter.default_value);
  while (!standard.empty() && standard.back() == '\n') standard.pop_back();
  return fmt::format("#   {} ({}; {}): {}\n", parameter.name,
                     fmt::join(types_of(parameter), " or "), standard, parameter.help);
}

std::string format(const render::Template& shown) {
  std::string text = fmt::format("# {}: {}\n#\n# Parameters (`values:` in skep.yml):\n", shown.name,
                                 shown.description);
  for (const auto& parameter : shown.parameters) text += format(parameter);
  return text + "\n" + shown.text;
}

Json to_json(const render::Template& shown) {
  Json parameters = Json::array();
  for (const auto& parameter : shown.parameters) {
    parameters.push_back({{"name", parameter.name},
                          {"types", types_of(parameter)},
                          {"required", parameter.required},
                          {"help", parameter.help}});
  }
  return {{"name", shown.name},
          {"description", shown.description},
          {"parameters", parameters},
          {"stack", shown.text}};
}

}  // namespace

Runner bind_template_list(Flags&) {
  return [](Session& session) {
    session.print_document(render::builtin_templates(), format, to_json);
    return 0;
  };
}

Runner bind_template_show(Flags& flags) {
  auto name = std::make_shared<std::string>();
  flags.positional("NAME", *name, true, "The template, as template list names it");
  return [name](Session& session) {
    session.print_document(render::load_builtin(*name), format, to_json);
    return 0;
  };
}

}  // namespace skep::cmd
