// The short forms, chosen by the first byte: ports, mounts, durations, sizes, CPUs, commands, image
// references, plain scalars. What is taken is in its range, and reads again as the same where it
// can be written.
#include "stack/short_syntax.hpp"

#include "base/image_ref.hpp"
#include "base/units.hpp"
#include "fuzz/fuzz.hpp"
#include "yaml/emit.hpp"
#include "yaml/read.hpp"

using namespace skep;

namespace {

void ports(const std::string& text) {
  const auto parsed = stack::parse_ports(text);
  if (!parsed.error.empty()) return;
  fuzz::require(!parsed.value.ports.empty(), "no port and no error");
  for (const auto& port : parsed.value.ports) {
    fuzz::require(port.target <= 65535 && port.published <= 65535, "a port out of range");
  }
}

void mounts(const std::string& text) {
  const auto parsed = stack::parse_mount(text);
  if (parsed.error.empty()) fuzz::require(!parsed.value.mount.target.empty(), "no target");
}

void durations(const std::string& text) {
  const auto parsed = parse_duration(text);
  if (!parsed) return;
  fuzz::require(parse_duration(format_duration(*parsed)) == parsed, format_duration(*parsed));
}

void cpus(const std::string& text) {
  fuzz::require(stack::parse_cpus(text).value >= 0, "less than no CPU");
}

void sizes(const std::string& text) {
  const auto parsed = parse_size(text);
  if (parsed) fuzz::require(*parsed >= 0, "less than no byte");
}

void references(const std::string& text) {
  const auto parsed = parse_image_ref(text);
  if (!parsed) return;
  fuzz::require(parse_image_ref(parsed->full()) == parsed, parsed->full());
  fuzz::require(parse_image_ref(parsed->familiar()) == parsed, parsed->familiar());
}

void scalars(const std::string& text) {
  const auto node = yaml::Node::plain(text);
  Diagnostics problems;
  const auto again = yaml::read(yaml::emit(node), "again", problems);
  fuzz::require(again.root == node, yaml::emit(node));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(fuzz::text_of(data + 1, size - 1));
  switch (data[0] % 8) {
    case 0:
      ports(text);
      break;
    case 1:
      mounts(text);
      break;
    case 2:
      durations(text);
      break;
    case 3:
      sizes(text);
      break;
    case 4:
      cpus(text);
      break;
    case 5:
      stack::split_command(text);
      break;
    case 6:
      references(text);
      break;
    default:
      scalars(text);
      break;
  }
  return 0;
}
