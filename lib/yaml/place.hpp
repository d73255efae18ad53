#pragma once
// Where a node of a document stands.
#include "base/error.hpp"

#include <memory>
#include <string>

namespace skep::yaml {

/// A SourceLoc that shares its file's name: a big file has hundreds of thousands of them.
struct Place {
  std::shared_ptr<const std::string> file;
  int line = 0;
  int column = 0;
  SourceLoc loc() const;
};

}  // namespace skep::yaml
