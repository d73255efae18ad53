#pragma once
// Standard output that could not be written, and JSON as it is printed.
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"

#include <iosfwd>
#include <string>

namespace skep::cmd {

/// Standard output is full, or nobody reads it any more.
class OutputLost : public Error {
 public:
  /// `error_number`: 0 when it is not known.
  explicit OutputLost(int error_number);
  /// The reader has gone (`| head`): nothing to say.
  bool reader_gone() const { return reader_gone_; }

 private:
  bool reader_gone_;
};

/// Writes and flushes. Throws OutputLost.
void write_out(std::ostream& out, const std::string& text);

/// One line of JSON. Secrets are hidden in the values, before there is text in which one could be
/// part of the syntax; control characters are escaped.
std::string json_line(Json value, const Redactor& redactor);

}  // namespace skep::cmd
