// The yaml reader beside libyaml, of whose events it makes its tree: both take the same texts, but
// for what skep refuses on purpose, and the tree is the one that these events make in the plainest
// way.
#include "fuzz/fuzz.hpp"
#include "support/libyaml.hpp"

using namespace skep;

namespace {

struct Counts {
  std::size_t both = 0, only_libyaml = 0, neither = 0;
  ~Counts() {
    std::fprintf(stderr, "both take %zu, only libyaml %zu, neither %zu\n", both, only_libyaml,
                 neither);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Counts counts;
  const auto compared = test::beside_libyaml(fuzz::text_of(data, size));
  fuzz::require(compared.difference.empty(), compared.difference);
  ++(compared.skep_takes      ? counts.both
     : compared.libyaml_takes ? counts.only_libyaml
                              : counts.neither);
  return 0;
}
