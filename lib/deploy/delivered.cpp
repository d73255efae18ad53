#include "deploy/delivered.hpp"

#include "deploy/database.hpp"

#include <set>

namespace skep::deploy {
namespace {

const std::string kReference = "skep:mongodb:";

bool is_reference(const Secret& text) {
  return text.reveal().starts_with(kReference);
}

/// The user that a reference names.
std::string user_in(const Secret& reference) {
  return reference.reveal().substr(kReference.size());
}

}  // namespace

Delivered delivered_of(const project::Loaded& loaded, const std::vector<release::Kept>& records) {
  Delivered delivered;
  for (const auto& kept : records) {
    for (const auto& service : kept.record.services) {
      for (const auto& [place, text] : swarm::places(swarm::Spec(service.spec))) {
        if (is_reference(text)) delivered[service.name][place] = user_in(text);
      }
    }
  }
  for (const auto& user : users_of(loaded)) {
    for (const auto& delivery : user.deliver)
      delivered[loaded.stack + "_" + delivery.service][delivery.place] = user.name;
  }
  return delivered;
}

swarm::Spec with_references(const Delivered& delivered, const std::string& service,
                            swarm::Spec spec) {
  const auto found = delivered.find(service);
  if (found == delivered.end()) return spec;
  for (const auto& [place, user] : found->second) swarm::replace(spec, place, kReference + user);
  return spec;
}

Bound with_live_values(swarm::Spec recorded, const swarm::Spec& live) {
  std::set<std::string> missing;
  for (const auto& [place, text] : swarm::places(recorded)) {
    if (!is_reference(text)) continue;
    const auto now = live_value(live, place);
    if (now && !is_reference(*now)) {
      swarm::replace(recorded, place, now->reveal());
    } else {
      missing.insert(user_in(text));
    }
  }
  return {std::move(recorded), {missing.begin(), missing.end()}};
}

}  // namespace skep::deploy
