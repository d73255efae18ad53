#pragma once
// A kept release in short, as `history`, `status` and `diff --from` tell of it.
#include "release/records.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace skep::ops {

struct ReleaseSummary {
  struct Image {
    std::string service;  // full name
    std::string image;
    bool operator==(const Image&) const = default;
  };
  std::uint64_t number = 0;
  swarm::Word<swarm::RecordState> state;
  std::string what;    // how it came about: "release", "scale web=3"; "" in old records
  std::string when;    // RFC 3339
  std::string who;     // user@host
  std::string commit;  // may be empty
  double seconds = 0;
  std::vector<Image> images;  // in the record's order
  bool operator==(const ReleaseSummary&) const = default;
};

ReleaseSummary summary_of(const release::Kept& kept);

}  // namespace skep::ops
