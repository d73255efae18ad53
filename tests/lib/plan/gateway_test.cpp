// What traefik makes of labels. The rule is a real traefik's: tests/swarm/test_gateway.py.
#include "plan/gateway.hpp"

#include "plan/format.hpp"
#include "plan/judge.hpp"
#include "plan/preflight.hpp"
#include "support/catch.hpp"
#include "world.hpp"

using namespace skep;
using namespace skep::plan;
using namespace skep::test;

namespace {

using Pairs = std::vector<std::pair<LabelTexts, LabelTexts>>;

/// What is said of a service "shop_web" with labels `mine` beside a live "else_app" with `others`.
std::string said(const LabelTexts& mine, const LabelTexts& others,
                 const std::vector<swarm::Service>& more = {}, std::uint64_t replicas = 2) {
  auto service = desired_service("web");
  for (const auto& [key, value] : mine) service.spec.set_label(key, value);
  auto spec = service_spec("else_app", "app:1");
  spec.set_label(swarm::kNamespaceLabel, "else");
  for (const auto& [key, value] : others) spec.set_label(key, value);
  spec.json()["Mode"]["Replicated"]["Replicas"] = replicas;
  auto live = empty_swarm();
  live.services = more;
  live.services.push_back(live_service(spec));
  return format(preflight(judge(stack_of({service}), live, choices())));
}

/// "http.routers.web.rule" → "traefik.http.routers.web.rule".
LabelTexts traefik(const LabelTexts& labels) {
  LabelTexts result;
  for (const auto& [key, value] : labels) result["traefik." + key] = value;
  return result;
}

swarm::Spec edge(const std::vector<std::string>& args, const std::string& image = "traefik:v3") {
  auto spec = service_spec("edge_traefik", image);
  spec.json()["TaskTemplate"]["ContainerSpec"]["Args"] = args;
  return spec;
}

const std::string kPlace = "stack.yml:3:5: error: services.web.deploy.labels: ";

}  // namespace

TEST_CASE("one definition on two services is how two stand behind one name", "[plan]") {
  const Pairs pairs = {
      // As they are written.
      {{{"http.routers.app.rule", "Host(`a`)"}, {"http.routers.app.service", "app"}},
       {{"http.routers.app.rule", "Host(`a`)"}, {"http.routers.app.service", "app"}}},
      // Each names its one service: that is what the router leads to.
      {{{"http.routers.app.rule", "Host(`a`)"},
        {"http.services.app.loadbalancer.server.port", "80"}},
       {{"http.routers.app.rule", "Host(`a`)"},
        {"http.services.app.loadbalancer.server.port", "8080"}}},
      {{{"http.routers.app.rule", "Host(`a`)"},
        {"http.services.app.loadbalancer.server.port", "80"},
        {"http.services.app.loadbalancer.passHostHeader", "true"}},
       {{"http.routers.app.rule", "Host(`a`)"},
        {"http.routers.app.service", "app"},
        {"http.routers.app.priority", "0"},
        {"http.services.app.loadbalancer.server.port", "80"},
        {"http.services.app.loadbalancer.server.scheme", "https"}}},
      {{{"http.routers.app.entryPoints", "web, websecure"},
        {"http.routers.app.rule", "Host(`a`)"},
        {"http.routers.app.service", "app"},
        {"http.routers.app.tls", "true"},
        {"http.routers.app.tls.certResolver", "le"}},
       {{"http.routers.app.entrypoints", "web,websecure"},
        {"http.routers.app.RULE", "Host(`a`)"},
        {"http.routers.app.service", "app"},
        {"http.routers.app.tls.certresolver", "le"}}},
      {{{"http.routers.app.rule", "Host(`a`)"},
        {"http.routers.app.service", "app"},
        {"http.routers.app.tls", "false"},
        {"http.routers.app.tls.options", "old"}},
       {{"http.routers.app.rule", "Host(`a`)"}, {"http.routers.app.service", "app"}}},
      {{{"http.middlewares.auth.basicauth.users", "a:b, c:d"}},
       {{"http.middlewares.auth.basicAuth.users", "a:b,c:d"}}},
      {{{"tcp.routers.db.rule", "HostSNI(`*`)"}, {"tcp.services.db.loadbalancer.server.port", "1"}},
       {{"tcp.routers.db.rule", "HostSNI(`*`)"},
        {"tcp.services.db.loadbalancer.server.port", "2"}}},
  };
  for (const auto& [mine, others] : pairs) {
    INFO(mine.begin()->first << " " << mine.size());
    CHECK(said(traefik(mine), traefik(others)) == "");
    CHECK(said(traefik(others), traefik(mine)) == "");
  }
}

