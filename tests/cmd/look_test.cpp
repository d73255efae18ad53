// Verbs that only look, each with a success and its most likely failure.
#include "cli.hpp"

using namespace skep;
using test::Cli;

TEST_CASE("render prints the Compose text", "[cmd]") {
  Cli cli;
  SECTION("of a project") {
    cli.write_project();
    const auto result = cli.run({"render"});
    CHECK(result.exit == 0);
    test::cmd_golden("render.txt", result.out);
  }
  SECTION("of the web template") {
    cli.dir.write(
        "skep.yml",
        "stack: shop\ntemplate: web\nvalues:\n  image: registry.example.com/shop/web:1\n"
        "  host: shop.example.com\n  health: none\n  networks: [frontend]\n  port: 8080\n");
    const auto rendered = cli.run({"render"});
    INFO(rendered.err);
    CHECK_THAT(rendered.out, ContainsSubstring("Host(`shop.example.com`)"));
    const auto json = cli.run({"render", "-o", "json"}).last();
    CHECK(json["stack"] == "shop");
  }
  SECTION("without a project") {
    const auto result = cli.run({"render"});
    CHECK(result.exit == 2);
    CHECK(
        cli.without_folder(result.err) ==
        "error: there is no skep.yml in FOLDER\n  hint: `skep init` starts one; -f names another; "
        "-c deploys a Compose file alone\n");
  }
  CHECK(cli.engine.calls().empty());
}

TEST_CASE("lint counts problems, with their places", "[cmd]") {
  Cli cli;
  cli.write_project();
  SECTION("none") {
    const auto result = cli.run({"lint"});
    CHECK(result.exit == 0);
    CHECK(result.out == "skep.yml: no problem found\nread as skep reads it\n");
    CHECK(
        cli.run({"lint", "-o", "json"}).last() ==
        Json{{"good", true}, {"problems", Json::array()}, {"read_as", "skep"}, {"stack", nullptr}});
  }
  SECTION("some") {
    cli.dir.write("stack.yml",
                  "services:\n  web:\n    imagee: a\n    image: web:1\n    ports: ['70000:80']\n");
    const auto result = cli.run({"lint"});
    CHECK(result.exit == 2);
    test::cmd_golden("lint.txt", cli.without_folder(result.out));
    const auto json = cli.run({"lint", "-o", "json"}).last();
    CHECK(json["good"] == false);
    CHECK(json["problems"][0]["severity"] == "error");
    CHECK(json["problems"][0]["line"] == 3);
  }
  CHECK(cli.engine.writes().empty());
}

TEST_CASE("lint says which reading it used, and how the stack that is there was read", "[cmd]") {
  Cli cli;
  cli.write_project();
  const std::string good = "skep.yml: no problem found\n";
  CHECK(cli.run({"lint", "--compat", "docker"}).out == good + "read as docker reads it\n");
  cli.engine.swarm().add_service(
      {{"Name", "shop_web"},
       {"Labels", {{"com.docker.stack.namespace", "shop"}}},
       {"TaskTemplate", {{"ContainerSpec", {{"Image", test::kWebImage}}}}}});
  CHECK(
      cli.run({"lint"}).out ==
      good +
          "read as skep reads it\nstack \"shop\" is there, and was read as docker reads it (docker "
          "made this stack): `--compat docker` reads the files so\n");
  CHECK(cli.run({"lint", "--compat", "docker"}).out ==
        good +
            "read as docker reads it\nso was stack \"shop\", which is there (docker made this "
            "stack)\n");
  CHECK(cli.run({"lint", "-o", "json"}).last()["stack"] ==
        Json({{"name", "shop"}, {"read_as", "docker"}, {"why", "docker made this stack"}}));
  SECTION("nothing of the stack without an engine") {
    test::Fault away;
    away.times = -1;
    away.status = 503;
    away.message = "This node is not a swarm manager.";
    cli.engine.plant(away);
    CHECK(cli.run({"lint"}).out == good + "read as skep reads it\n");
  }
  SECTION("nothing at all of a template, which docker cannot read") {
    cli.dir.write(
        "skep.yml",
        "stack: shop\ntemplate: web\nvalues: {image: 'r.example.com/web:1', host: a.b, port: "
        "80}\n");
    const auto out = cli.run({"lint"}).out;
    CHECK_THAT(out, !ContainsSubstring("read as"));
  }
}

