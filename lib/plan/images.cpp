#include "plan/images.hpp"

#include "base/image_ref.hpp"
#include "plan/choices.hpp"

namespace skep::plan {
namespace {

/// With the tag that docker means when there is none; the text itself when it is no reference.
std::string normal(const std::string& reference) {
  const auto parsed = parse_image_ref(reference);
  return parsed ? parsed->tagged().full() : reference;
}

/// What docker's client sends where no digest is looked up: "nginx" is "nginx:latest".
std::string tagged(const std::string& reference) {
  const auto parsed = parse_image_ref(reference);
  return parsed ? parsed->tagged().familiar() : reference;
}

std::string pinned(const std::string& reference, const std::string& digest) {
  auto parsed = image_ref(reference).tagged();
  if (parsed.digest.empty()) parsed.digest = digest;
  return parsed.familiar();  // docker's client shortens what has a digest, too
}

std::string without_digest(const std::string& image) {
  return image.substr(0, image.find('@'));
}

/// What the live service was deployed from.
std::string live_reference(const swarm::Service& live) {
  const auto label = live.spec.label(swarm::kImageLabel);
  return label.empty() ? without_digest(live.spec.image()) : label;
}

ImageChoice as_live(const swarm::Service& live) {
  ImageChoice choice{live.spec.image(), live_reference(live), nullptr, ""};
  const Json& spec = live.spec.json();
  const auto pointer = Json::json_pointer("/TaskTemplate/Placement/Platforms");
  if (spec.contains(pointer)) choice.platforms = spec.at(pointer);
  return choice;
}

bool same_content(const swarm::Service& live, const std::string& reference,
                  const std::string& digest) {
  const auto running = parse_image_ref(live.spec.image());
  const auto wanted = parse_image_ref(reference);
  return running && wanted && running->digest == digest &&
         running->repository() == wanted->repository();
}

}  // namespace

std::string reference_of(const convert::DesiredService& service, const Choices& choices) {
  const auto found = choices.image_of_service.find(service.key);
  return found == choices.image_of_service.end() ? service.image : found->second;
}

ImageChoice choose_image(const convert::DesiredService& service, const swarm::Service* live,
                         bool as_docker, const Choices& choices) {
  const auto reference = reference_of(service, choices);
  const bool same_reference = live != nullptr && normal(live_reference(*live)) == normal(reference);
  const auto found = choices.digests.find(reference);
  if (found == choices.digests.end()) {  // not looked up (--resolve-image never)
    return same_reference ? as_live(*live) : ImageChoice{tagged(reference), reference, nullptr, ""};
  }
  const auto& resolved = found->second;
  if (resolved.local) return {tagged(reference), reference, nullptr, ""};
  if (resolved.digest.empty()) {
    // The registry is away: an unchanged reference keeps what runs (docker would take the digest
    // away, and restart).
    if (same_reference) return as_live(*live);
    return {as_docker ? tagged(reference) : reference, reference, nullptr,
            resolved.error.empty() ? "no digest was found" : resolved.error};
  }
  if (live != nullptr && same_content(*live, reference, resolved.digest)) {
    auto choice = as_live(*live);
    // The registry's word, where it has one: what somebody changed by hand is a difference.
    if (resolved.platforms.is_array()) choice.platforms = resolved.platforms;
    return choice;
  }
  return {pinned(reference, resolved.digest), reference, resolved.platforms, ""};
}

void set_image(swarm::Spec& spec, const ImageChoice& choice) {
  spec.set_image(choice.image);
  spec.set_label(swarm::kImageLabel, choice.label);
  if (choice.platforms.is_array() && !choice.platforms.empty()) {
    spec.json()["TaskTemplate"]["Placement"]["Platforms"] = choice.platforms;
  }
}

}  // namespace skep::plan
