#pragma once
// One reader for each family of keys. Each takes a cursor and returns values; the kinds of values
// were checked before.
#include "stack/cursor.hpp"
#include "stack/placeholders.hpp"

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
/// Fills in Build::wrong, why it cannot be built; an image must be named. Not for `skep config`.
void check_build(const Cursor& cursor, Service& service);
/// The same for services that build different things under one name.
void check_builds_together(Stack& stack);

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

/// The places of the names of a map, or of a list of NAME=VALUE.
Places places_of(const Cursor& pairs);
/// The value of NAME in a map, or its item in a list of NAME=VALUE.
Cursor entry_of(const Cursor& pairs, const std::string& name);

/// Reports where the engine, which expands `text` as a Go template, would refuse it. `name` is the
/// variable's or label's, which tells whether the text is a secret. Not for `skep config`.
void check_placeholders(const Cursor& value, const std::string& text, Expander expander,
                        const std::string& name = {});
/// The same for the volumes, secrets and configs that services use.
void check_used_placeholders(const Cursor& root, const Stack& stack);

/// Reports references to missing things, and what the engine would refuse.
void check_stack(const Stack& stack, const Context& context);
/// Reports one-offs that cannot be one, and `x-skep-run` on services that are not one-offs.
void check_one_offs(const Stack& stack, Diagnostics& problems);

}  // namespace skep::stack