TEST_CASE("config prints the Compose files as one", "[cmd]") {
  Cli cli;
  cli.dir.write("a.yml",
                "services:\n  web: {image: 'x:${TAG:-1}', ports: ['80:80']}\n"
                "  debug: {image: y, profiles: [debug]}\nvolumes: {data: }\n");
  cli.dir.write("b.yml", "services: {web: {environment: ['A=${A:-a}'], hostname: h}}\n");
  const auto config = [&](std::vector<std::string> more) {
    std::vector<std::string> args = {"config", "-c", "a.yml", "-c", "b.yml"};
    args.insert(args.end(), more.begin(), more.end());
    return cli.run(args);
  };
  const auto result = config({});
  CHECK(result.err.empty());
  CHECK(result.exit == 0);
  CHECK(result.out ==
        "services:\n  web:\n    environment:\n      A: a\n    hostname: h\n    image: \"x:1\"\n"
        "    ports:\n      - mode: ingress\n        protocol: tcp\n        published: 80\n"
        "        target: 80\nvolumes:\n  data: {}\n");
  CHECK(parse_json(config({"--format", "json"}).out, "out")["services"]["web"]["hostname"] == "h");
  CHECK(config({"-o", "json"}).last()["services"]["web"]["image"] == "x:1");
  CHECK(config({"--services"}).out == "web\n");
  CHECK(config({"--services", "--profile", "debug"}).out == "debug\nweb\n");
  CHECK(config({"--images"}).out == "x:1\n");
  CHECK(config({"--volumes"}).out == "data\n");
  CHECK(config({"--profiles"}).out == "debug\n");
  CHECK_THAT(config({"--no-interpolate"}).out, ContainsSubstring("image: x:${TAG:-1}"));
  CHECK_THAT(config({"--no-interpolate"}).out, ContainsSubstring("A: ${A:-a}"));
  SECTION("the hash of a service changes with what the files say of it") {
    const std::string before = config({"--hash", "web"}).out;
    CHECK(before.size() == std::string("web ").size() + 64 + 1);
    CHECK(config({"--hash", "*"}).out == before);
    CHECK(config({"--hash", "*", "--profile", "debug"}).out != before);
    cli.env.variables["A"] = "b";
    CHECK(config({"--hash", "web"}).out != before);
  }
  SECTION("what goes wrong") {
    CHECK(config({"--hash", "wbe"}).err ==
          "error: there is no service \"wbe\"\n  hint: did you mean \"web\"?\n");
    CHECK(config({"--hash", "something"}).err ==
          "error: there is no service \"something\"\n  hint: the services are web\n");
    CHECK(config({"--images", "--services"}).err ==
          "error: --services, --images, --volumes, --profiles and --hash do not go together\n"
          "  hint: ask for one of them\n");
    CHECK(config({"--profile", "debgu"}).err ==
          "error: no service has the profile \"debgu\"\n  hint: did you mean \"debug\"?\n");
    CHECK(config({"--profile", "other"}).err ==
          "error: no service has the profile \"other\"\n  hint: the profiles are debug\n");
    CHECK(cli.run({"config", "-c", "b.yml", "--profile", "other"}).err ==
          "error: no service has the profile \"other\"\n  hint: no service has a profile\n");
    CHECK(cli.run({"config", "-c", "a.yml", "-c", "a.yml", "--hash", "x,y"}).exit == 2);
    cli.dir.write("a.yml", "services: {web: {image: x, ports: ['70000:1']}}\n");
    CHECK_THAT(config({}).err, ContainsSubstring("a.yml:1:36: error: services.web.ports[0]"));
  }
  SECTION("a template's variables are replaced when it is rendered") {
    cli.dir.write("skep.yml",
                  "stack: shop\ntemplate: web\nvalues:\n  image: registry.example.com/shop/web:1\n"
                  "  host: shop.example.com\n  health: none\n  networks: [frontend]\n  port: "
                  "8080\n");
    CHECK_THAT(cli.run({"config"}).out, ContainsSubstring("Host(`shop.example.com`)"));
    CHECK(cli.run({"config", "--no-interpolate"}).err ==
          "error: --no-interpolate does not go with a template\n"
          "  hint: name a Compose file with -c\n");
  }
  CHECK(cli.engine.calls().empty());
}

