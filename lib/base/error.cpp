#include "base/error.hpp"

#include <fmt/format.h>

namespace skep {

std::string format(const SourceLoc& loc) {
  if (loc.line == 0) return loc.file;
  if (loc.column == 0) return fmt::format("{}:{}", loc.file, loc.line);
  return fmt::format("{}:{}:{}", loc.file, loc.line, loc.column);
}

Error::Error(Kind kind, std::string message, std::string hint)
    : std::runtime_error(message),
      kind_(kind),
      message_(std::move(message)),
      hint_(std::move(hint)),
      full_(message_) {}

Error::Error(Kind kind, SourceLoc loc, std::string message, std::string hint)
    : Error(kind, std::move(message), std::move(hint)) {
  loc_ = std::move(loc);
}

void Error::add_context(const std::string& frame) {
  full_ = frame + ": " + full_;
}

}  // namespace skep
