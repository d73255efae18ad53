#include "ops/build.hpp"

#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace skep::cmd {
namespace {

std::string format(const std::vector<ops::BuiltImage>& images) {
  std::string text;
  for (const auto& image : images) {
    text += fmt::format("{} {}{}{}\n", image.service, image.reference,
                        image.digest.empty() ? "" : "@", image.digest);
  }
  return text;
}

Json to_json(const std::vector<ops::BuiltImage>& images) {
  Json json = Json::array();
  for (const auto& image : images) {
    json.push_back(
        {{"service", image.service}, {"image", image.reference}, {"digest", image.digest}});
  }
  return json;
}

Runner bind_image_verb(Flags& flags, bool push) {
  auto options = std::make_shared<ops::BuildVerbOptions>();
  options->image.push = push;
  add_project_flags(flags, options->project);
  add_build_flags(flags, options->image.tag, options->image.no_cache, options->image.pull,
                  options->image.platform);
  return [options](Session& session) {
    session.print(ops::build_images(session.deps(), *options), format, to_json);
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
