#pragma once
// `.env` files as Compose reads them: NAME=value lines, `export`, comments, quotes (double ones
// with escapes, over several lines), `${…}` in what is not in single quotes. (compose-go, dotenv/)
#include "base/diagnostics.hpp"
#include "yaml/interpolate.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace skep::yaml {

struct Variable {
  std::string name;
  std::string value;
  SourceLoc loc;
  bool operator==(const Variable&) const = default;
};

/// The variables in their order; a later one of the same name counts. Where a value names another
/// variable, `lookup` (the process's environment) wins over the file. A name without "=" gets its
/// value from `lookup`. Mistakes go to `diagnostics` with their line; a missing variable in a value
/// is a mistake.
std::vector<Variable> read_dotenv(std::string_view text, const std::string& file,
                                  const Lookup& lookup, Diagnostics& diagnostics);

}  // namespace skep::yaml