TEST_CASE("COMPOSE_PROFILES names profiles, --profile counts before it", "[cmd]") {
  Cli cli;
  cli.dir.write("a.yml",
                "services: {one: {image: x, profiles: [one]}, two: {image: x, profiles: [two]}, "
                "web: {image: x}}\n");
  const auto services = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"config", "-c", "a.yml", "--services"});
    return cli.run(more).out;
  };
  CHECK(services({}) == "web\n");
  cli.env.variables["COMPOSE_PROFILES"] = "one,two,none";
  CHECK(services({}) == "one\ntwo\nweb\n");
  CHECK(services({"--profile", "two"}) == "two\nweb\n");
  cli.env.variables.erase("COMPOSE_PROFILES");
  cli.dir.write(".env", "COMPOSE_PROFILES=one\n");
  CHECK(services({}) == "one\nweb\n");
}

TEST_CASE("values that came from an env file are named with -v", "[cmd]") {
  Cli cli;
  cli.dir.write(".env", "# a comment\nTAG=7\nOTHER=x\n");
  cli.dir.write("a.yml", "services: {web: {image: 'x:${TAG}', hostname: '${HOME}'}}\n");
  CHECK(cli.run({"config", "-c", "a.yml"}).err.empty());
  CHECK(cli.run({"config", "-c", "a.yml", "-v"}).err ==
        ".env:2: notice: the value of TAG comes from here\n");
  cli.dir.write("more.env", "TAG=8\n");
  CHECK(cli.run({"config", "-c", "a.yml", "-v", "--env-file", "more.env"}).err ==
        "more.env:1: notice: the value of TAG comes from here\n");
  SECTION("also those of skep.yml") {
    cli.dir.write("skep.yml", "stack: shop-${OTHER}\ntemplate: ./a.yml\n");
    CHECK(cli.run({"config", "-v"}).err ==
          ".env:2: notice: the value of TAG comes from here\n"
          ".env:3: notice: the value of OTHER comes from here\n");
  }
  SECTION("lint does not count them as problems") {
    CHECK(cli.run({"lint", "-c", "a.yml", "shop"}).out ==
          "a.yml: no problem found\nread as skep reads it\n");
  }
}

TEST_CASE("paths in a Compose file start where it is, not where skep.yml is", "[cmd]") {
  Cli cli;
  cli.dir.write("skep.yml", "stack: shop\ntemplate: deploy/stack.yml\n");
  cli.dir.write("deploy/stack.yml", "services: {web: {image: web, env_file: one.env}}\n");
  CHECK(cli.run({"lint"}).exit == 2);
  cli.dir.write("deploy/one.env", "A=1\n");
  CHECK(cli.run({"lint"}).exit == 0);
}

TEST_CASE("an error shows its place and what to do", "[cmd]") {
  Cli cli;
  cli.dir.write("skep.yml", "stack: shop\ntemplate: ./stack.yml\nvaluess: {}\n");
  cli.dir.write("stack.yml", "services: {web: {image: web}}\n");
  const auto result = cli.run({"render"});
  CHECK(result.exit == 2);
  test::cmd_golden("error.txt", cli.without_folder(result.err));
}

TEST_CASE("diff --out and deploy --plan: the plan of one run is carried out by another", "[cmd]") {
  Cli cli;
  cli.write_project();
  const auto written = cli.run({"diff", "--out", "p.json", "--exit-code", "-o", "json"});
  CHECK(written.exit == 3);
  CHECK(written.last()["out"].get<std::string>() == "p.json");
  CHECK(cli.engine.writes().empty());
  SECTION("it works, with the project found again") {
    const auto result = cli.run({"deploy", "--plan", "p.json", "-o", "json"});
    INFO(result.err);
    CHECK(result.exit == 0);
    CHECK(result.last()["result"].get<std::string>() == "released");
    CHECK(cli.run({"diff", "--exit-code"}).exit == 0);
    CHECK(cli.run({"diff", "--from", "r1", "--exit-code"}).exit == 0);
    const auto from = cli.run({"diff", "--from", "1", "-o", "json"}).last();
    CHECK(from["from"] == 1);
    CHECK(from["drift"].is_null());
  }
  SECTION("the files moved") {
    cli.dir.write("stack.yml", "services:\n  web:\n    image: " + test::kWebImage + "\n");
    const auto result = cli.run({"deploy", "--plan", "p.json", "-o", "json"});
    CHECK(result.exit == 1);
    CHECK(result.last()["result"].get<std::string>() == "failed");
    CHECK(result.last()["cause"].get<std::string>() == "conflict");
    CHECK_THAT(result.last()["message"].get<std::string>(),
               ContainsSubstring("the files: service shop_web is another: "
                                 "Mode.Replicated.Replicas: 2 → 1"));
    CHECK(cli.engine.writes().empty());
  }
  SECTION("no plan at all") {
    const auto result = cli.run({"deploy", "--plan", "stack.yml", "-o", "json"});
    CHECK(result.exit == 2);
    CHECK(result.last()["result"].get<std::string>() == "refused");
  }
  SECTION("a release that is not kept") {
    CHECK(cli.run({"diff", "--from", "9"}).exit == 1);
    CHECK(cli.run({"diff", "--from", "x"}).exit == 2);
  }
}

