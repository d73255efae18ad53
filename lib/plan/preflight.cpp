#include "plan/preflight.hpp"

#include "plan/choices.hpp"
#include "plan/images.hpp"
#include "swarm/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace skep::plan {
namespace {

void check_live(const Draft& one, const Choices& choices, Diagnostics& problems) {
  const auto& service = *one.desired;
  if (one.recreate && !choices.recreate) {
    problems.error(
        service.place_of("deploy.mode"), path_of(service) + ".deploy.mode",
        fmt::format(
            "service \"{}\" is {} and would become {}: Swarm cannot change a service's mode",
            service.name, mode_word(one.live->spec.mode()), mode_word(one.spec.mode())),
        "--recreate removes it and creates it again, with no task in between; or give it another "
        "name");
  }
  if (one.paused && one.way_back == nullptr && !choices.resume) {
    const auto& message = one.live->update->message;
    problems.error(
        service.loc, path_of(service),
        fmt::format("service \"{}\" stands half-updated: {}{}{}", service.name,
                    one.live->update->state.text(), message.empty() ? "" : ": ", message),
        "go forward with --resume, with the specs of the last good release or of a new one");
  }
}

}  // namespace

std::string path_of(const convert::DesiredService& service) {
  return "services." + service.key;
}

std::vector<const swarm::Service*> other_services(const Judged& judged) {
  std::vector<const swarm::Service*> result;
  for (const auto& service : judged.snapshot.services) {
    const bool wanted = std::any_of(judged.drafts.services.begin(), judged.drafts.services.end(),
                                    [&](const Draft& one) { return one.live == &service; });
    if (!wanted) result.push_back(&service);
  }
  std::sort(result.begin(), result.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  return result;
}

void check_obstacles(const Judged& judged, Diagnostics& problems) {
  for (const auto& one : judged.drafts.services) {
    const auto& service = *one.desired;
    if (one.live != nullptr) {
      check_live(one, judged.choices, problems);
    } else if (const auto* other = judged.snapshot.find_service(service.name)) {
      const auto owner = other->spec.label(swarm::kNamespaceLabel);
      problems.error(
          service.loc, path_of(service),
          fmt::format("there is already a service \"{}\", {}", service.name,
                      owner.empty() ? "which belongs to no stack" : "of stack \"" + owner + "\""),
          "give the stack or the service another name");
    }
  }
}

void check_images(const Judged& judged, Diagnostics& problems) {
  const auto check = [&](const auto& one) {
    if (one.image_error.empty()) return;
    const auto path = path_of(*one.desired) + ".image";
    const auto reference = reference_of(*one.desired, judged.choices);
    if (judged.desired.as_docker) {
      problems.warning(
          one.desired->image_loc, path,
          fmt::format("image \"{}\" is deployed without a digest: {}", reference, one.image_error),
          "each node pulls what it finds, as with docker stack deploy");
      return;
    }
    problems.error(one.desired->image_loc, path,
                   fmt::format("image \"{}\" cannot be deployed: {}", reference, one.image_error),
                   "check the reference and the registry's credentials; --resolve-image never "
                   "deploys local images");
  };
  for (const auto& one : judged.drafts.services) check(one);
  for (const auto& one : judged.drafts.one_offs) check(one);
}

void check_nodes(const Judged& judged, Diagnostics& problems) {
  std::vector<std::string> names;
  for (const auto& node : judged.snapshot.nodes) names.push_back(node.hostname);
  std::sort(names.begin(), names.end());
  for (const auto& [hostname, labels] : judged.choices.node_labels) {
    const auto count = std::count(names.begin(), names.end(), hostname);
    if (count > 1) {
      problems.error({}, "nodes." + hostname,
                     fmt::format("{} nodes of the swarm are called \"{}\"", count, hostname),
                     "give each node a host name of its own, or remove the node that is gone");
    }
    if (count > 0) continue;
    const auto near = nearest(hostname, names);
    problems.error({}, "nodes." + hostname, fmt::format("the swarm has no node \"{}\"", hostname),
                   near.empty() ? fmt::format("its nodes are {}", fmt::join(names, ", "))
                                : fmt::format("did you mean \"{}\"?", near));
  }
}

namespace {

/// It is there, and nothing of it changes below these paths.
bool stays(const Draft& one, std::initializer_list<std::string_view> paths) {
  if (one.live == nullptr || one.recreate) return false;
  const auto changed = [&](const swarm::FieldChange& change) {
    const bool image = change.path == fmt::format("Labels[{}]", swarm::kImageLabel);
    return !image && std::any_of(paths.begin(), paths.end(), [&](std::string_view path) {
      return change.path.starts_with(path);
    });
  };
  return std::none_of(one.changes.begin(), one.changes.end(), changed);
}

/// Neither docker nor the engine looks at this. Where the file is read as docker reads it, it is a
/// warning, and so it is of a service that stays as it is: what is wrong with it was wrong before.
void add_own_checks(const Diagnostics& found, const Judged& judged,
                    std::initializer_list<std::string_view> paths, Diagnostics& problems) {
  std::vector<std::string> quiet;
  for (const auto& one : judged.drafts.services) {
    if (stays(one, paths)) quiet.push_back(path_of(*one.desired) + ".");
  }
  for (auto problem : found.sorted()) {
    // Of an update that cannot begin check_placement knows itself whether one is due.
    const bool knows = problem.path.ends_with(".update_config.order");
    const bool there =
        !knows && std::any_of(quiet.begin(), quiet.end(), [&](const std::string& path) {
          return problem.path.starts_with(path);
        });
    const bool warns = there || judged.desired.as_docker;
    if (warns && problem.severity == Severity::error) problem.severity = Severity::warning;
    problems.add(std::move(problem));
  }
}

}  // namespace

Diagnostics preflight(const Judged& judged) {
  Diagnostics problems;
  check_obstacles(judged, problems);
  check_images(judged, problems);
  check_networks(judged, problems);
  check_objects(judged, problems);
  check_guards(judged, problems);
  check_nodes(judged, problems);
  Diagnostics placement;
  Diagnostics plugins;
  Diagnostics gateway;
  check_subnets(judged, placement);
  check_placement(judged, placement);
  check_plugins(judged, plugins);
  check_ports(judged, problems, placement);
  check_gateway(judged, gateway);
  add_own_checks(placement, judged,
                 {"Mode", "TaskTemplate.Placement", "EndpointSpec", "UpdateConfig"}, problems);
  add_own_checks(plugins, judged,
                 {"Mode", "TaskTemplate.Placement", "TaskTemplate.ContainerSpec.Mounts",
                  "TaskTemplate.Networks", "TaskTemplate.LogDriver"},
                 problems);
  add_own_checks(gateway, judged, {"Labels["}, problems);
  return problems;
}

}  // namespace skep::plan
