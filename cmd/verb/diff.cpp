#include "ops/diff.hpp"

#include "base/outcome.hpp"
#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"
#include "plan/drift.hpp"
#include "plan/format.hpp"
#include "plan/to_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace skep::cmd {
namespace {

std::string format(const ops::DiffResult& diff) {
  if (diff.from) {
    return fmt::format("from r{} ({}, {}{}) to the files\n", diff.from->number,
                       diff.from->state.text(), diff.from->when,
                       diff.from->commit.empty() ? "" : ", commit " + diff.from->commit) +
           plan::format(diff.plan);
  }
  std::string text = plan::format(diff.plan) + plan::format(diff.drift);
  if (diff.database_due)
    text += "database: the users would be ensured (created, or roles and password made right)\n";
  if (diff.interrupted) {
    text += fmt::format("release r{} was interrupted: the next release goes on from there\n",
                        *diff.interrupted);
  }
  if (!diff.out.empty()) {
    text += fmt::format("the plan is in {}: `skep deploy --plan {}` carries it out\n", diff.out,
                        diff.out);
  }
  return text;
}

Json to_json(const ops::DiffResult& diff) {
  Json json = plan::to_json(diff.plan);
  json["database_due"] = diff.database_due;
  json["drift"] = plan::to_json(diff.drift);
  json["from"] = diff.from ? Json(diff.from->number) : Json();
  json["out"] = diff.out.empty() ? Json() : Json(diff.out);
  return json;
}

}  // namespace

Runner bind_diff(Flags& flags) {
  auto options = std::make_shared<ops::DiffOptions>();
  auto exit_code = std::make_shared<bool>(false);
  auto resolve = std::make_shared<std::string>("always");
  add_project_flags(flags, options->project);
  flags.option("--tag", options->tag, "TAG", "Tag of images that were built without one");
  flags.option("--from", options->from, "REV",
               "Compare a kept release, such as r3, with the files, whatever is live");
  flags.option("--out", options->out, "FILE",
               "Write the plan to a file (0600, no secret in it) for `skep deploy --plan`");
  flags.flag("--prune", options->prune, "Also remove services that the stack no longer names");
  flags.flag("--resume", options->resume, "Go on with a service whose update is paused");
  flags.flag("--recreate", options->recreate, "Remove and create again what Swarm cannot change");
  flags.choice("--resolve-image", *resolve, {"always", "never"},
               "Pin images by digest; never: as written");
  flags.flag("--exit-code", *exit_code, "Exit with 3 when changes are pending");
  return [options, exit_code, resolve](Session& session) {
    options->resolve = *resolve != "never";
    options->version = SKEP_VERSION;
    const auto result = ops::diff(session.deps(), *options);
    session.print(result, format, to_json);
    if (result.unfit) throw *result.unfit;
    return *exit_code && result.changes ? exit_status(Result::pending) : 0;
  };
}

}  // namespace skep::cmd
