#include "ops/render.hpp"

#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"
#include "yaml/emit.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace skep::cmd {
namespace {

std::string format(const ops::RenderResult& result) {
  return yaml::emit(result.compose);
}

Json to_json(const ops::RenderResult& result) {
  return {{"stack", result.stack}, {"compose", yaml::emit(result.compose)}};
}

}  // namespace

Runner bind_render(Flags& flags) {
  auto options = std::make_shared<project::Options>();
  add_project_flags(flags, *options);
  return [options](Session& session) {
    session.print_document(ops::render(*options, session.env()), format, to_json);
    return 0;
  };
}

}  // namespace skep::cmd
