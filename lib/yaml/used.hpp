#pragma once
// Which variables gave values while files were read.
#include "yaml/dotenv.hpp"

#include <map>
#include <string>
#include <vector>

namespace skep::yaml {

class Used {
 public:
  /// A variable of the process has no place.
  void note(const Variable& variable);
  /// Those of env files, in the order of their use.
  const std::vector<Variable>& of_files() const { return of_files_; }
  /// Name → value of all.
  const std::map<std::string, std::string>& values() const { return values_; }
  /// `text` of a message with each value in quotes as the `${NAME}` that it came from; values of 8
  /// bytes and more also outside of quotes.
  std::string named(const std::string& text) const;

 private:
  std::map<std::string, std::string> values_;
  std::vector<Variable> of_files_;
};

}  // namespace skep::yaml
