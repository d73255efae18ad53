// A service's volumes and tmpfs, and the top-level volumes.
#include "base/units.hpp"
#include "stack/check.hpp"
#include "stack/readers.hpp"
#include "stack/short_syntax.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace skep::stack {
namespace {

/// The options of one type under the others: docker refuses them when it converts.
void check_options(const Cursor& cursor, const std::string& type) {
  constexpr std::array<std::array<std::string_view, 2>, 5> kOptions = {{{"bind", "bind"},
                                                                        {"volume", "volume"},
                                                                        {"tmpfs", "tmpfs"},
                                                                        {"image", "image"},
                                                                        {"cluster", "cluster"}}};
  for (const auto& [key, owner] : kOptions) {
    const Cursor options = cursor.at(std::string(key));
    const bool pipe = key == "bind" && type == "npipe";
    if (options.there() && owner != type && !pipe) {
      options.error(fmt::format("{} options do not go with type {}", key, type),
                    fmt::format("remove {}, or change the type", key));
    }
  }
}

void check_source(const Cursor& cursor, const Mount& mount) {
  const bool anonymous = mount.type == "volume" || mount.type == "tmpfs";
  if (mount.source.empty() && !anonymous && !cursor.at("source").reported()) {
    cursor.error(fmt::format("source is missing: what is the {} of?", mount.type),
                 "add \"source:\"");
  }
  if (!mount.source.empty() && mount.type == "tmpfs") {
    cursor.at("source").error("a tmpfs has no source", "remove it, or change the type");
  }
}

/// Of docker's four only this one reaches Swarm (moby daemon/cluster/convert/container.go).
bool non_recursive(const Cursor& cursor) {
  const std::string mode = cursor.text();
  if (mode == "writable" || mode == "readonly")
    cursor.impossible_value("Swarm's mounts know enabled and disabled");
  return mode == "disabled";
}

Mount mount_of(const Cursor& cursor) {
  Mount mount;
  mount.loc = cursor.loc();
  mount.target_loc = cursor.at("target").loc();
  if (cursor.at("type").missing()) {
    cursor.error("type is missing", "write type: volume, bind, tmpfs, npipe or cluster");
    return mount;
  }
  mount.type = cursor.at("type").text();
  mount.source = cursor.at("source").text();
  mount.target = cursor.at("target").text();
  mount.read_only = cursor.at("read_only").boolean();
  mount.consistency = cursor.at("consistency").text();
  if (mount.type.empty() || cursor.at("type").reported()) return mount;
  check_options(cursor, mount.type);
  check_source(cursor, mount);
  if (mount.target.empty() && !cursor.at("target").reported())
    cursor.error("target is missing", "add \"target:\", the path in the container");
  if (cursor.at("bind").is_map()) mount.propagation = cursor.at("bind").at("propagation").text();
  if (!cursor.as_docker()) mount.non_recursive = non_recursive(cursor.at("bind").at("recursive"));
  if (const Cursor volume = cursor.at("volume"); volume.is_map()) {
    mount.volume = Mount::Volume{volume.at("nocopy").boolean(), volume.at("subpath").text(), {}};
    if (!cursor.as_docker()) mount.volume->labels = volume.at("labels").pairs();
  }
  if (const Cursor tmpfs = cursor.at("tmpfs"); tmpfs.is_map()) {
    const auto mode = cursor.as_docker() ? 0U : file_mode(tmpfs.at("mode")).value_or(0);
    mount.tmpfs = Mount::Tmpfs{tmpfs.at("size").size(), mode, {}};
  }
  return mount;
}

/// SwarmKit has none (api/types.proto, Mount.MountType), and the engine refuses the service. docker
/// sends it.
bool is_left_out(const Cursor& cursor, const Mount& mount) {
  if (mount.type != "image") return false;
  if (cursor.as_docker()) {
    cursor.at("type").engine_refuses("Swarm has no mounts of images", "remove it");
    return false;
  }
  const Cursor options = cursor.at("image");  // these were said
  if (!options.is_map() || options.node().size() == 0)
    cursor.at("type").impossible_value(std::string(kNoImages));
  return true;
}

/// Of a text that is no mount: what can be understood of it.
Mount wrong_mount(const Cursor& cursor) {
  auto parsed = parse_mount(cursor.text());
  cursor.error(parsed.error, parsed.hint);
  parsed.value.mount.loc = cursor.loc();
  parsed.value.mount.target_loc = cursor.loc();
  return parsed.value.mount;
}

/// "/run:size=64m,mode=1777" (docker run --tmpfs).
Mount tmpfs_mount(const Cursor& cursor) {
  const std::string written = cursor.text();
  const auto colon = written.find(':');
  Mount mount;
  mount.type = "tmpfs";
  mount.target = written.substr(0, colon);
  mount.loc = cursor.loc();
  mount.target_loc = cursor.loc();
  if (!absolute(mount.target)) {
    cursor.error(fmt::format("\"{}\" is no absolute path", mount.target),
                 "write the whole path in the container, such as /run");
    mount.target.clear();
  }
  std::string rest = colon == std::string::npos ? "" : written.substr(colon + 1);
  if (!rest.empty()) mount.tmpfs = Mount::Tmpfs{};
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const std::string option = rest.substr(0, comma);
    rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
    const auto size = option.starts_with("size=") ? parse_size(option.substr(5)) : std::nullopt;
    unsigned mode = 0;
    const char* end = option.data() + option.size();
    const bool is_mode =
        option.starts_with("mode=") && std::from_chars(option.data() + 5, end, mode, 8).ptr == end;
    if (size) {
      mount.tmpfs->size = *size;
    } else if (is_mode) {
      mount.tmpfs->mode = mode;
    } else if (option == "ro" || option == "rw") {
      mount.read_only = option == "ro";
    } else if (option == "exec" || option == "noexec") {
      mount.tmpfs->options.push_back(option);  // moby daemon/volume/mounts: these two alone
    } else if (option != "nosuid" && option != "nodev") {  // these the engine sets itself
      cursor.impossible(fmt::format("the option {}", option),
                        "Swarm's tmpfs mounts have size, mode, exec and noexec");
    }
  }
  return mount;
}

