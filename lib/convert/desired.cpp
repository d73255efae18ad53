#include "convert/desired.hpp"

namespace skep::convert {

const SourceLoc& DesiredService::place_of(const std::string& part) const {
  const auto found = places.find(part);
  return found == places.end() || found->second.line == 0 ? loc : found->second;
}

}  // namespace skep::convert
