#include "ops/templates.hpp"

#include "ops/draft.hpp"
#include "render/template.hpp"
#include "yaml/emit.hpp"

#include <fmt/format.h>

namespace skep::ops {

Printable list_templates() {
  Draft result{"", Json::array()};
  for (const auto& summary : render::builtin_templates()) {
    result.text += fmt::format("{:<12} {}\n", summary.name, summary.description);
    result.json.push_back({{"name", summary.name}, {"description", summary.description}});
  }
  return result.done();
}

Printable show_template(const std::string& name) {
  const auto shown = render::load_builtin(name);
  Draft result{
      fmt::format("# {}: {}\n#\n# Parameters (`values:` in skep.yml):\n", shown.name,
                  shown.description),
      {{"name", shown.name}, {"description", shown.description}, {"parameters", Json::array()}}};
  for (const auto& parameter : shown.parameters) {
    std::vector<std::string> types;
    for (const auto type : parameter.types) types.emplace_back(render::name(type));
    std::string standard = parameter.required ? "required" : "no default";
    if (parameter.default_value) standard = "default " + yaml::emit(*parameter.default_value);
    while (!standard.empty() && standard.back() == '\n') standard.pop_back();
    result.text += fmt::format("#   {} ({}; {}): {}\n", parameter.name, fmt::join(types, " or "),
                               standard, parameter.help);
    result.json["parameters"].push_back({{"name", parameter.name},
                                         {"types", types},
                                         {"required", parameter.required},
                                         {"help", parameter.help}});
  }
  result.text += "\n" + shown.text;
  result.json["stack"] = shown.text;
  return result.done();
}

}  // namespace skep::ops
