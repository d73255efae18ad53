#pragma once
// Drift: what somebody changed by hand on a stack's services since the last release, apart from
// what the files change. Pure.
#include "plan/plan.hpp"
#include "swarm/diff.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace skep::plan {

/// What a deploy of the files does with the drift.
enum class Fate { undone, kept, replaced };

struct DriftedField {
  swarm::FieldChange change;  // old: as released, new: as it is live; redacted
  Fate fate = Fate::kept;
  bool operator==(const DriftedField&) const = default;
};

struct Drifted {
  enum class What { changed, added, removed };
  std::string service;  // full name
  What what = What::changed;
  std::vector<DriftedField> fields;  // of a changed one
  Fate fate = Fate::kept;            // for a service that was added or removed
  bool operator==(const Drifted&) const = default;
};

struct Drift {
  std::uint64_t since = 0;  // the release; 0: none is kept, so nothing is known
  std::vector<Drifted> services;
  bool operator==(const Drift&) const = default;
};

/// Service → spec, delivered values in place.
using Specs = std::map<std::string, swarm::Spec>;

struct Released {
  std::uint64_t number = 0;
  Specs services;
  /// Specs that a later release wrote which did not end well: these are not drift.
  std::vector<Specs> torn;
};

/// `plan` leads from what is live to the files. A restart that was asked for (ForceUpdate) is not
/// drift.
Drift drift(const Released& released, const swarm::Snapshot& snapshot, const Plan& plan);

/// For people; "" without drift.
std::string format(const Drift& drift);
/// {since, services}; null when no release is kept.
Json to_json(const Drift& drift);

}  // namespace skep::plan
