// Labels for traefik that would not do what they say.
#include "convert/convert.hpp"
#include "stack/read.hpp"
#include "support/catch.hpp"
#include "yaml/read.hpp"

namespace skep {
namespace {

/// The findings about one service "web" of the stack "shop" with these lines and networks.
std::string said_of(const std::string& lines, const std::string& networks = "") {
  std::string text = "services:\n  web:\n    image: x\n";
  for (std::size_t at = 0; at < lines.size();) {
    const auto end = std::min(lines.find('\n', at), lines.size());
    text += "    " + lines.substr(at, end - at) + "\n";
    at = end + 1;
  }
  if (!networks.empty()) text += "networks: " + networks + "\n";
  Diagnostics problems;
  stack::ReadOptions options;
  options.base_dir = "/base";
  const auto stack = stack::read(yaml::read(text, "s.yml", problems), options, problems);
  convert::convert(stack, "shop", problems);
  return format(problems);
}

const std::string kPort =
    "traefik cannot know the port of a service of Swarm, and ignores these labels without it\n";

}  // namespace

TEST_CASE("labels that traefik would not see are named, with where they belong", "[convert]") {
  CHECK(said_of("labels:\n  - other=1\n  - traefik.enable=true\n"
                "  - traefik.http.routers.w.rule=Host(`a`)\n") ==
        "s.yml:6:9: warning: services.web.labels: traefik's Swarm provider does not see "
        "traefik.enable and 1 more: it reads deploy.labels\n"
        "  hint: write them below deploy: deploy: {labels: {traefik.enable: …}}\n");
  CHECK(said_of("labels:\n  Traefik.Enable: 'true'\n")
            .starts_with("s.yml:5:7: warning: services.web.labels: traefik's Swarm provider does "
                         "not see Traefik.Enable: it reads deploy.labels\n"));
  SECTION("a traefik of the stack's own that looks at containers sees them") {
    const std::string labels = "labels: {traefik.enable: 'true'}\n";
    CHECK(said_of(labels + "command: [--providers.docker]\n") == "");
    CHECK(said_of(labels + "command: --Providers.Docker=true --providers.docker.network=n\n") ==
          "");
    CHECK(said_of(labels + "command: [--providers.docker, --providers.docker.swarmMode]\n") != "");
    CHECK(said_of(labels + "command: [--providers.docker, --providers.swarm=true]\n") != "");
    CHECK(said_of(labels + "command: [--providers.docker=false]\n") != "");
  }
  SECTION("in both places they are meant for both worlds") {
    CHECK(said_of("labels: {traefik.enable: 'true'}\n"
                  "deploy: {labels: {traefik.enable: 'false'}}\n") == "");
  }
  SECTION("a secret's value is not in the hint") {
    CHECK(
        said_of("labels: {traefik.http.middlewares.a.basicauth.users: 'me:hash'}\n").find("hash") ==
        std::string::npos);
  }
}

TEST_CASE("a router without a port is named, with the line to write", "[convert]") {
  CHECK(said_of("deploy:\n  labels:\n    - traefik.enable=true\n"
                "    - traefik.http.routers.w.rule=Host(`a`)\n") ==
        "s.yml:7:11: warning: services.web.deploy.labels: " + kPort +
            "  hint: write traefik.http.services.w.loadbalancer.server.port: \"PORT\"\n");
  SECTION("its port is what the service publishes") {
    CHECK(said_of("ports: ['8080:3000']\n"
                  "deploy: {labels: {traefik.http.routers.w.rule: Host(`a`),\n"
                  "  traefik.http.routers.w.service: api}}\n")
              .ends_with("  hint: write traefik.http.services.api.loadbalancer.server.port: "
                         "\"3000\"\n"));
  }
  SECTION("a balancer of its own that lacks it") {
    CHECK(said_of("deploy: {labels: {traefik.http.services.One.loadbalancer.server.port: '80',\n"
                  "  traefik.http.services.Two.loadbalancer.sticky.cookie.name: c}}\n")
              .ends_with("  hint: write traefik.http.services.Two.loadbalancer.server.port: "
                         "\"PORT\"\n"));
  }
  SECTION("traefik's own services need one all the same") {
    CHECK(said_of("deploy: {labels: {traefik.http.routers.d.rule: Host(`a`),\n"
                  "  traefik.http.routers.d.service: api@internal}}\n")
              .ends_with("  hint: write traefik.http.services.unused.loadbalancer.server.port: "
                         "\"9999\": it wants one, whichever\n"));
  }
  SECTION("a middleware alone, and nothing but enable") {
    CHECK(said_of("deploy: {labels: {traefik.http.middlewares.m.compress: 'true'}}\n")
              .ends_with("  hint: write traefik.http.services.web.loadbalancer.server.port: "
                         "\"PORT\"\n"));
    CHECK(said_of("deploy: {labels: {traefik.enable: 'true'}}\n").find(kPort) != std::string::npos);
  }
  SECTION("TCP and UDP") {
    for (const std::string protocol : {"tcp", "udp"}) {
      const std::string router = "traefik." + protocol + ".routers.db.entrypoints: db";
      const std::string port = "traefik." + protocol + ".services.db.loadbalancer.server.port: 1";
      CHECK(said_of("deploy: {labels: {" + router + "}}\n")
                .ends_with("  hint: write traefik." + protocol +
                           ".services.db.loadbalancer.server.port: \"PORT\"\n"));
      CHECK(said_of("deploy: {labels: {traefik.enable: 'true', " + router + ", " + port + "}}\n") ==
            "");
    }
  }
}

TEST_CASE("labels that traefik serves are no finding", "[convert]") {
  for (const std::string labels :
       {"traefik.http.routers.w.rule: Host(`a`), traefik.http.services.w.loadbalancer.server.port: "
        "80",
        "TRAEFIK.HTTP.Routers.w.rule: Host(`a`), traefik.HTTP.services.w.LoadBalancer.Server.Port: "
        "'80'",
        "traefik.http.routers.w.rule: Host(`a`), traefik.http.services.w.loadbalancer.server.url: "
        "'http://a'",
        "traefik.enable: 'false', traefik.http.routers.w.rule: Host(`a`)",
        "traefik.constraint-label: public, traefik.swarm.network: shop_default", "other: x",
        "traefik.enable: 'true', traefik.port: '80', traefik.frontend.rule: 'Host:a'",
        "traefik.admin.port: '80', traefik.admin.frontend.rule: 'Host:a'"}) {
    INFO(labels);
    CHECK(said_of("deploy: {labels: {" + labels + "}}\n") == "");
  }
}

TEST_CASE("traefik's network is a network's full name", "[convert]") {
  const auto of_network = [](const std::string& value, const std::string& more = "") {
    return said_of("networks: [front, back]\ndeploy: {labels: {traefik.docker.network: '" + value +
                       "'" + more + "}}\n",
                   "{front: , back: {name: behind}, gate: {external: true}, other: }");
  };
  CHECK(of_network("shop_front") == "");
  CHECK(of_network("behind") == "");
  CHECK(of_network("front") ==
        "s.yml:5:23: warning: services.web.deploy.labels: traefik does not find the network "
        "\"front\": in the swarm it is \"shop_front\"\n"
        "  hint: write traefik.docker.network: shop_front\n");
  CHECK(of_network("back").find("in the swarm it is \"behind\"") != std::string::npos);
  CHECK(of_network("gate") ==
        "s.yml:5:23: warning: services.web.deploy.labels: traefik does not find the service on the "
        "network \"gate\"\n  hint: the service is on behind, shop_front; write one of them\n");
  CHECK(said_of("deploy: {labels: {traefik.swarm.network: gate}}\n")
            .ends_with("  hint: write traefik.swarm.network: shop_default\n"));
  SECTION("both families, and traefik 3 takes neither") {
    CHECK(of_network("shop_front", ", traefik.swarm.network: shop_front") ==
          "s.yml:5:23: warning: services.web.deploy.labels: traefik 3 ignores a service that has "
          "both traefik.docker and traefik.swarm labels\n"
          "  hint: keep traefik.swarm.network for traefik 3, or traefik.docker.network for traefik "
          "2\n");
  }
}

}  // namespace skep
