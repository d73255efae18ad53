#pragma once
// A stack as it is live, without its files, in the form that a release works on: for scale,
// restart, rollback, mongo ensure.
#include "convert/desired.hpp"
#include "deploy/deps.hpp"
#include "deploy/images.hpp"
#include "deploy/options.hpp"
#include "deploy/situation.hpp"
#include "project/project.hpp"
#include "swarm/snapshot.hpp"

#include <string>

namespace skep::deploy {

ReleaseOptions release_options(const ChangeOptions& options);

/// A project without files, of the stack that stack_name() gives.
project::Loaded loaded_by_name(Deps& deps, const project::Options& options);

/// The same project, where what is live is what is wanted; its node labels and checks are left out.
/// Throws Error{not_found} when no service of the stack is there.
project::Loaded as_live(project::Loaded loaded, const swarm::Snapshot& snapshot);
/// The images of `loaded.desired` as they are, without a look-up.
Images images_of_live(const project::Loaded& loaded);

/// The wanted service that is called so, by key or full name. Throws Error{not_found} naming those
/// that are there.
convert::DesiredService& desired_service(project::Loaded& loaded, const std::string& name);

}  // namespace skep::deploy
