#pragma once
// `skep history` and `skep history show`.
#include "deploy/deps.hpp"
#include "ops/release_summary.hpp"
#include "project/options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace skep::ops {

struct History {
  std::vector<ReleaseSummary> releases;  // oldest first
  std::optional<std::uint64_t> current;  // the newest that was released
  bool operator==(const History&) const = default;
};
/// The kept releases of a stack. Throws Error{not_found} when none is kept.
History history(deploy::Deps& deps, const project::Options& options);

struct HistoryShowOptions {
  project::Options project;
  std::string revision;  // "3" or "r3"
};
struct KeptRelease {
  ReleaseSummary summary;
  std::vector<swarm::RecordedService> services;  // redacted
  std::vector<swarm::RecordedService> before;  // where a failure would have gone back to; redacted
  bool operator==(const KeptRelease&) const = default;
};
/// One kept release, with its services' specs. Throws Error{usage, not_found}.
KeptRelease show_release(deploy::Deps& deps, const HistoryShowOptions& options);

}  // namespace skep::ops
