#include "deploy/kept.hpp"

#include "base/error.hpp"
#include "deploy/delivered.hpp"
#include "swarm/owner.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace skep::deploy {

std::string kept_line(const std::vector<release::Kept>& records) {
  std::vector<std::string> words;
  for (const auto& kept : records)
    words.push_back(fmt::format("r{} {}", kept.record.number, kept.state.text()));
  return words.empty() ? "none is kept" : fmt::format("kept: {}", fmt::join(words, ", "));
}

const release::Kept& kept_release(const std::vector<release::Kept>& records,
                                  const std::string& stack, std::uint64_t revision) {
  const auto found = std::find_if(records.begin(), records.end(), [&](const release::Kept& kept) {
    return kept.record.number == revision;
  });
  if (found != records.end()) return *found;
  throw Error(Kind::not_found, fmt::format("stack \"{}\" has no release r{}", stack, revision),
              kept_line(records));
}

AsIn as_in(const release::Kept& kept, const std::string& stack, const swarm::Snapshot& now) {
  AsIn result{now, {}};
  auto& services = result.snapshot.services;
  const auto of_stack = [&](const swarm::Service& one) {
    return swarm::belongs_to(one.spec, stack);
  };
  services.erase(std::remove_if(services.begin(), services.end(), of_stack), services.end());
  for (const auto& recorded : kept.record.services) {
    const auto* live = now.find_service(recorded.name);
    swarm::Service service = live != nullptr ? *live : swarm::Service{};
    service.name = recorded.name;
    auto bound = with_live_values(swarm::Spec(recorded.spec), service.spec);
    if (!bound.missing.empty()) result.missing.push_back({recorded.name, bound.missing});
    service.spec = std::move(bound.spec);
    if (live != nullptr) service.spec.keep_force_update_of(live->spec);
    if (live != nullptr && recorded.live_replicas) service.spec.keep_replicas_of(live->spec);
    services.push_back(std::move(service));
  }
  return result;
}

}  // namespace skep::deploy
