// What real engines made of real specs (recorded/record.py): right after a deploy the diff is
// empty.
#include "base/files.hpp"
#include "base/json.hpp"
#include "support/catch.hpp"
#include "swarm/canonical.hpp"
#include "swarm/diff.hpp"
#include "swarm/merge.hpp"
#include "swarm/spec.hpp"

#include <nlohmann/json.hpp>

using namespace skep;
using namespace skep::swarm;

namespace {

Names names_of(const Json& ids) {
  Names names;
  for (const auto& [name, id] : ids["networks"].items()) {
    names.network_id_by_name[name] = id.get<std::string>();
    names.network_name_by_id[id.get<std::string>()] = name;
  }
  for (const auto& [name, id] : ids["secrets"].items())
    names.secret_id_by_name[name] = id.get<std::string>();
  for (const auto& [name, id] : ids["configs"].items())
    names.config_id_by_name[name] = id.get<std::string>();
  return names;
}

std::string shown(const std::vector<FieldChange>& changes) {
  std::string text;
  for (const auto& change : changes) {
    text += change.path + ": " + change.old_text() + " → " + change.new_text() + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("what an engine says back is what was posted, with and without its defaults", "[swarm]") {
  for (const auto* engine : {"20", "26", "28", "29"}) {
    const auto recording =
        parse_json(read_file(std::string(SKEP_TEST_DIR) + "/recorded/engine-" + engine + ".json"),
                   "the recording");
    const auto names = names_of(recording["ids"]);
    const unsigned version = static_cast<unsigned>(std::stoul(engine));
    REQUIRE(recording["cases"].size() > 100);
    CHECK(recording["refused"].empty());
    for (const auto& one : recording["cases"]) {
      const Spec posted = without_newer_fields(Spec(one["posted"]), version).spec;
      const auto said = canonical(Spec(one["said"]), names);
      const auto with_defaults = canonical(Spec(one["with_defaults"]), names);
      CAPTURE(engine, one["posted"].dump(), one["said"].dump(), one["with_defaults"].dump());
      CHECK(shown(diff(said, posted)) == "");
      CHECK(shown(diff(with_defaults, posted)) == "");
      CHECK(said == posted);
      CHECK(merged_for_update(one["said"], posted, names) == one["said"]);
    }
  }
}
