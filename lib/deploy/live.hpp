#pragma once
// A live stack, without its files, in the form that a release works on: for scale, restart,
// rollback and mongo ensure.
#include "deploy/deps.hpp"
#include "deploy/images.hpp"
#include "deploy/options.hpp"
#include "deploy/situation.hpp"
#include "project/project.hpp"
#include "swarm/snapshot.hpp"

#include <string>

namespace skep::deploy {

ReleaseOptions release_options(const ChangeOptions& options);

/// A project without files, for the stack that stack_name() gives.
project::Loaded loaded_by_name(Deps& deps, const project::Options& options);

/// Makes what is live the wanted state; drops the project's node labels and checks. Throws
/// Error{not_found} when no service of the stack is there.
void desire_what_is_live(project::Loaded& loaded, const swarm::Snapshot& snapshot);
/// The images that `loaded.desired` names, without a look-up.
Images images_of_live(const project::Loaded& loaded);

/// The wanted service with that key or full name. Throws Error{not_found} naming the existing ones.
convert::DesiredService& desired_service(project::Loaded& loaded, const std::string& name);

/// The commit of the last release, for verbs that build nothing.
std::string last_commit(const Situation& situation);

}  // namespace skep::deploy
