#include "ops/inspect.hpp"
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
  const Situation situation = read_situation(deps, loaded, images, {options.prune, false});
  DiffResult result;
  result.printable.text = plan::format(situation.plan);
  result.printable.json = plan::to_json(situation.plan);
  result.printable.json["database_due"] = situation.database.due;
  if (situation.database.due) {
    result.printable.text +=
        "database: the users would be ensured (created, or roles and password made right)\n";
  }
  if (const auto* pending = situation.pending_record()) {
    result.printable.text +=
        fmt::format("release r{} was interrupted: the next release goes on from there\n",
                    pending->record.number);
  }
  result.changes = !situation.nothing_to_do();
  return result;
}

}  // namespace skep::ops
