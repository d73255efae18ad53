// The yaml reader on any bytes: what it takes without a word is written, and reads again as an
// equal tree.
#include "base/diagnostics.hpp"
#include "fuzz/fuzz.hpp"
#include "yaml/emit.hpp"
#include "yaml/read.hpp"

using namespace skep;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::only_input_errors([&] {
    Diagnostics problems;
    const auto document = yaml::read(fuzz::text_of(data, size), "f", problems);
    if (!problems.empty()) return;
    const std::string written = yaml::emit(document.root);
    Diagnostics none;
    yaml::Document again;
    try {
      again = yaml::read(written, "again", none);
    } catch (const Error& error) {
      fuzz::crash("what was written cannot be read: " + error.message() + "\n" + written);
    }
    fuzz::require(none.empty() && again == document, "reads again as another tree:\n" + written);
  });
  return 0;
}