TEST_CASE("a definition that differs takes both away", "[plan]") {
  const std::string own_name = "\n  hint: write it the same on both, or give the ";
  CHECK(
      said(traefik({{"http.routers.app.rule", "Host(`a`)"}, {"http.routers.app.service", "x"}}),
           traefik({{"http.routers.app.rule", "Host(`b`)"}, {"http.routers.app.service", "x"}})) ==
      kPlace +
          "traefik router \"app\" is defined otherwise by service \"else_app\" (rule: Host(`a`) "
          "here, Host(`b`) there): traefik drops both, and neither answers" +
          own_name + "router a name of its own\n");
  CHECK(
      said(traefik({{"http.routers.app.rule", "Host(`a`)"},
                    {"http.routers.app.service", "x"},
                    {"http.routers.app.middlewares", "m"}}),
           traefik({{"http.routers.app.rule", "Host(`a`)"}, {"http.routers.app.service", "x"}})) ==
      kPlace +
          "traefik router \"app\" is defined otherwise by service \"else_app\" (middlewares: m "
          "here, nothing there): traefik drops both, and neither answers" +
          own_name + "router a name of its own\n");
  CHECK(said(traefik({{"http.services.app.loadbalancer.healthcheck.path", "/a"}}),
             traefik({{"http.services.app.loadbalancer.healthcheck.path", "/b"}})) ==
        kPlace +
            "traefik service \"app\" is defined otherwise by service \"else_app\" "
            "(loadbalancer.healthcheck.path): traefik drops both, and neither answers" +
            own_name + "service a name of its own\n");
  CHECK(said(traefik({{"tcp.routers.db.rule", "HostSNI(`a`)"}, {"tcp.routers.db.service", "x"}}),
             traefik({{"tcp.routers.db.rule", "HostSNI(`b`)"}, {"tcp.routers.db.service", "x"}})) ==
        kPlace +
            "traefik tcp router \"db\" is defined otherwise by service \"else_app\" (rule: "
            "HostSNI(`a`) here, HostSNI(`b`) there): traefik drops both, and neither answers" +
            own_name + "tcp router a name of its own\n");
  SECTION("spaces count, as the texts are compared before the rule is read") {
    const auto spaced =
        said(traefik({{"http.routers.app.rule", "Host( `a` )"}, {"http.routers.app.service", "x"}}),
             traefik({{"http.routers.app.rule", "Host(`a`)"}, {"http.routers.app.service", "x"}}));
    CHECK_THAT(spaced, ContainsSubstring("rule: Host( `a` ) here, Host(`a`) there"));
  }
  SECTION("so do the names of services, with the provider and without") {
    const auto provider = said(
        traefik({{"http.routers.app.rule", "Host(`a`)"}, {"http.routers.app.service", "x@swarm"}}),
        traefik({{"http.routers.app.rule", "Host(`a`)"}, {"http.routers.app.service", "x"}}));
    CHECK_THAT(provider, ContainsSubstring("service: x@swarm here, x there"));
  }
}

TEST_CASE("of a middleware that differs no value is shown", "[plan]") {
  const auto text = said(traefik({{"http.middlewares.auth.basicauth.users", "admin:$apr1$mine"}}),
                         traefik({{"http.middlewares.auth.basicauth.users", "admin:$apr1$other"}}));
  CHECK(text == kPlace +
                    "traefik middleware \"auth\" is defined otherwise by service \"else_app\" "
                    "(basicauth.users): traefik drops both, and neither answers\n  hint: write it "
                    "the same on both, or give the middleware a name of its own\n");
}

TEST_CASE("a router that names no service leads to its own: two of one name differ", "[plan]") {
  const LabelTexts labels = traefik({{"http.routers.app.rule", "Host(`a`)"}});
  CHECK(said(labels, labels) ==
        kPlace +
            "traefik router \"app\" is defined otherwise by service \"else_app\" (service: "
            "shop-web here, else-app there): traefik drops both, and neither answers\n  hint: for "
            "both behind one name write on both traefik.http.routers.app.service=app and "
            "traefik.http.services.app.loadbalancer.server.port; else give the router a name of "
            "its own\n");
  const LabelTexts no_rule = traefik({{"http.routers.app.service", "x"}});
  CHECK_THAT(said(no_rule, no_rule),
             ContainsSubstring("rule: (the default rule of shop_web) here, (the default rule of "
                               "else_app) there"));
}

