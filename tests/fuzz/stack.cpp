// A Compose file of any text, from bytes to service specs, as skep and (first byte odd) as docker
// reads it.
#include "convert/convert.hpp"
#include "fuzz/fuzz.hpp"
#include "stack/read.hpp"
#include "yaml/interpolate.hpp"
#include "yaml/read.hpp"

using namespace skep;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  fuzz::only_input_errors([&] {
    Diagnostics problems;
    auto document = yaml::read(fuzz::text_of(data + 1, size - 1), "f", problems);
    yaml::Interpolation how;
    how.lookup = [](const std::string&) -> std::optional<std::string> { return "1"; };
    document.root = yaml::interpolate(std::move(document.root), how, problems);
    stack::ReadOptions options;
    options.base_dir = "/nowhere";
    if ((data[0] & 1) != 0) options.compat = stack::Compat::docker;
    const auto stack = stack::read(document, options, problems);
    convert::convert(stack, "app", problems);
    format(problems);
  });
  return 0;
}
