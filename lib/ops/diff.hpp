#pragma once
// `skep diff`: what a deploy would change.
#include "base/error.hpp"
#include "deploy/deps.hpp"
#include "ops/release_summary.hpp"
#include "plan/drift.hpp"
#include "plan/plan.hpp"
#include "project/options.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace skep::ops {

struct DiffOptions {
  project::Options project;
  std::string tag;
  bool prune = false;
  bool resume = false;
  bool recreate = false;
  bool resolve = true;
  std::string from;     // "3" or "r3": compare this kept release with the files, not what is live
  std::string out;      // a file for `deploy --plan`
  std::string version;  // skep's own, for that file
};
struct DiffResult {
  plan::Plan plan;
  plan::Drift drift;                         // nothing is known of it with `from`
  bool database_due = false;                 // its users would be ensured
  std::optional<std::uint64_t> interrupted;  // the release that a deploy would go on from
  std::optional<ReleaseSummary> from;        // the kept release that was compared
  std::string out;                           // the file that the plan is in
  bool changes = false;
  std::optional<Error> unfit;  // why the swarm cannot carry it; to be shown after the result
};
/// What a deploy of images that are already pushed would change, and what was changed by hand since
/// the last release. With `from`: the changes from that release to the files, without regard to
/// what is live. Throws Error{usage, not_found} for a release that is not kept, and what planning
/// throws.
DiffResult diff(deploy::Deps& deps, const DiffOptions& options);

}  // namespace skep::ops
