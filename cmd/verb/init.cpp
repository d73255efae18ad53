#include "ops/init.hpp"

#include "cmd/verbs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace skep::cmd {
namespace {

std::string format(const ops::InitResult& result) {
  std::string text = fmt::format("wrote {}\n", result.file);
  if (!result.to_fill.empty())
    text += fmt::format("look at: {}\n", fmt::join(result.to_fill, ", "));
  return text + "next: `skep lint`, then `skep release`\n";
}

Json to_json(const ops::InitResult& result) {
  return {{"file", result.file}, {"to_fill", result.to_fill}};
}

}  // namespace

Runner bind_init(Flags& flags) {
  auto options = std::make_shared<ops::InitOptions>();
  flags.positional("FOLDER", options->directory, false,
                   "Where the project is; the working folder when not given");
  flags.option("--template", options->template_name, "NAME", "Template to start from");
  flags.option("--stack", options->stack, "NAME", "The stack's name; the folder's when not given");
  flags.option("--image", options->image, "REPOSITORY",
               "Image to build and release, such as registry.example.com/team/api");
  // Not --host: that is the engine, as in every verb.
  flags.option("--hostname", options->host, "NAME", "Host name that the gateway answers to");
  flags.flag("--force", options->force, "Replace a skep.yml that is there");
  return [options](Session& session) {
    session.print(ops::init(session.deps(), *options), format, to_json);
    return 0;
  };
}

}  // namespace skep::cmd
