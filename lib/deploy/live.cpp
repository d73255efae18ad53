#include "deploy/live.hpp"

#include "base/image_ref.hpp"
#include "convert/desired.hpp"
#include "deploy/stack_name.hpp"
#include "swarm/owner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::deploy {

ReleaseOptions release_options(const ChangeOptions& options) {
  ReleaseOptions result;
  result.project = options.project;
  result.timeout = options.timeout;
  result.hold = options.hold;
  result.wait_lock = options.wait_lock;
  result.detach = options.detach;
  result.dry_run = options.dry_run;
  return result;
}

project::Loaded loaded_by_name(Deps& deps, const project::Options& options) {
  project::Loaded loaded;
  loaded.stack = stack_name(deps, options);
  loaded.project.stack = loaded.stack;
  return loaded;
}

project::Loaded as_live(project::Loaded loaded, const swarm::Snapshot& snapshot) {
  const auto live = snapshot.stack_services(loaded.stack);
  if (live.empty()) {
    throw Error(Kind::not_found,
                fmt::format("stack \"{}\" is not deployed on this swarm", loaded.stack),
                "`skep ls` lists the stacks");
  }
  loaded.desired = {};
  loaded.as_live = true;
  loaded.desired.stack = loaded.stack;
  loaded.project.nodes.clear();
  loaded.project.checks.clear();
  for (const auto* service : live) {
    convert::DesiredService desired;
    desired.name = service->name;
    desired.key = swarm::short_name(loaded.stack, service->name);
    desired.spec = service->spec;
    desired.image = service->spec.image();
    loaded.desired.services.push_back(std::move(desired));
  }
  for (const auto& network : snapshot.networks) {
    if (!swarm::belongs_to(network.labels, loaded.stack)) continue;
    convert::DesiredNetwork desired;
    desired.name = network.name;
    desired.external = true;  // it is there, and nothing is asked of it
    loaded.desired.networks.push_back(std::move(desired));
  }
  return loaded;
}

Images images_of_live(const project::Loaded& loaded) {
  Images images;
  for (const auto& service : loaded.desired.services) {
    images.of_service[service.key] = service.image;
    // A plugin's service has no image at all.
    const auto image = parse_image_ref(service.image);
    images.digests[service.image].digest = image ? image->digest : "";
    images.digests[service.image].local = !image || image->digest.empty();
  }
  return images;
}

convert::DesiredService& desired_service(project::Loaded& loaded, const std::string& name) {
  auto& services = loaded.desired.services;
  const auto found = std::find_if(services.begin(), services.end(), [&](const auto& one) {
    return one.key == name || one.name == name;
  });
  if (found != services.end()) return *found;
  std::vector<std::string> names;
  for (const auto& one : services) names.push_back(one.key);
  throw Error(Kind::not_found,
              fmt::format("stack \"{}\" has no service \"{}\"", loaded.stack, name),
              fmt::format("it has {}", fmt::join(names, ", ")));
}

}  // namespace skep::deploy