TEST_CASE("diff prints the plan, and says by its exit status whether there is one", "[cmd]") {
  Cli cli;
  cli.write_project();
  SECTION("changes") {
    const auto result = cli.run({"diff"});
    CHECK(result.exit == 0);
    test::cmd_golden("diff.txt", result.out);
    CHECK(cli.run({"diff", "--exit-code"}).exit == 3);
    CHECK(cli.run({"diff", "-o", "json"}).last()["database_due"] == false);
  }
  SECTION("none") {
    REQUIRE(cli.run({"release"}).exit == 0);
    const auto result = cli.run({"diff", "--exit-code"});
    CHECK(result.exit == 0);
    CHECK_THAT(result.out, ContainsSubstring("nothing to"));
  }
  SECTION("an image that the registry does not have") {
    cli.dir.write("stack.yml", "services: {web: {image: 'registry.example.com/shop/web:2'}}\n");
    const auto result = cli.run({"diff"});
    CHECK(result.exit == 1);
    CHECK_THAT(result.err,
               ContainsSubstring("the registry has no registry.example.com/shop/web:2"));
  }
  for (const auto& write : cli.engine.writes()) {
    CHECK((write.find("/create") == std::string::npos ||
           cli.engine.swarm().service_names().size() == 1));
  }
}

TEST_CASE("ls lists stacks", "[cmd]") {
  Cli cli;
  SECTION("some") {
    cli.write_project();
    REQUIRE(cli.run({"release"}).exit == 0);
    test::cmd_golden("ls.txt", cli.run({"ls"}).out);
    CHECK(cli.run({"ls", "-o", "json"}).last() ==
          Json::array({{{"stack", "shop"}, {"services", 1}, {"running", 2}, {"desired", 2}}}));
  }
  SECTION("the engine is no manager") {
    cli.engine.swarm().manager = false;
    const auto result = cli.run({"ls"});
    CHECK(result.exit == 1);
    CHECK_THAT(result.err, ContainsSubstring("This node is not a swarm manager"));
  }
}

TEST_CASE("status shows services, tasks, the last release and the lock", "[cmd]") {
  Cli cli;
  cli.write_project();
  SECTION("of a stack") {
    REQUIRE(cli.run({"release"}).exit == 0);
    const auto result = cli.run({"status"});
    CHECK(result.exit == 0);
    test::cmd_golden("status.txt", result.out);
    CHECK(cli.run({"status", "shop"}).out == result.out);
    const auto json = cli.run({"status", "-o", "json"}).last();
    CHECK(json["release"]["number"] == 1);
    CHECK(json["release"]["state"] == "released");
    CHECK(json["lock"].is_null());
    CHECK(json["services"][0]["running"] == 2);
  }
  SECTION("of none") {
    const auto result = cli.run({"status", "nothing"});
    CHECK(result.exit == 1);
  }
  SECTION("of a stack that is not deployed") {
    const auto result = cli.run({"status"});
    CHECK(result.exit == 1);
    CHECK(result.err ==
          "error: there is no stack \"shop\" on this swarm\n  hint: `skep ls` lists the stacks\n");
  }
}

