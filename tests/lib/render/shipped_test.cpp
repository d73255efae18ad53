// The YAML that lies in this repository for its users, by two readers.
#include "base/files.hpp"
#include "support/catch.hpp"
#include "support/second_reader.hpp"

#include <filesystem>
#include <string>

using namespace skep;

TEST_CASE("two readers read every example and every template's description alike", "[render]") {
  std::size_t files = 0;
  for (const std::string folder : {"/examples", "/templates", "/tests/lib/render/golden"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(SKEP_SOURCE_DIR + folder)) {
      const auto& path = entry.path();
      // A template's stack.yml is YAML when it is rendered: as it is in golden.
      const bool is_template = folder == "/templates" && path.filename() == "stack.yml";
      if (path.extension() != ".yml" || is_template) continue;
      INFO(path);
      CHECK(test::read_by_both(read_file(path.string())).is_map());
      ++files;
    }
  }
  CHECK(files >= 7);
}
