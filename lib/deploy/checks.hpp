#pragma once
#include "check/check.hpp"
#include "config/project.hpp"

namespace skep::deploy {

/// The checks of skep.yml as lib/check takes them. Tells the redactor of headers that look secret.
std::vector<check::Check> to_checks(EventSink& events, const config::Project& project);
/// "check http://…: status 503, wanted 200; …" of those that failed; "" when all are good.
std::string failures(const std::vector<check::Result>& results);

}  // namespace skep::deploy
