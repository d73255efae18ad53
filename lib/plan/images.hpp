#pragma once
// Which image a service gets. Images compare by digest (docs/decisions.md, "Images").
#include "convert/desired.hpp"
#include "plan/choices.hpp"
#include "plan/plan.hpp"
#include "swarm/snapshot.hpp"

#include <string>

namespace skep::plan {

struct ImageChoice {
  std::string image;  // for ContainerSpec.Image: "nginx:1@sha256:…"
  std::string label;  // for the label com.docker.stack.image
  Json platforms;     // for Placement.Platforms; null: none
  std::string error;  // why there is no image to deploy
};

/// The reference that a service is deployed from: built, or as written.
std::string reference_of(const convert::DesiredService& service, const Choices& choices);
/// `live` is the stack's own service of that name, or nullptr. With `as_docker`, an image that no
/// registry knows is still deployed, without a digest; the error is then a warning.
ImageChoice choose_image(const convert::DesiredService& service, const swarm::Service* live,
                         bool as_docker, const Choices& choices);
/// Puts the image into a spec.
void set_image(swarm::Spec& spec, const ImageChoice& choice);

}  // namespace skep::plan