TEST_CASE("what traefik does not read is no conflict", "[plan]") {
  const LabelTexts mine =
      traefik({{"http.routers.app.rule", "Host(`a`)"}, {"http.routers.app.service", "x"}});
  const LabelTexts other =
      traefik({{"http.routers.app.rule", "Host(`b`)"}, {"http.routers.app.service", "x"}});
  REQUIRE_FALSE(said(mine, other).empty());
  SECTION("names have case") {
    CHECK(said(mine, traefik({{"http.routers.App.rule", "Host(`b`)"}})) == "");
  }
  SECTION("protocols have names of their own") {
    CHECK(said(mine, traefik({{"tcp.routers.app.rule", "HostSNI(`b`)"}})) == "");
  }
  SECTION("a service that is not enabled") {
    auto off = other;
    off["traefik.enable"] = GENERATE(as<std::string>{}, "false", "False", "0", "maybe");
    CHECK(said(mine, off) == "");
    CHECK(said(off, mine) == "");
  }
  SECTION("a service without tasks") {
    CHECK(said(mine, other, {}, 0) == "");
  }
  SECTION("a router that cannot choose between services") {
    CHECK(said(mine, traefik({{"http.routers.app.rule", "Host(`b`)"},
                              {"http.services.x.loadbalancer.server.port", "1"},
                              {"http.services.y.loadbalancer.server.port", "2"}})) == "");
  }
  SECTION("a tcp router without a rule") {
    CHECK(said(traefik({{"tcp.routers.app.rule", "HostSNI(`a`)"}}),
               traefik({{"tcp.routers.app.entrypoints", "db"}})) == "");
  }
  SECTION("other labels") {
    CHECK(said({{"traefik.http.routers", "x"}, {"http.routers.app.rule.x", "y"}}, other) == "");
  }
}

TEST_CASE("a service's own live definition is no problem, another service's of the stack is",
          "[plan]") {
  auto service = desired_service("web");
  service.spec.set_label("traefik.http.routers.web.rule", "Host(`a.example`)");
  CHECK(preflight(judge(stack_of({service}), released(service), choices())).empty());
  auto second = desired_service("zzz");
  second.spec.set_label("traefik.http.routers.web.rule", "Host(`b.example`)");
  const auto both = preflight(judge(stack_of({service, second}), empty_swarm(), choices()));
  CHECK(both.sorted().size() == 1);
  CHECK(both.has_errors());
}

TEST_CASE("one rule under two names is a warning where nothing tells the two apart", "[plan]") {
  const auto mine = [](LabelTexts more) {
    more["http.routers.app.rule"] = "Host(`a`)";
    more["http.routers.app.service"] = "x";
    return traefik(more);
  };
  const auto other = [](LabelTexts more) {
    more["http.routers.old.rule"] = "Host( `a` )";
    more.emplace("http.routers.old.service", "y");
    return traefik(more);
  };
  CHECK(said(mine({}), traefik({{"http.routers.old.rule", "Host(`a`)"}})) ==
        "stack.yml:3:5: warning: services.web.deploy.labels: traefik rule Host(`a`) is already "
        "routed to service \"else_app\" by router \"old\": which of the two answers is chance\n"
        "  hint: use another host or path, or say which comes first: "
        "traefik.http.routers.app.priority=10\n");
  const std::string warned = "is already routed to service";
  CHECK_THAT(
      said(mine({{"http.routers.app.priority", "7"}}), other({{"http.routers.old.priority", "7"}})),
      ContainsSubstring(warned));
  CHECK_THAT(
      said(mine({{"http.routers.app.entrypoints", "a,b"}, {"http.routers.app.priority", "7"}}),
           other({{"http.routers.old.entrypoints", "b,c"}, {"http.routers.old.priority", "7"}})),
      ContainsSubstring(warned));
  // A longer rule comes first, if by its spaces only.
  CHECK(said(mine({}), other({})) == "");
  const LabelTexts seven = {{"http.routers.old.priority", "7"}};
  const LabelTexts same = {{"http.routers.app.priority", "7"}};
  REQUIRE_THAT(said(mine(same), other(seven)), ContainsSubstring(warned));
  SECTION("another priority") {
    CHECK(said(mine({{"http.routers.app.priority", "8"}}), other(seven)) == "");
  }
  SECTION("another entry point") {
    auto here = same;
    auto there = seven;
    here["http.routers.app.entrypoints"] = "web";
    there["http.routers.old.entrypoints"] = "websecure";
    CHECK(said(mine(here), other(there)) == "");
  }
  SECTION("TLS") {
    auto there = seven;
    there["http.routers.old.tls"] = "true";
    CHECK(said(mine(same), other(there)) == "");
  }
  SECTION("both lead to one service") {
    auto there = seven;
    there["http.routers.old.service"] = "x";
    CHECK(said(mine(same), other(there)) == "");
  }
}

