#pragma once
// One reader for each family of keys. Each takes a cursor and returns values; the kinds of values
// were checked before.
#include "stack/cursor.hpp"

namespace skep::stack {

/// services.NAME, whole
Service service(const std::string& name, const Cursor& cursor);

// Parts of a service; the cursor is the service's.
Environment environment(const Cursor& service);  // environment, env_file
/// The same as a map of nodes, each with the place that its value came from.
yaml::Node resolved_environment(const Cursor& service);
Pairs labels(const Cursor& service);                                    // labels, over label_file
std::map<std::string, NetworkUse> network_uses(const Cursor& service);  // networks
std::vector<Port> ports(const Cursor& service);                         // ports
std::vector<Mount> mounts(const Cursor& service);                       // volumes, tmpfs
std::vector<FileReference> file_references(const Cursor& list);         // secrets, configs
std::vector<Dependency> dependencies(const Cursor& service);            // depends_on
OneOff one_off(const Cursor& service);                                  // x-skep-*
std::optional<HealthCheck> health_check(const Cursor& service);         // healthcheck
std::optional<Build> build(const Cursor& service);                      // build
Security security(const Cursor& service);                               // security_opt
/// network_mode: "host", "bridge" or "" (none). A mode that Swarm does not have is reported.
std::string network_mode(const Cursor& service);
Deploy deploy(const Cursor& service);  // deploy, scale, cpus, mem_limit …

/// A file's mode as a number, or as the text of a variable: 0440 is octal, 440 is not. Warns when
/// it was surely meant to be octal.
std::optional<std::uint32_t> file_mode(const Cursor& cursor);
inline constexpr std::uint32_t kMostMode = 07777;

// Top level; the cursor is the section's.
std::map<std::string, Network> networks(const Cursor& section);
std::map<std::string, Volume> volumes(const Cursor& section);
std::map<std::string, FileObject> secrets(const Cursor& section);
std::map<std::string, FileObject> configs(const Cursor& section);

/// `external`, `name` and the deprecated `external.name` of a network, volume, secret or config.
struct External {
  bool external = false;
  std::string name;
};
External external(const std::string& key, const Cursor& object);

/// An absolute path: relative ones are relative to the stack file's folder, `~` is HOME.
std::string resolved_path(const Cursor& cursor, const std::string& path);
/// The content of a file; a diagnostic and nullopt when it cannot be read.
std::optional<std::string> content_of(const Cursor& cursor, const std::string& path);

}  // namespace skep::stack
