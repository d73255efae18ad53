#pragma once
// Golden files: tests/<...>/golden/NAME holds the text; SKEP_GOLDEN=accept writes what is there
// now.
#include <string>

namespace skep::test {

/// Fails the running test with a line diff when `text` differs from the file `dir`/golden/`name`.
void golden(const std::string& dir, const std::string& name, const std::string& text);
/// Fails the running test with a line diff when the texts differ.
void require_lines(const std::string& expected, const std::string& actual);

}  // namespace skep::test