TEST_CASE("two gateways that take services by constraints do not conflict", "[plan]") {
  const auto labels = [](const std::string& host, const std::string& gateway) {
    auto result = traefik(
        {{"http.routers.app.rule", "Host(`" + host + "`)"}, {"http.routers.app.service", "x"}});
    result["traefik.constraint-label"] = gateway;
    return result;
  };
  const auto gateways = [](const std::string& option, const std::string& first,
                           const std::string& second) {
    auto one = edge({"--providers.swarm", option + first});
    auto two = edge({"--providers.swarm", option + second});
    two.json()["Name"] = "edge_inner";
    return std::vector<swarm::Service>{live_service(one), live_service(two)};
  };
  const std::string by_label = "--providers.swarm.constraints=";
  const auto apart = gateways(by_label, "Label(`traefik.constraint-label`, `outer`)",
                              "Label(`traefik.constraint-label`,`inner`)");
  CHECK(said(labels("a", "outer"), labels("b", "inner"), apart) == "");
  CHECK_THAT(
      said(labels("a", "inner"), labels("b", "inner"), apart),
      ContainsSubstring("or give the router a name of its own; a gateway chooses services by "
                        "its `constraints`, not by the networks that it is on"));
  SECTION("one that takes both") {
    const auto all = gateways(by_label, "Label(`traefik.constraint-label`, `outer`)", "");
    CHECK_FALSE(said(labels("a", "outer"), labels("b", "inner"), all).empty());
  }
  SECTION("a gateway that cannot be read: the labels that only a constraint reads decide") {
    CHECK(said(labels("a", "outer"), labels("b", "inner")) == "");
    CHECK_FALSE(said(labels("a", "outer"), labels("b", "outer")).empty());
  }
  SECTION("a gateway of the stack itself counts as it will be") {
    auto service = desired_service("web");
    for (const auto& [key, value] : labels("a", "outer")) service.spec.set_label(key, value);
    auto other = service_spec("else_app", "app:1");
    for (const auto& [key, value] : labels("b", "inner")) other.set_label(key, value);
    auto live = empty_swarm();
    live.services = {live_service(other)};
    auto takes_all = desired_service("edge", "app:2");
    takes_all.spec.json()["TaskTemplate"]["ContainerSpec"]["Args"] = {"--providers.swarm"};
    CHECK(preflight(judge(stack_of({service}), live, choices())).empty());
    CHECK(preflight(judge(stack_of({service, takes_all}), live, choices())).has_errors());
  }
}

TEST_CASE("an expression over labels is read as traefik reads it", "[plan]") {
  struct Case {
    std::string expression;
    LabelTexts a;
    LabelTexts b;
    bool both;
  };
  const LabelTexts x = {{"k", "x"}};
  const LabelTexts y = {{"k", "y"}};
  const std::vector<Case> cases = {
      {"", x, y, true},
      {"Label(`k`, `x`)", x, x, true},
      {"Label(`k`, `x`)", x, y, false},
      {"Label(`k`, `x`)", y, y, false},
      {"Label(\"k\",\"x\")", x, x, true},
      {"Label(`k`, `x`) || Label(`k`,`y`)", x, y, true},
      {"Label(`k`, `x`) && Label(`k`,`y`)", x, x, false},
      {"!Label(`k`, `x`)", y, y, true},
      {"!Label(`k`, `x`)", x, y, false},
      {"!(Label(`k`, `x`) || Label(`k`,`y`))", {}, {}, true},
      {"!!Label(`k`, ``)", {}, {}, true},
      {"(Label(`k`, `x`) || Label(`k`,`z`)) && !Label(`l`, `m`)", x, x, true},
      // Regular expressions are not tried: what is the same on both is taken together.
      {"LabelRegex(`k`, `^x`)", x, x, true},
      {"LabelRegex(`k`, `^x`)", x, y, false},
      {"LabelRegex(`k`, `^x`) || Label(`k`, `y`)", y, y, true},
      {"LabelRegex(`k`, `^x`) && Label(`k`, `y`)", x, x, false},
      // Not understood: as if the gateway could not be read.
      {"tag==x", x, y, true},
      {"Label(`k`)", x, x, true},
      {"Label(`k`, `x`", x, y, true},
      {std::string(1000, '!') + "Label(`k`, `x`)", x, y, true},
      {std::string(100000, '('), x, y, true},
  };
  for (const auto& one : cases) {
    INFO(one.expression.substr(0, 80));
    Gateway by;
    by.constraints = one.expression;
    CHECK(one_takes_both({by}, one.a, one.b) == one.both);
  }
}

