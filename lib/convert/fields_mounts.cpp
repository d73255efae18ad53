// ContainerSpec.Mounts: in the order of the file. `stack` has checked which options go with which
// type.
#include "convert/fields.hpp"

#include <nlohmann/json.hpp>

namespace skep::convert {
namespace {

Json mount_base(const stack::Mount& mount) {
  Json result = Json::object();
  set_text(result, "Type", mount.type);
  set_text(result, "Source", mount.source);
  set_text(result, "Target", mount.target);
  set_true(result, "ReadOnly", mount.read_only);
  set_text(result, "Consistency", mount.consistency);
  return result;
}

/// The volume that `key` names; an empty one where the file does not have it (then `stack` has said
/// so).
stack::Volume volume_of(const stack::Stack& stack, const std::string& key) {
  const auto found = stack.volumes.find(key);
  return found == stack.volumes.end() ? stack::Volume{} : found->second;
}

Json volume_options(const stack::Mount& mount, const stack::Volume& volume,
                    const Namespace& names) {
  Json options = Json::object();
  if (mount.volume) {
    set_true(options, "NoCopy", mount.volume->nocopy);
    set_text(options, "Subpath", mount.volume->subpath);
  }
  auto labels = volume.external ? stack::Pairs{} : volume.labels;
  if (mount.volume) {
    for (const auto& [name, value] : mount.volume->labels) labels[name] = value;
  }
  if (volume.external) set_filled(options, "Labels", labels);
  if (volume.external) return options;
  options["Labels"] = names.labelled(labels);
  if (!volume.driver.empty() || volume.driver_opts) {
    Json driver = Json::object();
    set_text(driver, "Name", volume.driver);
    if (volume.driver_opts) set_filled(driver, "Options", *volume.driver_opts);
    options["DriverConfig"] = std::move(driver);
  }
  return options;
}

Json tmpfs_options(const stack::Mount::Tmpfs& tmpfs) {
  Json options = Json::object();
  set_number(options, "SizeBytes", tmpfs.size);
  set_number(options, "Mode", tmpfs.mode);
  Json more = Json::array();
  for (const auto& option : tmpfs.options) more.push_back(Json::array({option}));
  set_filled(options, "Options", std::move(more));
  return options;
}

Json bind_options(const stack::Mount& mount) {
  Json options = Json::object();
  set_text(options, "Propagation", mount.propagation.value_or(""));
  set_true(options, "NonRecursive", mount.non_recursive);
  return options;
}

Json converted(const stack::Mount& mount, const stack::Stack& stack, const Namespace& names) {
  Json result = mount_base(mount);
  const bool group =
      mount.source.starts_with("group:");  // a group of cluster volumes has no namespace
  if (mount.type == "volume" && !mount.source.empty()) {
    const auto volume = volume_of(stack, mount.source);
    result["Source"] = names.scoped(mount.source, volume.name);
    result["VolumeOptions"] = volume_options(mount, volume, names);
  } else if (mount.type == "cluster") {
    if (!group) result["Source"] = names.scoped(mount.source, volume_of(stack, mount.source).name);
    result["ClusterOptions"] = Json::object();
  }
  if (mount.propagation) result["BindOptions"] = bind_options(mount);
  if (mount.tmpfs) result["TmpfsOptions"] = tmpfs_options(*mount.tmpfs);
  return result;
}

}  // namespace

Json mounts(const stack::Service& service, const stack::Stack& stack, const Namespace& names) {
  Json result = Json::array();
  for (const auto& mount : service.mounts) result.push_back(converted(mount, stack, names));
  return result;
}

}  // namespace skep::convert
