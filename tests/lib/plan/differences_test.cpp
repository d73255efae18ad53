#include "plan/differences.hpp"

#include "plan/judge.hpp"
#include "plan/make_plan.hpp"
#include "support/catch.hpp"
#include "world.hpp"

using namespace skep;
using namespace skep::plan;
using namespace skep::test;

TEST_CASE("every difference of a network that is there is named", "[plan]") {
  auto live = network("shop_back", "shop", {"10.9.0.0/24"});
  live.pools = Json::parse(R"([{"Subnet": "10.9.0.0/24", "Gateway": "10.9.0.1"}])");
  live.options = {{"com.docker.network.driver.overlay.vxlanid_list", "4097"}, {"encrypted", ""}};
  Json spec = Json::parse(R"({"Driver": "overlay", "Options": {"encrypted": ""}, "IPAM":
      {"Driver": "", "Options": null, "Config": [{"Subnet": "10.9.0.0/24"}]},
      "Labels": {"com.docker.stack.namespace": "shop"}, "Attachable": false, "Internal": false})");
  CHECK(network_difference(spec, live).empty());
  const auto differs = [&](const std::string& pointer, const Json& value) {
    auto changed = spec;
    changed[Json::json_pointer(pointer)] = value;
    return network_difference(changed, live);
  };
  CHECK(differs("/Driver", "weave") == "driver overlay → weave");
  CHECK(differs("/Attachable", true) == "attachable false → true");
  CHECK(differs("/Internal", true) == "internal false → true");
  CHECK(differs("/EnableIPv6", true) == "ipv6 false → true");
  CHECK(differs("/EnableIPv6", false).empty());
  CHECK(differs("/Options", nullptr) == "options[encrypted] \"\" → (absent)");
  CHECK(differs("/Options/mtu", "1400") == "options[mtu] (absent) → \"1400\"");
  CHECK(differs("/Labels/a", "b") == "labels[a] (absent) → \"b\"");
  CHECK(differs("/IPAM/Config/0/Gateway", "10.9.0.254") ==
        "gateway of 10.9.0.0/24 10.9.0.1 → 10.9.0.254");
  CHECK(differs("/IPAM/Config/0/IPRange", "10.9.0.128/25") ==
        "ip range of 10.9.0.0/24 (absent) → 10.9.0.128/25");
  CHECK(differs("/IPAM/Config/0/Subnet", "10.8.0.0/24") == "subnets 10.9.0.0/24 → 10.8.0.0/24");
  CHECK(differs("/IPAM", nullptr).empty());
}

TEST_CASE("a volume whose options change is said: a node that has it keeps it", "[plan]") {
  auto service = desired_service("web");
  const auto mount = [](const std::string& source, const std::string& size,
                        const std::string& label) {
    return Json{{"Type", "volume"},
                {"Source", source},
                {"Target", "/data"},
                {"VolumeOptions",
                 {{"Labels", {{"a", label}}},
                  {"DriverConfig", {{"Name", "local"}, {"Options", {{"o", size}}}}}}}};
  };
  auto& mounts = service.spec.json()["TaskTemplate"]["ContainerSpec"]["Mounts"];
  mounts = Json::array({mount("shop_data", "size=1g", "1")});
  const auto live = released(service);
  const auto notes = [&] { return make_plan(judge(stack_of({service}), live, choices())).notes; };
  using Notes = std::vector<std::string>;
  CHECK(notes().empty());
  const std::string rest =
      " change in the file, but a node that has the volume keeps it as it is; which nodes have it "
      "cannot be seen from here";
  mounts = Json::array({mount("shop_data", "size=2g", "1")});
  CHECK(notes() == Notes{"volume shop_data: its driver options" + rest});
  mounts = Json::array({mount("shop_data", "size=1g", "2")});
  CHECK(notes() == Notes{"volume shop_data: its labels" + rest});
  mounts = Json::array({mount("shop_other", "size=2g", "1")});
  CHECK(notes().empty());
}
