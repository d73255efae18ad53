// .dockerignore: patterns up to a NUL, a path behind it.
#include "image/ignore.hpp"

#include "fuzz/fuzz.hpp"

using namespace skep;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = fuzz::text_of(data, size);
  const auto end = std::min(input.find('\0'), input.size());
  const auto patterns = input.substr(0, end);
  const std::string path(input.substr(std::min(end + 1, input.size())));
  fuzz::only_input_errors([&] {
    const image::IgnoreRules rules(patterns, ".dockerignore");
    const auto folder = rules.judge("folder", nullptr);
    const auto below = rules.judge("folder/" + path, &folder);
    fuzz::require(below.matched.size() == folder.matched.size(), "not a verdict a rule");
    rules.may_except_below(path);
  });
  return 0;
}
