#pragma once
// A release record: the Swarm config skep.STACK.rN. Its data cannot be changed, so its state lives
// in labels (docs/decisions.md, "Records").
#include "base/compat.hpp"
#include "base/json.hpp"
#include "swarm/snapshot.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace skep::swarm {

/// Labels of records and of the lock. docker's namespace label is not among them, or `docker stack
/// rm` would remove them too.
inline constexpr const char* kStackLabel = "skep.stack";  // the stack that it belongs to
inline constexpr const char* kKindLabel = "skep.kind";    // record, lock
inline constexpr const char* kStateLabel = "skep.state";  // record: a RecordState; lock: held, free
inline constexpr const char* kPlainNameLabel =
    "skep.name";  // the plain name of a suffixed or delivered secret or config
inline constexpr const char* kRanLabel =
    "skep.ran";  // record: the one-offs that succeeded in this release, by full name, with commas
inline constexpr const char* kDatabaseLabel =
    "skep.database";  // record: the fingerprint of what the database was made for
inline constexpr const char* kLoginLabel =
    "skep.login";  // of a delivered secret: the database's user, after a rotation

struct RecordedService {
  std::string name;            // full name
  Json spec;                   // canonical: names, not ids; delivered values replaced by references
  bool live_replicas = false;  // an autoscaler had set its number of tasks
  bool operator==(const RecordedService&) const = default;
};

/// A one-off of the release, whether it was run or not.
struct RecordedTask {
  std::string name;   // full name
  Json spec;          // canonical, without delivered values
  bool done = false;  // it had succeeded with this spec before the release. What ran in it: the
                      // record's label kRanLabel
  bool operator==(const RecordedTask&) const = default;
};

struct Record {
  std::uint64_t number = 0;
  std::string stack;
  std::string who;               // user@host
  std::string when;              // RFC 3339
  std::string commit;            // may be empty
  Compat compat = Compat::none;  // how the Compose file was read
  std::string what;              // how it came about: "release", "rollback to r3", "scale web=3"
  std::vector<RecordedService> services;  // the release, digests pinned
  /// The live specs just before the first change: where a failure goes back to. Only those that
  /// differ from `services`: a service of this release that is neither here nor in `created` was
  /// the same before.
  std::vector<RecordedService> before;
  std::vector<std::string>
      created;  // services that this release creates: the way back removes them
  std::vector<RecordedTask> tasks;
  bool operator==(const Record&) const = default;
};

inline constexpr std::size_t kKeptRecords = 10;

/// Compressed (zlib) JSON. Throws Error{rejected} when it would not fit kMostConfigBytes.
std::string encode(const Record& record);
/// Throws Error{rejected} naming what is wrong with the data.
Record decode_record(const std::string& data);

std::string record_name(const std::string& stack,
                        std::uint64_t number);    // skep.STACK.rN, cut to fit 64
std::string lock_name(const std::string& stack);  // skep.STACK.lock

}  // namespace skep::swarm
