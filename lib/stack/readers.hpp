#pragma once
// One reader a family of keys. Each takes the cursor of what it reads and gives values; the kinds
// were checked before.
#include "stack/cursor.hpp"
#include "stack/placeholders.hpp"

namespace skep::stack {

/// services.NAME, whole
Service service(const std::string& name, const Cursor& cursor);

// Of a service; the cursor is the service's.
Environment environment(const Cursor& service);  // environment, env_file
/// The same as a map of the file's tree, with the places of what gave each value.
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
/// network_mode: "host" or "bridge"; "" where it says nothing that Swarm has, which is named.
std::string network_mode(const Cursor& service);
Deploy deploy(const Cursor& service);  // deploy, scale, cpus, mem_limit …
/// Fills in what stands in the way of building it; an image must be named. Not for `skep config`.
void check_build(const Cursor& cursor, Service& service);
/// The same of services that build different things under one name.
void check_builds_together(Stack& stack);

/// A file's mode that is a number, or the text of a variable: 0440 is octal, 440 is not, and a
/// warning says so where it was surely meant to be.
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
/// The content of a file; a diagnostic and nullopt where it cannot be read.
std::optional<std::string> content_of(const Cursor& cursor, const std::string& path);

/// Of a map, or a list of NAME=VALUE.
Places places_of(const Cursor& pairs);
/// The value of NAME in a map, or its item in a list of NAME=VALUE.
Cursor entry_of(const Cursor& pairs, const std::string& name);

/// Says where the engine, which expands `text` as a template of Go, would refuse it. `name` is that
/// of a variable or label, which may say that the text is a secret. Not for `skep config`.
void check_placeholders(const Cursor& value, const std::string& text, Expander expander,
                        const std::string& name = {});
/// The same of the volumes, secrets and configs that services use.
void check_used_placeholders(const Cursor& root, const Stack& stack);

/// References to what is not there, and what the engine would refuse.
void check_stack(const Stack& stack, const Context& context);
/// What a one-off cannot be, and `x-skep-run` where there is none.
void check_one_offs(const Stack& stack, Diagnostics& problems);

}  // namespace skep::stack