/// Where a named volume's source comes from is said at the top level.
void check_mount_placeholders(const Cursor& item, const Mount& mount) {
  const auto place = [&](const char* key) { return item.is_map() ? item.at(key) : item; };
  const bool named = mount.type == "volume" || mount.type == "cluster";
  if (!named) check_placeholders(place("source"), mount.source, Expander::swarm);
  check_placeholders(place("target"), mount.target, Expander::swarm);
}

void add_tmpfs(const Cursor& service, std::vector<Mount>& result) {
  if (service.as_docker()) return;
  const Cursor cursor = service.at("tmpfs");
  for (const auto& item : cursor.is_text() ? std::vector{cursor} : cursor.items()) {
    result.push_back(tmpfs_mount(item));
    check_mount_placeholders(item, result.back());
  }
}

void check_external(const Cursor& cursor, const Volume& volume) {
  if (!volume.external) return;
  for (const char* key : {"driver", "driver_opts", "labels"}) {
    const Cursor other = cursor.at(key);
    if (other.filled())
      other.error("does not go with external", "remove it: the volume is not made by this stack");
  }
}

}  // namespace

std::vector<Mount> mounts(const Cursor& service) {
  std::vector<Mount> result;
  for (const auto& written : service.at("volumes").items()) {
    const Cursor item = written.in(LongForm::mount);
    if (!item.is_map() && !item.is_text()) continue;
    Mount mount = item.is_map() ? mount_of(item) : wrong_mount(item);
    const bool whole = item.as_docker() ? docker_absolute(mount.source) : absolute(mount.source);
    const bool relative = mount.type == "bind" && !mount.source.empty() && !whole;
    if (relative) mount.source = resolved_path(item, mount.source);
    check_mount_placeholders(item, mount);
    if (!is_left_out(item, mount)) result.push_back(std::move(mount));
  }
  add_tmpfs(service, result);
  return result;
}

std::map<std::string, Volume> volumes(const Cursor& section) {
  std::map<std::string, Volume> result;
  for (const auto& [key, cursor] : section.entries()) {
    Volume volume;
    const External where = external(key, cursor);
    volume.external = where.external;
    volume.name = where.name;
    volume.driver = cursor.at("driver").text();
    if (cursor.at("driver_opts").is_map()) volume.driver_opts = cursor.at("driver_opts").pairs();
    volume.labels = cursor.at("labels").pairs();
    volume.loc = cursor.key_loc();
    check_external(cursor, volume);
    result.emplace(key, std::move(volume));
  }
  return result;
}

}  // namespace skep::stack
