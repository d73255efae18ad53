#include "deploy/load.hpp"

#include "base/looks_secret.hpp"

#include <algorithm>
#include <array>

namespace skep::deploy {
namespace {

// A value that a name alone makes a secret: shorter ones, and these words, stand in every message.
constexpr std::size_t kShortest = 6;
constexpr std::array<std::string_view, 6> kWords = {"disabled", "enabled",  "default",
                                                    "required", "optional", "password"};

void hide(Redactor& redactor, const std::string& name, const std::string& value) {
  const bool word =
      value.size() < kShortest || std::find(kWords.begin(), kWords.end(), value) != kWords.end();
  if (value_looks_secret(value) || (name_looks_secret(name) && !word)) redactor.hide(Secret(value));
}

}  // namespace

project::Loaded load(Deps& deps, const project::Options& options) {
  project::Loaded loaded = project::load(options, deps.env);
  Redactor& redactor = deps.events.redactor();
  for (const auto* used : {&loaded.project.used, &loaded.used}) {
    for (const auto& [name, value] : used->values()) hide(redactor, name, value);
  }
  for (const auto& secret : loaded.desired.secrets) redactor.hide(secret.data);
  for (const auto& service : loaded.desired.services) {
    for (const auto& [name, value] : service.spec.env()) hide(redactor, name, value);
  }
  return loaded;
}

}  // namespace skep::deploy
