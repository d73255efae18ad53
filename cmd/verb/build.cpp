#include "ops/build.hpp"

#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"

#include <memory>

namespace skep::cmd {
namespace {

Runner bind_image_verb(Flags& flags, bool push) {
  auto options = std::make_shared<ops::BuildVerbOptions>();
  options->image.push = push;
  add_project_flags(flags, options->project);
  add_build_flags(flags, options->image.tag, options->image.no_cache, options->image.pull,
                  options->image.platform);
  return [options](Session& session) {
    const auto result = ops::build_images(session.deps(), *options);
    session.print(result);
    return 0;
  };
}

}  // namespace

Runner bind_build(Flags& flags) {
  return bind_image_verb(flags, /*push=*/false);
}
Runner bind_push(Flags& flags) {
  return bind_image_verb(flags, /*push=*/true);
}

}  // namespace skep::cmd
