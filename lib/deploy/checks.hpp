#pragma once
// From `checks:` of skep.yml to HTTP checks, and what to say when they fail.
#include "check/check.hpp"
#include "config/project.hpp"

namespace skep::deploy {

/// The checks of skep.yml as lib/check takes them. Tells the redactor about headers that look
/// secret.
std::vector<check::Check> to_checks(EventSink& events, const config::Project& project);
/// "check http://…: status 503, wanted 200; …" of those that failed; "" when all are good.
std::string failures(const std::vector<check::Result>& results);

}  // namespace skep::deploy
