#include "ops/config.hpp"

#include "base/visible.hpp"
#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"
#include "yaml/emit.hpp"
#include "yaml/to_json.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace skep::cmd {
namespace {

/// One overload a form of the result.
struct ConfigJson {
  Json operator()(const yaml::Node& file) const { return yaml::to_json(file); }
  Json operator()(const std::vector<std::string>& names) const { return names; }
  Json operator()(const std::vector<ops::ServiceHash>& hashes) const {
    Json json = Json::array();
    for (const auto& one : hashes) json.push_back(line(one));
    return json;
  }
  static std::string line(const ops::ServiceHash& one) { return one.service + " " + one.digest; }
};

struct ConfigText {
  std::string file_format;  // yaml, json

  std::string operator()(const yaml::Node& file) const {
    if (file_format == "json") return yaml::json_as_yaml(dump_json_pretty(yaml::to_json(file)));
    return yaml::emit(file);
  }
  std::string operator()(const std::vector<std::string>& names) const {
    std::string text;
    for (const auto& name : names) text += visible(name) + "\n";
    return text;
  }
  std::string operator()(const std::vector<ops::ServiceHash>& hashes) const {
    std::string text;
    for (const auto& one : hashes) text += visible(ConfigJson::line(one)) + "\n";
    return text;
  }
};

}  // namespace

Runner bind_config(Flags& flags) {
  auto options = std::make_shared<ops::ConfigOptions>();
  auto raw = std::make_shared<bool>(false);
  auto file_format = std::make_shared<std::string>("yaml");
  add_project_flags(flags, options->project);
  flags.choice("--format", *file_format, {"yaml", "json"}, "Form of the file");
  flags.flag("--no-interpolate", *raw, "Leave ${VARIABLES} as they are, and check nothing");
  flags.flag("--services", options->services, "Print the services' names only");
  flags.flag("--images", options->images, "Print the images only");
  flags.flag("--volumes", options->volumes, "Print the volumes' names only");
  flags.flag("--profiles", options->profiles, "Print the profiles' names only");
  flags.option("--hash", options->hash, "SERVICE",
               "Print the hash of a service's part of the file only (\"*\" is all)");
  return [options, raw, file_format](Session& session) {
    options->project.interpolate = !*raw;
    const auto config = ops::config(session.deps(), *options);
    if (session.json()) {
      session.print_json(std::visit(ConfigJson{}, config));
    } else {
      session.print_document(std::visit(ConfigText{*file_format}, config));
    }
    return 0;
  };
}

}  // namespace skep::cmd
