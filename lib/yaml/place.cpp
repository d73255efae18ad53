#include "yaml/place.hpp"

namespace skep::yaml {

SourceLoc Place::loc() const {
  return {file ? *file : std::string(), line, column};
}

}  // namespace skep::yaml
