// Whatever tree a file holds, reading it gives findings or values, and never throws.
#include "base/files.hpp"
#include "convert/convert.hpp"
#include "lib/stack/stack_support.hpp"

#include <filesystem>
#include <functional>

namespace skep {
namespace {

#ifndef SKEP_ANY_TREE_STEP
#define SKEP_ANY_TREE_STEP 41  // every 41st of all changes; 1 is all of them
#endif

const std::string kSeeds = std::string(SKEP_SOURCE_DIR) + "/tests/conformance/cases";

std::size_t count_nodes(const yaml::Node& node) {
  std::size_t count = 1;
  for (const auto& item : node.items()) count += count_nodes(item);
  for (const auto& entry : node.entries()) count += count_nodes(entry.value);
  return count;
}

/// Puts `other` in the place of the n-th node; false while there are fewer.
bool replace(yaml::Node& node, std::size_t& n, const yaml::Node& other) {
  if (n-- == 0) {
    node = other;
    return true;
  }
  for (auto& item : node.items()) {
    if (replace(item, n, other)) return true;
  }
  for (std::size_t i = 0; i < node.entries().size(); ++i) {
    if (replace(node.value_at(i), n, other)) return true;
  }
  return false;
}

std::vector<yaml::Node> others() {
  using yaml::Node;
  return {Node(),
          Node::boolean(true),
          Node::integer(5),
          Node::integer(-7'000'000'000),
          Node::floating(1.5),
          Node::string(""),
          Node::string("x:y:z"),
          Node::string("${A}").set_interpolated(true),
          Node::list(),
          Node::list({Node(), Node::integer(1), Node::string("a"), Node::list(), Node::map()}),
          Node::map(),
          Node::map(
              {{"x-a", Node(), {}}, {"name", Node::integer(1), {}}, {"a", Node::string("b"), {}}})};
}

}  // namespace

TEST_CASE("no value in the place of another makes the reader or the conversion throw",
          "[convert]") {
  auto options = test::options_with({{"A", "1"}, {"HOME", "/h"}}, kSeeds);
  std::size_t step = 0, read_files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kSeeds)) {
    if (entry.path().extension() != ".yml") continue;
    Diagnostics ignored;
    const auto document = yaml::read(read_file(entry.path().string()), "s.yml", ignored);
    for (std::size_t n = 0; n < count_nodes(document.root); ++n) {
      for (const auto& other : others()) {
        if (++step % SKEP_ANY_TREE_STEP != 0) continue;
        auto changed = document;
        std::size_t place = n;
        replace(changed.root, place, other);
        options.compat = step % 2 == 0 ? stack::Compat::none : stack::Compat::docker;
        Diagnostics problems;
        INFO(entry.path().string() << " node " << n << " " << format(problems));
        CHECK_NOTHROW(convert::convert(stack::read(changed, options, problems), "app", problems));
        ++read_files;
      }
    }
  }
  CHECK(read_files > 100);
}

}  // namespace skep
