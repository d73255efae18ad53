#pragma once
// A stack as it is live, without its files, in the form that a release works on: for scale,
// restart, rollback, mongo ensure.
#include "ops/deps.hpp"
#include "ops/images.hpp"
#include "ops/operate.hpp"
#include "ops/project.hpp"
#include "ops/release.hpp"
#include "ops/situation.hpp"
#include "swarm/snapshot.hpp"

#include <string>

namespace skep::ops {

ReleaseOptions release_options(const ChangeOptions& options);

/// A project without files, of the stack that stack_name() gives.
Loaded loaded_by_name(Deps& deps, const ProjectOptions& options);

/// What is live is what is wanted; node labels and checks of the project are left out. Throws
/// Error{not_found} when no service of the stack is there.
void desire_what_is_live(Loaded& loaded, const swarm::Snapshot& snapshot);
/// The images of `loaded.desired` as they are, without a look-up.
Images images_of_live(const Loaded& loaded);

/// The wanted service that is called so, by key or full name. Throws Error{not_found} naming those
/// that are there.
convert::DesiredService& desired_service(Loaded& loaded, const std::string& name);

/// The commit of the last release: what does not build keeps it.
std::string last_commit(const Situation& situation);

}  // namespace skep::ops
