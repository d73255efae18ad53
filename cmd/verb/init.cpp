#include "ops/init.hpp"

#include "cmd/verbs.hpp"

#include <memory>

namespace skep::cmd {

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
    const auto result = ops::init(session.deps(), *options);
    session.print(result);
    return 0;
  };
}

}  // namespace skep::cmd
