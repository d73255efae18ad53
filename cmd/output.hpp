#pragma once
// Writes standard output and JSON; a failed write is an exception of its own.
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"

#include <iosfwd>
#include <string>

namespace skep::cmd {

/// Standard output is full, or its reader has gone.
class OutputLost : public Error {
 public:
  /// `error_number`: 0 when it is not known.
  explicit OutputLost(int error_number);
  /// The reader has gone (`| head`), so there is nothing to report.
  bool reader_gone() const { return reader_gone_; }

 private:
  bool reader_gone_;
};

/// Writes and flushes. Throws OutputLost.
void write_out(std::ostream& out, const std::string& text);

/// One line of JSON. Secrets are hidden in the values before they become text, where one could look
/// like syntax. Control characters are escaped.
std::string json_line(Json value, const Redactor& redactor);

}  // namespace skep::cmd
