#include "ops/release_summary.hpp"

namespace skep::ops {

ReleaseSummary summary_of(const release::Kept& kept) {
  const auto& record = kept.record;
  ReleaseSummary summary{record.number, kept.state,    record.what,  record.when,
                         record.who,    record.commit, kept.seconds, {}};
  for (const auto& service : record.services)
    summary.images.push_back({service.name, swarm::Spec(service.spec).image()});
  return summary;
}

}  // namespace skep::ops
