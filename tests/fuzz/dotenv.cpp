// `.env` files of any bytes: every variable has a name and a line that is there.
#include "yaml/dotenv.hpp"

#include "base/diagnostics.hpp"
#include "fuzz/fuzz.hpp"

#include <algorithm>

using namespace skep;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
  const yaml::Lookup lookup = [](const std::string& name) -> std::optional<std::string> {
    return name == "A" ? std::optional<std::string>("a") : std::nullopt;
  };
  fuzz::only_input_errors([&] {
    Diagnostics problems;
    for (const auto& variable : yaml::read_dotenv(text, ".env", lookup, problems)) {
      fuzz::require(!variable.name.empty(), "a variable without a name");
      fuzz::require(variable.loc.line >= 1 && variable.loc.line <= lines,
                    "a line that is not there");
    }
    for (const auto& problem : problems.sorted()) {
      fuzz::require(problem.loc.line >= 1 && problem.loc.line <= lines, "a line that is not there");
    }
  });
  return 0;
}
