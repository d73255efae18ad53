#pragma once
// Compose files laid over each other: `-c a.yml -c b.yml`, `extends`, the paths of one `include`.
// Every node keeps its file and line.
#include "stack/cursor.hpp"

namespace skep::stack {

enum class MergeRules {
  /// Several -c files: docker's rules (docker/cli cli/compose/loader/merge.go) without its losses:
  /// an empty, zero or false value of a later file counts, a later health check replaces the
  /// earlier one, ports without `published` are told apart by their target, ports of two protocols
  /// by the protocol, aliases and driver_opts of a network stay unless the later file names them.
  files,
  /// Just as docker does, losses included; it does not know `!reset` and `!override`.
  docker,
  /// The Compose Specification (13-merge): secrets and configs by target, aliases and ulimits
  /// merge, lists hold no item twice, a list's order stays. For extends, and the paths of an
  /// include.
  compose,
};

/// Merges two whole files. Env files of services that both have are read here, because a later
/// file's env file wins over an earlier one's `environment` (docker's rule). Problems with them go
/// to the context's problems.
yaml::Node merge_files(const yaml::Node& base, const yaml::Node& over, MergeRules rules,
                       Context& context);

/// Merges services.NAME of two files, or a service with the one that it extends.
yaml::Node merge_service(const std::string& name, const yaml::Node& base, const yaml::Node& over,
                         MergeRules rules, Context& context);

/// Removes the values marked `!reset`, and the marks.
yaml::Node without_merge_tags(yaml::Node node);

}  // namespace skep::stack
