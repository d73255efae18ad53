#include "ops/doctor.hpp"

#include "base/outcome.hpp"
#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"

#include <memory>

namespace skep::cmd {

Runner bind_doctor(Flags& flags) {
  auto options = std::make_shared<ops::DoctorOptions>();
  add_project_flags(flags, options->project);
  flags.flag("--read-only", options->read_only,
             "Leave out what must write to know: the database, registry logins");
  return [options](Session& session) {
    const auto result = ops::doctor(session.deps(), *options);
    session.print(result.printable);
    return result.good ? 0 : exit_status(Result::failed);
  };
}

}  // namespace skep::cmd
