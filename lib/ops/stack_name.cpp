#include "ops/stack_name.hpp"

#include "ops/project.hpp"

namespace skep::ops {

std::string stack_name(const ProjectOptions& options, const Env& env) {
  const bool named = !options.stack.empty() && options.file.empty() && options.environment.empty();
  if (named) return options.stack;
  return load_project(options, env).stack;
}

}  // namespace skep::ops
