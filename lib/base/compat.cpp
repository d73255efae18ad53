#include "base/compat.hpp"

namespace skep {

const char* spelled(Compat compat) {
  switch (compat) {
    case Compat::none:
      return "none";
    case Compat::docker:
      return "docker";
  }
  return "none";
}

std::optional<Compat> compat_of(const std::string& text) {
  for (const auto compat : {Compat::none, Compat::docker}) {
    if (text == spelled(compat)) return compat;
  }
  return std::nullopt;
}

}  // namespace skep