TEST_CASE("a traefik tells how it chooses services", "[plan]") {
  const auto of = [](const std::vector<std::string>& args,
                     const std::string& image = "traefik:v3") {
    return gateway_of(edge(args, image));
  };
  SECTION("no gateway") {
    CHECK_FALSE(of({}, "app:1"));
    CHECK_FALSE(of({"--providers.swarmish=x"}, "traefik-forward-auth:2"));
    CHECK_FALSE(of({"--providers.docker"}));  // containers, not services
    CHECK_FALSE(of({"--providers.file.filename=/x"}));
  }
  SECTION("version 3") {
    const auto found = of({"--providers.swarm.exposedByDefault=false",
                           "--providers.swarm.constraints", "Label(`a`, `b`)", "--ping"},
                          "registry.example.com:5000/edge/proxy:1");
    REQUIRE(found);
    CHECK(found->readable);
    CHECK_FALSE(found->exposed_by_default);
    CHECK(found->constraints == "Label(`a`, `b`)");
    REQUIRE(of({"--providers.swarm"}));
    CHECK(of({"--providers.swarm"})->exposed_by_default);
  }
  SECTION("version 2") {
    const auto found = of({"--providers.docker", "--providers.docker.swarmMode",
                           "--providers.docker.constraints=Label(`a`, `b`)"});
    REQUIRE(found);
    CHECK(found->readable);
    CHECK(found->exposed_by_default);
    CHECK(found->constraints == "Label(`a`, `b`)");
  }
  SECTION("by environment") {
    auto spec = edge({});
    spec.set_env("TRAEFIK_PROVIDERS_SWARM_EXPOSEDBYDEFAULT", "false");
    REQUIRE(gateway_of(spec));
    CHECK(gateway_of(spec)->readable);
    CHECK_FALSE(gateway_of(spec)->exposed_by_default);
  }
  SECTION("by a file, or in a way that is not seen") {
    REQUIRE(of({}));
    CHECK_FALSE(of({})->readable);
    CHECK_FALSE(of({"--configFile=/x.toml", "--providers.swarm"})->readable);
    CHECK_FALSE(of({"sh", "-c", "exec traefik --providers.swarm"})->readable);
    auto spec = edge({"--providers.swarm"});
    spec.json()["TaskTemplate"]["ContainerSpec"]["Configs"] = {
        {{"File", {{"Name", "/etc/traefik/traefik.yml"}}}}};
    CHECK_FALSE(gateway_of(spec)->readable);
    spec = edge({"--providers.swarm"});
    spec.json()["TaskTemplate"]["ContainerSpec"]["Mounts"] = {{{"Target", "/traefik.toml"}}};
    CHECK_FALSE(gateway_of(spec)->readable);
    spec.json()["TaskTemplate"]["ContainerSpec"]["Mounts"] = {{{"Target", "/etc/traefik/acme"}}};
    CHECK(gateway_of(spec)->readable);
  }
}

TEST_CASE("a gateway takes what is enabled, or all by default", "[plan]") {
  Gateway gateway;
  const LabelTexts silent = {};
  const LabelTexts on = {{"traefik.enable", "true"}};
  const LabelTexts off = {{"traefik.enable", "false"}};
  CHECK(one_takes_both({gateway}, silent, on));
  CHECK_FALSE(one_takes_both({gateway}, silent, off));
  gateway.exposed_by_default = false;
  CHECK_FALSE(one_takes_both({gateway}, silent, on));
  CHECK(one_takes_both({gateway}, on, on));
  CHECK(one_takes_both({}, silent, on));
}
