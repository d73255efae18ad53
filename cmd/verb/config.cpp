#include "ops/config.hpp"

#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_config(Flags& flags) {
  auto options = std::make_shared<ops::ConfigOptions>();
  auto raw = std::make_shared<bool>(false);
  add_project_flags(flags, options->project);
  flags.choice("--format", options->format, {"yaml", "json"}, "Form of the file");
  flags.flag("--no-interpolate", *raw, "Leave ${VARIABLES} as they are, and check nothing");
  flags.flag("--services", options->services, "Print the services' names only");
  flags.flag("--images", options->images, "Print the images only");
  flags.flag("--volumes", options->volumes, "Print the volumes' names only");
  flags.flag("--profiles", options->profiles, "Print the profiles' names only");
  flags.option("--hash", options->hash, "SERVICE",
               "Print the hash of a service's part of the file only (\"*\" is all)");
  return [options, raw](Session& session) {
    options->project.interpolate = !*raw;
    options->as_line = session.json();
    session.print_document(ops::config(session.deps(), *options));
    return 0;
  };
}

}  // namespace skep::cmd
