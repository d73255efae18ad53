// Verbs that only look, each with a success and its most likely failure.
#include "cli.hpp"
#include "support/second_reader.hpp"

using namespace skep;
using test::Cli;

TEST_CASE("render prints the Compose text", "[cmd]") {
  Cli cli;
  SECTION("of a project") {
    cli.write_project();
    const auto result = cli.run({"render"});
    CHECK(result.exit == 0);
    test::cmd_golden("render.txt", result.out);
    CHECK(test::read_by_both(result.out).find("services") != nullptr);
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

TEST_CASE("what config and render print can be read again", "[cmd]") {
  Cli cli;
  cli.env.variables["PASSWORD"] = "pa$$w$ord${";
  cli.dir.write("a.yml",
                "services:\n  web:\n    image: 'x:${TAG:-1}'\n    command: 'echo $$HOME $${A} $$'\n"
                "    environment: {L: '${L:-{\"level\":\"info\"}}', P: '$PASSWORD'}\n"
                "    labels: ['re=^a$$']\nx-own: {'$A': 'b$$'}\n");
  const auto config = [&](const std::string& file, std::vector<std::string> more,
                          const std::string& input) {
    std::vector<std::string> args = {"config", "-c", file, "shop"};
    args.insert(args.end(), more.begin(), more.end());
    const auto result = cli.run(args, input);
    INFO(result.err);
    REQUIRE(result.exit == 0);
    return result.out;
  };
  const std::string printed = config("a.yml", {}, "");
  CHECK_THAT(printed, ContainsSubstring("- $$HOME\n      - $${A}\n      - $$\n"));
  CHECK_THAT(printed, ContainsSubstring("P: pa$$$$w$$ord$${\n"));
  CHECK_THAT(printed, ContainsSubstring("$A: b$$\n"));
  for (const std::string form : {"yaml", "json"}) {
    const std::string first = config("a.yml", {"--format", form}, "");
    cli.dir.write("again.yml", first);
    CHECK(test::read_by_both(first) == test::read_by_both(printed));
    CHECK(config("again.yml", {"--format", form}, "") == first);
    CHECK(config("again.yml", {}, "") == printed);
  }
  CHECK(config("a.yml", {"--images"}, "") == "x:1\n");
  CHECK_THAT(config("a.yml", {"--no-interpolate"}, ""), ContainsSubstring("P: $PASSWORD\n"));
  const std::string rendered = cli.run({"render", "-c", "a.yml", "shop"}).out;
  CHECK(test::read_by_both(rendered).find("x-own")->find("$A")->as_string() == "b$$");
  cli.dir.write("again.yml", rendered);
  CHECK(config("again.yml", {}, "") == printed);
  SECTION("as docker reads it, each dollar stands once, as docker prints it") {
    cli.dir.write("a.yml", "version: '3.8'\nservices: {web: {image: x, command: 'echo $$HOME'}}\n");
    CHECK_THAT(config("a.yml", {"--compat", "docker"}, ""), ContainsSubstring("- $HOME\n"));
    CHECK_THAT(cli.run({"render", "-c", "a.yml", "--compat", "docker", "shop"}).out,
               ContainsSubstring("echo $HOME\n"));
  }
}

TEST_CASE("lint counts by severity, and a notice alone is no error", "[cmd]") {
  Cli cli;
  const auto count = [&](const std::string& service) {
    cli.dir.write("a.yml", "services: {web: {image: x" + service + "}}\n");
    const std::string out = cli.run({"lint", "-c", "a.yml", "shop"}).out;
    const auto start = out.rfind("a.yml: ");
    return start == std::string::npos ? out : out.substr(start, out.find('\n', start) - start);
  };
  CHECK(count("") == "a.yml: no problem found");
  CHECK(count(", container_name: c") == "a.yml: no error; 1 notice");
  CHECK(count(", container_name: c, privileged: true, links: [b]") ==
        "a.yml: no error; 2 warnings, 1 notice");
  CHECK(count(", privileged: true, imag: y") == "a.yml: 1 error, 1 warning");
}

TEST_CASE("a file that is no YAML is a problem like others, for people and machines", "[cmd]") {
  Cli cli;
  cli.dir.write("a.yml", "services:\n  a: [\n");
  const auto text = cli.run({"lint", "-c", "a.yml", "shop"});
  CHECK(text.exit == 2);
  CHECK(text.out.starts_with("a.yml:3:1: error: "));
  CHECK(text.out.ends_with("a.yml: 1 error\n"));
  const auto json = cli.run({"lint", "-c", "a.yml", "shop", "-o", "json"});
  CHECK(json.exit == 2);
  CHECK(json.last()["good"] == false);
  REQUIRE(json.last()["problems"].size() == 1);
  CHECK(json.last()["problems"][0]["line"] == 3);
  CHECK(cli.run({"lint", "-c", "nowhere.yml", "shop"}).exit == 2);
}

TEST_CASE("a value that a variable left blank is told at its place, with the variable", "[cmd]") {
  Cli cli;
  const auto lint = [&](const std::string& text, std::vector<std::string> more) {
    cli.dir.write("a.yml", text);
    more.insert(more.begin(), {"lint", "-c", "a.yml", "shop"});
    return cli.run(more).out;
  };
  const std::string blank = "services:\n  a:\n    image: ${IMG}\n";
  CHECK(lint(blank, {"--allow-missing"}) ==
        "a.yml:3:12: error: services.a.image: is blank (the variable IMG is not set)\n"
        "  hint: write REPOSITORY[:TAG], or \"build:\" to build one\n"
        "a.yml: 1 error\nread as skep reads it\n");
  CHECK(lint(blank, {"--compat", "docker"}) ==
        "a.yml:3:12: error: services.a.image: is blank (the variable IMG is not set)\n"
        "  hint: write REPOSITORY[:TAG], or \"build:\" to build one; export it, or give a default: "
        "${NAME:-default}\n"
        "a.yml: 1 error\nread as docker reads it\n");
  CHECK_THAT(lint("services: {a: {image: 'x:${T}', mem_limit: '${M}'}}\n", {"--allow-missing"}),
             ContainsSubstring("\"x:\" is no image reference (the variable T is not set)") &&
                 ContainsSubstring("\"\" is no size (the variable M is not set)"));
  SECTION("one variable, one message: what follows from it is not said") {
    CHECK(lint("services: {a: {image: x}}\nconfigs:\n  c:\n    content: x\n"
               "    name: \"c-${D:?err}\"\n",
               {}) ==
          "a.yml:5:11: error: configs.c.name: the variable D is not set: err\na.yml: 1 error\n"
          "read as skep reads it\n");
    CHECK(lint("services: {a: {image: x, platform: '${P:-}'}}\n", {}) ==
          "a.yml: no problem found\nread as skep reads it\n");
  }
}

TEST_CASE("a file that is named by a blank variable says so", "[cmd]") {
  Cli cli;
  cli.dir.write("a.yml", "services: {a: {image: x}}\nsecrets: {s: {file: './${X}'}}\n");
  CHECK(cli.without_folder(cli.run({"lint", "-c", "a.yml", "shop", "--allow-missing"}).out) ==
        "a.yml:2:21: error: secrets.s.file: FOLDER is a folder (the variable X is not set)\n"
        "  hint: name a file in it\na.yml: 1 error\nread as skep reads it\n");
}

TEST_CASE("a message names what the file says, and where a hidden value is from", "[cmd]") {
  Cli cli;
  cli.dir.write(".env", "WEB_HOST=webserver\nDIR=/home/me/docker\nPW=c0rrect-horse\n");
  cli.dir.write("a.yml",
                "services:\n  webserver:\n    image: x\n    environment: {H: $WEB_HOST}\n"
                "    networks: [webservr]\n    deploy: {mode: $PW}\n"
                "secrets: {s: {file: $DIR/s.txt}}\n");
  CHECK(cli.run({"lint", "-c", "a.yml", "shop"}).out ==
        "a.yml:5:16: error: services.webserver.networks: there is no network \"webservr\"\n"
        "  hint: declare it at the top level, under networks:\n"
        "a.yml:6:20: error: services.webserver.deploy.mode: \"${PW}\" is none of replicated, "
        "global, replicated-job, global-job\n"
        "  hint: write one of replicated, global, replicated-job, global-job; PW is from .env:3\n"
        "a.yml:7:21: error: secrets.s.file: the file /home/me/docker/s.txt is not there\n"
        "  hint: it is read on this machine; a relative path starts in the folder of the Compose "
        "file\n"
        "a.yml: 3 errors\nread as skep reads it\n");
}

TEST_CASE("a .env that is not read is named", "[cmd]") {
  Cli cli;
  cli.dir.write(".env", "OTHER=1\nTAG=7\n");
  cli.dir.write("more.env", "A=1\n");
  cli.dir.write("a.yml", "services: {a: {image: 'x:${TAG}'}}\n");
  CHECK_THAT(cli.run({"lint", "-c", "a.yml", "shop", "--env-file", "more.env"}).out,
             ContainsSubstring("hint: .env:2 has it, but with --env-file no .env is read: add "
                               "--env-file .env\n"));
  CHECK_THAT(cli.run({"lint", "-c", "a.yml", "shop", "--compat", "docker"}).out,
             ContainsSubstring("(the variable TAG is not set)\n") &&
                 ContainsSubstring("; .env:2 has it, but docker reads no .env: export it, or say "
                                   "--compat none\n"));
}

TEST_CASE("a variable that is not set is one problem, with its places", "[cmd]") {
  Cli cli;
  cli.dir.write(
      "a.yml",
      "services:\n  web:\n    image: x:$TAG\n    environment: {A: $TAG, B: '$TAG $OTHER'}\n");
  cli.dir.write("b.yml", "services: {db: {image: 'y:${TAG}'}}\n");
  const auto lint = cli.run({"lint", "-c", "a.yml", "-c", "b.yml", "shop"});
  CHECK(lint.exit == 2);
  CHECK(lint.out ==
        "a.yml:3:12: error: services.web.image: the variable TAG is not set (also at line 4, "
        "b.yml:1)\n"
        "  hint: set it, or give a default: ${NAME:-default}; it may stand in .env or a file of "
        "--env-file, and --allow-missing makes it blank\n"
        "a.yml:4:31: error: services.web.environment.B: the variable OTHER is not set\n"
        "a.yml, b.yml: 2 errors\nread as skep reads it\n");
  const auto json = cli.run({"lint", "-c", "a.yml", "-c", "b.yml", "shop", "-o", "json"}).last();
  CHECK(json["problems"][0]["also"] == Json{{{"file", "a.yml"}, {"line", 4}, {"column", 22}},
                                            {{"file", "a.yml"}, {"line", 4}, {"column", 31}},
                                            {{"file", "b.yml"}, {"line", 1}, {"column", 24}}});
  CHECK(json["problems"].size() == 2);
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
