#include "cmd/verbs.hpp"
#include "ops/templates.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_template_list(Flags&) {
  return [](Session& session) {
    const auto result = ops::list_templates();
    session.print_document(result);
    return 0;
  };
}

Runner bind_template_show(Flags& flags) {
  auto name = std::make_shared<std::string>();
  flags.positional("NAME", *name, true, "The template, as template list names it");
  return [name](Session& session) {
    const auto result = ops::show_template(*name);
    session.print_document(result);
    return 0;
  };
}

}  // namespace skep::cmd
