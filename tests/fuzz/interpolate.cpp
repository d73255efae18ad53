// Interpolation of any text, in both dialects: it ends, a text without a '$' stays as it is, and
// what cannot be done is said and leaves the text alone.
#include "yaml/interpolate.hpp"

#include "fuzz/fuzz.hpp"

using namespace skep;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  yaml::Interpolation how;
  how.dialect = (data[0] & 1) != 0 ? yaml::Dialect::docker : yaml::Dialect::compose;
  how.allow_missing = (data[0] & 2) != 0;
  how.lookup = [](const std::string& name) -> std::optional<std::string> {
    if (name == "EMPTY") return "";
    if (name == "A") return "value of ${A} $$";
    return std::nullopt;
  };
  const std::string text(fuzz::text_of(data + 1, size - 1));
  const auto result = yaml::interpolate(text, how);
  if (text.find('$') == std::string::npos) {
    fuzz::require(result.text == text && result.problems.empty(), "a text without $ was changed");
  }
  fuzz::require(result.problems.empty() || result.text == text, "a problem changed the text");
  return 0;
}
