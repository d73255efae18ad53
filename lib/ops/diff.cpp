#include "ops/draft.hpp"
#include "ops/inspect.hpp"
#include "ops/project.hpp"
#include "ops/situation.hpp"

#include <fmt/format.h>

namespace skep::ops {

DiffResult diff(Deps& deps, const DiffOptions& options) {
  const Loaded loaded = load(options.project, deps.env);
  for (const auto& problem : loaded.problems.sorted()) deps.events.emit(Warned{problem});
  ImageOptions image;
  image.tag = options.tag;
  image.build = false;
  image.dry_run = true;
  image.push = loaded.project.push;
  image.resolve = options.resolve;
  const auto credentials = load_credentials(deps.env);
  const Images images = prepare_images(deps, loaded, credentials, image);
  const Situation situation = read_situation(deps, loaded, images, {options.prune, false, {}});
  Draft draft;
  draft.text = plan::format(situation.plan);
  draft.json = plan::to_json(situation.plan);
  draft.json["database_due"] = situation.database.due;
  if (situation.database.due) {
    draft.text +=
        "database: the users would be ensured (created, or roles and password made right)\n";
  }
  if (const auto* pending = situation.pending_record()) {
    draft.text += fmt::format("release r{} was interrupted: the next release goes on from there\n",
                              pending->record.number);
  }
  return {draft.done(), !situation.nothing_to_do()};
}

}  // namespace skep::ops
