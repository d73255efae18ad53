#include "base/error.hpp"

#include <fmt/format.h>

#include <new>
#include <system_error>

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

Error as_error(const std::exception& exception) {
  if (const auto* error = dynamic_cast<const Error*>(&exception)) return *error;
  if (dynamic_cast<const std::bad_alloc*>(&exception) != nullptr)
    return {Kind::internal, "there is no memory left"};
  if (const auto* system = dynamic_cast<const std::system_error*>(&exception);
      system != nullptr && system->code() == std::errc::resource_unavailable_try_again) {
    return {Kind::internal, "the system gives skep no thread", "raise the limit of processes"};
  }
  return {Kind::internal, std::string("skep itself failed: ") + exception.what(),
          "this is a fault of skep: please report it with the command that was run"};
}

}  // namespace skep