TEST_CASE("logs prints the lines of every task, or of one service", "[cmd]") {
  Cli cli;
  cli.write_project();
  cli.database.others = [](const Json&) {
    auto script = test::runs();
    script.out = "hello\n";
    script.err = "a warning\n";
    return script;
  };
  REQUIRE(cli.run({"release"}).exit == 0);
  SECTION("text") {
    const auto result = cli.run({"logs", "--service", "web"});
    CHECK(result.exit == 0);
    CHECK_THAT(result.out, ContainsSubstring("shop_web.1@docker01 | hello\n") &&
                               ContainsSubstring("shop_web.2@docker01 | a warning\n"));
  }
  SECTION("JSON") {
    const auto lines = cli.run({"logs", "-o", "json"}).lines();
    CHECK(lines.size() == 4);
    CHECK(lines[0]["source"].get<std::string>().substr(0, 8) == "shop_web");
  }
  SECTION("a service that the stack does not have") {
    const auto result = cli.run({"logs", "--service", "wbe"});
    CHECK(result.exit == 1);
    CHECK(result.err == "error: stack \"shop\" has no service \"wbe\"\n  hint: it has web\n");
  }
  SECTION("a tail that is no number") {
    const auto result = cli.run({"logs", "--tail", "few"});
    CHECK(result.exit == 2);
    CHECK(result.err == "error: --tail \"few\" is neither a number nor all\n");
  }
  SECTION("no such stack") {
    CHECK(cli.run({"logs", "nothing"}).exit != 0);
  }
}

TEST_CASE("doctor reports every finding, good or bad", "[cmd]") {
  Cli cli;
  SECTION("the engine alone") {
    const auto result = cli.run({"doctor"});
    CHECK(result.exit == 0);
    test::cmd_golden("doctor_engine.txt", result.out);
  }
  SECTION("a project with a database") {
    cli.write_database_project();
    const auto result = cli.run({"doctor"});
    CHECK(result.exit == 0);
    CHECK_THAT(result.out, ContainsSubstring("database"));
    CHECK(cli.database.ops() == std::vector<std::string>{"status"});
    CHECK(cli.engine.swarm().configs.empty());
  }
  SECTION("read-only writes nothing") {
    cli.write_database_project();
    const auto result = cli.run({"doctor", "--read-only"});
    CHECK(result.exit == 0);
    CHECK_THAT(result.out, ContainsSubstring("not asked (--read-only)"));
    CHECK(cli.engine.writes().empty());
  }
  SECTION("no manager") {
    cli.engine.swarm().manager = false;
    const auto result = cli.run({"doctor"});
    CHECK(result.exit == 1);
    CHECK_THAT(result.out,
               ContainsSubstring("BAD") && ContainsSubstring("This node is not a swarm manager"));
    CHECK(cli.run({"doctor", "-o", "json"}).last()["good"] == false);
  }
  SECTION("a placement that no node satisfies") {
    cli.write_project();
    cli.dir.write("stack.yml",
                  "services:\n  web:\n    image: " + test::kWebImage +
                      "\n    deploy: {placement: {constraints: [node.labels.usage == apps]}}\n");
    const auto result = cli.run({"doctor"});
    CHECK(result.exit == 1);
    CHECK_THAT(result.out, ContainsSubstring("node.labels.usage == apps"));
  }
}

TEST_CASE("template list and show", "[cmd]") {
  Cli cli;
  CHECK_THAT(cli.run({"template", "list"}).out,
             ContainsSubstring("web") && ContainsSubstring("worker"));
  const auto shown = cli.run({"template", "show", "web"});
  CHECK(shown.exit == 0);
  CHECK_THAT(shown.out, ContainsSubstring("#   image (") && ContainsSubstring("services:"));
  CHECK(cli.run({"template", "show", "web", "-o", "json"}).last()["name"] == "web");
  const auto wrong = cli.run({"template", "show", "wbe"});
  CHECK(wrong.exit == 2);
  CHECK_THAT(wrong.err, ContainsSubstring("wbe") && ContainsSubstring("web"));
  CHECK(cli.engine.calls().empty());
}

TEST_CASE("version says its own, and the engine's when asked", "[cmd]") {
  Cli cli;
  const auto own = cli.run({"version"});
  CHECK(own.exit == 0);
  CHECK(own.out.substr(0, 5) == "skep ");
  CHECK(cli.run({"--version"}).out == own.out);
  CHECK(cli.engine.calls().empty());
  CHECK_THAT(cli.run({"version", "--engine"}).out,
             ContainsSubstring("engine ") && ContainsSubstring("API"));
  cli.engine.plant(
      {.method = "GET", .path = "/version", .times = -1, .how = test::Fault::How::cut_before});
  CHECK(cli.run({"version", "--engine"}).exit == 1);
}
