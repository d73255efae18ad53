// The readers of the families: forms that mean the same, and every mistake with its message.
#include "stack/read.hpp"

#include "stack_support.hpp"
#include "support/temp_dir.hpp"

namespace skep::stack {

using test::findings;
using test::read_stack;
using test::service_of;

TEST_CASE(
    "variables without a value come from where skep runs, and are names alone where it has none",
    "[stack]") {
  const ReadOptions options = test::options_with({{"SET", "yes"}, {"OTHER", "x"}});
  const auto service =
      service_of("environment: {SET: , UNSET: , OTHER: \"\", BOOL: true, N: 1.50}", options);
  CHECK(
      service.environment ==
      Environment{
          {"SET", "yes"}, {"UNSET", std::nullopt}, {"OTHER", ""}, {"BOOL", "true"}, {"N", "1.5"}});
}

TEST_CASE("env files lie under environment, later ones win, mistakes are named in them",
          "[stack]") {
  const test::TempDir dir;
  dir.write("a.env", "A=1\nB=1\n# no\n\n  C=1 \nSET\nUNSET\n");
  dir.write("b.env",
            "\xEF\xBB\xBF"
            "B=2\r\n");
  const ReadOptions options = test::options_with({{"SET", "yes"}}, dir.path());
  const auto service = service_of(
      "env_file: [a.env, {path: b.env}, {path: none.env, required: false}]\n"
      "environment: [A=3]",
      options);
  CHECK(service.environment == Environment{{"A", "3"}, {"B", "2"}, {"C", "1 "}, {"SET", "yes"}});

  CHECK(findings("env_file: none.env", options) ==
        "4:15: error: services.a.env_file: the file " + dir.path() +
            "/none.env is not there\n"
            "  hint: it is read on this machine; a relative path starts in the folder of the "
            "Compose file\n");
  CHECK(findings("env_file: [\".\"]", options) ==
        "4:16: error: services.a.env_file[0]: " + dir.path() +
            " is a folder\n  hint: name a file in it\n");
  CHECK(findings("env_file: [{required: true}]", options) ==
        "4:16: error: services.a.env_file[0]: path is missing\n  hint: write {path: FILE}\n");
  const std::string bad = dir.write("bad.env", "OK=1\nA B=2\n=3\n");
  CHECK(findings("env_file: bad.env", options) ==
        bad +
            ":2:1: error: services.a.env_file: the name \"A B\" holds a blank\n  hint: write "
            "NAME=VALUE\n" +
            bad +
            ":3:1: error: services.a.env_file: a variable without a name\n  hint: write "
            "NAME=VALUE\n");
}

TEST_CASE(
    "numbers may be strings where the Compose Specification lets them, and only variables as "
    "docker",
    "[stack]") {
  CHECK(service_of("deploy: {replicas: \"3\"}").deploy.replicas == 3);
  CHECK(service_of("deploy: {replicas: 3.0}").deploy.replicas == 3);
  CHECK(findings("deploy: {replicas: 2.5}") ==
        "4:24: error: services.a.deploy.replicas: must be an integer, or live, not a number\n");
  CHECK(service_of("ports: [{target: 80, published: \"8080\"}]").ports.at(0).published == 8080);
  CHECK(service_of("deploy: {resources: {limits: {cpus: 0.50, memory: 6291456}}}").deploy.limits ==
        Limits{500'000'000, 6291456, 0});
  ReadOptions docker = test::as_docker({{"N", "3"}});
  CHECK(service_of("deploy: {replicas: \"${N}\"}", docker).deploy.replicas == 3);
  CHECK(findings("deploy: {replicas: \"3\"}", docker) ==
        "4:24: error: services.a.deploy.replicas: must be an integer, not \"3\"\n");
}

TEST_CASE("`replicas: live` is skep's own, and of replicated services alone", "[stack]") {
  const auto deploy = service_of("deploy: {replicas: live}").deploy;
  CHECK(deploy.live_replicas);
  CHECK_FALSE(deploy.replicas);
  CHECK(findings("deploy: {replicas: live, mode: replicated}").empty());
  CHECK(findings("deploy: {replicas: Live}") ==
        "4:24: error: services.a.deploy.replicas: must be an integer, or live, not \"Live\"\n");
  for (const std::string mode : {"global", "replicated-job"}) {
    CHECK(findings("deploy:\n  mode: " + mode + "\n  replicas: live") ==
          "6:17: error: services.a.deploy.replicas: live does not go with mode " + mode +
              "\n  hint: remove it: only a replicated service is scaled\n");
  }
  CHECK(findings("deploy: {replicas: live}", test::as_docker()) ==
        "4:24: error: services.a.deploy.replicas: must be an integer, not \"live\"\n");
}

TEST_CASE("mistakes in values that the kind does not show", "[stack]") {
  CHECK(findings("stop_grace_period: 5 minutes") ==
        "4:24: error: services.a.stop_grace_period: \"5 minutes\" is no duration\n"
        "  hint: write one such as 30s, 1m30s or 500ms\n");
  CHECK(findings("deploy: {resources: {limits: {memory: lots}}}") ==
        "4:43: error: services.a.deploy.resources.limits.memory: \"lots\" is no size\n"
        "  hint: write one such as 64m, 1.5g or 1024\n");
  CHECK(findings("deploy: {resources: {limits: {memory: -1}}}") ==
        "4:43: error: services.a.deploy.resources.limits.memory: -1 is below 0\n"
        "  hint: write one such as 64m, 1.5g or 1024\n");
  CHECK(findings("deploy: {resources: {limits: {cpus: many}}}") ==
        "4:41: error: services.a.deploy.resources.limits.cpus: \"many\" is no number of CPUs\n"
        "  hint: write one such as \"0.5\" or \"2\"\n");
  CHECK(findings("deploy: {replicas: -1}") ==
        "4:24: error: services.a.deploy.replicas: -1 is below 0\n  hint: write 0 or more\n");
  CHECK(findings("healthcheck: {test: x, interval: -5s}") ==
        "4:38: error: services.a.healthcheck.interval: \"-5s\" is below 0\n"
        "  hint: write 0s or more\n");
  CHECK(findings("ports: [{target: 70000}]") ==
        "4:22: error: services.a.ports[0].target: 70000 is above 65535\n"
        "  hint: write one from 0 to 65535\n");
  CHECK(findings("deploy: {update_config: {max_failure_ratio: 2}}") ==
        "4:49: error: services.a.deploy.update_config.max_failure_ratio: is no ratio\n"
        "  hint: write one from 0 to 1\n");
  CHECK(findings("oom_score_adj: 5000") ==
        "4:20: error: services.a.oom_score_adj: 5000 is out of range\n  hint: write one from -1000 "
        "to 1000\n");
  CHECK(findings("command: \"sh 'x\"") ==
        "4:14: error: services.a.command: a quote is never closed: '\n"
        "  hint: close it, or write the command as a list\n");
  CHECK(
      findings("ulimits: {nofile: {soft: 1}}") ==
      "4:23: error: services.a.ulimits.nofile: hard is missing\n  hint: give both soft and hard\n");
  CHECK(findings("extra_hosts: {a: [{b: c}]}") ==
        "4:23: error: services.a.extra_hosts.a[0]: must be a string, not a map\n");
  CHECK(findings("extra_hosts: [nothing]") ==
        "4:19: warning: Swarm cannot do these, they are left out: the host nothing "
        "(services.a.extra_hosts[0], line 4)\n"
        "  hint: the host nothing: it names no address; write HOST=ADDRESS\n");
  CHECK(
      findings("env_file: \"\"") ==
      "4:15: error: services.a.env_file: names no file\n  hint: write a path, or remove the key\n");
  CHECK(findings("credential_spec: {file: x, registry: y}") ==
        "4:22: error: services.a.credential_spec: names more than one source\n"
        "  hint: keep one of config, file and registry\n");
}

TEST_CASE("images and restart policies are checked as written", "[stack]") {
  CHECK(read_stack("services:\n  a: {command: x}\n").text() ==
        "s.yml:2:3: error: services.a: names no image\n  hint: add \"image:\", or \"build:\" to "
        "build one\n");
  CHECK(read_stack("services:\n  a: {image: \"\"}\n").text() ==
        "s.yml:2:14: error: services.a.image: is blank\n  hint: write REPOSITORY[:TAG], or "
        "\"build:\" to build one\n");
  CHECK(read_stack("services:\n  a: {image: team/UPPER}\n").text() ==
        "s.yml:2:14: error: services.a.image: \"team/UPPER\" is no image reference\n"
        "  hint: write REPOSITORY[:TAG][@DIGEST], the repository in lower case\n");
  CHECK(findings("restart: allways") ==
        "4:14: error: services.a.restart: \"allways\" is no restart policy\n"
        "  hint: did you mean \"always\"?\n");
  CHECK(findings("restart: on-failure:x") ==
        "4:14: error: services.a.restart: \"on-failure:x\" is no restart policy\n"
        "  hint: write no, always, unless-stopped, on-failure or on-failure:3\n");
}

TEST_CASE("health checks: forms and mistakes", "[stack]") {
  using Words = std::vector<std::string>;
  CHECK(service_of("healthcheck: {test: a b}").healthcheck->test == Words{"CMD-SHELL", "a b"});
  CHECK(service_of("healthcheck: {test: [CMD, a]}").healthcheck->test == Words{"CMD", "a"});
  CHECK(
      findings("healthcheck: {test: [curl, x]}") ==
      "4:25: warning: services.a.healthcheck.test: a list begins with CMD, CMD-SHELL or NONE, not "
      "\"curl\": the engine then runs no check\n"
      "  hint: write [\"CMD\", …], or one string for a shell\n");
  CHECK(findings("healthcheck: {test: x, disable: true}") ==
        "4:25: error: services.a.healthcheck.test: a disabled health check has no test\n"
        "  hint: remove test, or disable\n");
}

TEST_CASE("ports: mistakes, and an address that Swarm does not honour", "[stack]") {
  CHECK(findings("ports: [\"80:x\"]") ==
        "4:13: error: services.a.ports[0]: \"80:x\" is no port: \"x\" is no number\n"
        "  hint: write \"8080\", \"80:8080\", \"80:8080/udp\" or \"9000-9005:9000-9005\"\n");
  CHECK(findings("ports: [{published: 80}]") ==
        "4:13: error: services.a.ports[0]: target is missing\n  hint: write the container's port "
        "as target\n");
  CHECK(findings("ports: [{target: 80, published: \"80-90\"}]") ==
        "4:37: error: services.a.ports[0].published: \"80-90\" is no port\n"
        "  hint: write one from 1 to 65535, for a range the short form\n");
  CHECK(findings("ports: [\"127.0.0.1:80:80\"]") ==
        "4:13: warning: Swarm cannot do these, they are left out: the address 127.0.0.1 "
        "(services.a.ports[0], line 4)\n"
        "  hint: the address 127.0.0.1: Swarm publishes on every address of the node\n");
}

TEST_CASE("mounts: what does not go together", "[stack]") {
  const auto volume = [](const std::string& text) { return findings("volumes: [" + text + "]"); };
  CHECK(volume("{source: x, target: /y}") ==
        "4:15: error: services.a.volumes[0]: type is missing\n"
        "  hint: write type: volume, bind, tmpfs, npipe or cluster\n");
  CHECK(volume("{type: bind, target: /y}") ==
        "4:15: error: services.a.volumes[0]: source is missing: what is the bind of?\n  hint: add "
        "\"source:\"\n");
  CHECK(volume("{type: tmpfs}") ==
        "4:15: error: services.a.volumes[0]: target is missing\n"
        "  hint: add \"target:\", the path in the container\n");
  CHECK(volume("{type: tmpfs, source: x, target: /y}") ==
        "4:37: error: services.a.volumes[0].source: a tmpfs has no source\n  hint: remove it, or "
        "change the type\n");
  CHECK(volume("{type: tmpfs, target: /y, bind: {propagation: slave}}") ==
        "4:47: error: services.a.volumes[0].bind: bind options do not go with type tmpfs\n"
        "  hint: remove bind, or change the type\n");
  CHECK(volume("\"/a:/b:nocopy\"") ==
        "4:15: error: services.a.volumes[0]: nocopy does not go with a bind mount\n  hint: remove "
        "nocopy\n");
  CHECK(volume("\"/a\", {type: tmpfs, target: /a}") ==
        "4:43: error: services.a.volumes: \"/a\" is the target twice\n  hint: choose another "
        "target\n");
  CHECK(volume("\"/a:/b:z\"") ==
        "4:15: warning: Swarm cannot do these, they are left out: the options z and Z "
        "(services.a.volumes[0], line 4)\n"
        "  hint: the options z and Z: Swarm has no z and Z; label the folder on the node\n");
  CHECK(volume("\"/a:/b:slow\"") ==
        "4:15: warning: Swarm cannot do these, they are left out: the option slow "
        "(services.a.volumes[0], line 4)\n"
        "  hint: the option slow: Swarm's mounts have ro, rw, nocopy and propagation\n");
  for (const char* nothing : {"cached", "delegated", "consistent", "ro,cached"})
    CHECK(volume(std::string("\"/a:/b:") + nothing + "\"") == "");
  CHECK(volume("\"~/x:/y\"") ==
        "4:15: error: services.a.volumes[0]: \"~\" means HOME, which is not set\n"
        "  hint: set HOME, or write the whole path\n");
  CHECK(volume("\"data::b\"") ==
        "4:15: error: services.a.volumes[0]: \"data::b\" is no mount: there is nothing between two "
        "colons, or before or "
        "after one\n  hint: write \"data:/var/lib/data\" or \"./folder:/target:ro\"\n");
}

TEST_CASE("a propagation on a named volume is refused", "[stack]") {
  CHECK(read_stack(test::service_with("volumes: [\"d:/d:rslave\", \"data:/e:rslave\"]") +
                   "volumes: {data: }\n")
            .text() ==
        "s.yml:4:15: error: services.a.volumes: the target \"rslave\" is no absolute path\n"
        "  hint: write the whole path in the container, such as /var/lib/data\n"
        "s.yml:4:30: error: services.a.volumes[1]: propagation does not go with a volume\n"
        "  hint: remove it, or mount a path\n");
}

TEST_CASE("a service's tmpfs is mounts, read as docker it is dropped and said", "[stack]") {
  const auto service = service_of("tmpfs: [/run, \"/tmp:size=64m,mode=1777,ro\"]");
  REQUIRE(service.mounts.size() == 2);
  CHECK(service.mounts[0].target == "/run");
  CHECK(service.mounts[1].tmpfs == Mount::Tmpfs{67108864, 01777, {}});
  CHECK(service.mounts[1].read_only);
  CHECK(findings("tmpfs: run") ==
        "4:12: error: services.a.tmpfs: \"run\" is no absolute path\n"
        "  hint: write the whole path in the container, such as /run\n");
  CHECK(service_of("tmpfs: \"/run:noexec\"").mounts[0].tmpfs == Mount::Tmpfs{0, 0, {"noexec"}});
  CHECK(findings("tmpfs: \"/run:sync\"") ==
        "4:12: warning: Swarm cannot do these, they are left out: the option sync "
        "(services.a.tmpfs, line 4)\n"
        "  hint: the option sync: Swarm's tmpfs mounts have size, mode, exec and noexec\n");
  CHECK(findings("tmpfs: \"/run:rw,nosuid,nodev,noexec\"") == "");
  const ReadOptions docker = test::as_docker();
  CHECK(service_of("tmpfs: /run", docker).mounts.empty());
  CHECK(findings("tmpfs: /run\ndepends_on: [a]\nbuild: .\noom_score_adj: 1", docker) ==
        "4:5: warning: docker ignores these, and so does --compat docker: tmpfs (services.a, line "
        "4)\n  hint: tmpfs: docker drops it; write volumes: [{type: tmpfs, target: …}]\n"
        "5:5: warning: docker ignores these, and so does --compat docker: depends_on (services.a, "
        "line 5)\n  hint: depends_on: docker starts services in any order\n"
        "6:5: warning: docker ignores these, and so does --compat docker: build (services.a, line "
        "6)\n  hint: build: docker deploys what is in the registry\n"
        "7:5: warning: docker ignores these, and so does --compat docker: oom_score_adj "
        "(services.a, line 7)\n  hint: oom_score_adj: docker reads it and loses it\n");
}

TEST_CASE("secrets and configs: content, and where it does not come from", "[stack]") {
  const test::TempDir dir;
  dir.write("s.txt", "secret");
  dir.write("empty.txt", "");
  dir.write("big.txt", std::string(512'000, 'x'));
  const ReadOptions options = test::options_with({{"TOKEN", "t"}}, dir.path());
  const auto top = [&](const std::string& text) {
    return read_stack("services: {a: {image: x}}\n" + text + "\n", options);
  };
  const auto read =
      top("secrets: {f: {file: s.txt}, e: {environment: TOKEN}, d: {driver: vault}}\n"
          "configs: {c: {content: hello}}");
  CHECK(read.text() == "");
  CHECK(read.stack.secrets.at("f").data.reveal() == "secret");
  CHECK(read.stack.secrets.at("e").data.reveal() == "t");
  CHECK(read.stack.secrets.at("d").driver == "vault");
  CHECK(read.stack.configs.at("c").data.reveal() == "hello");

  CHECK(top("secrets: {f: {file: none.txt}}").text() ==
        "s.yml:2:21: error: secrets.f.file: the file " + dir.path() +
            "/none.txt is not there\n"
            "  hint: it is read on this machine; a relative path starts in the folder of the "
            "Compose file\n");
  CHECK(top("secrets: {f: {file: /dev/zero}}").text() ==
        "s.yml:2:21: error: secrets.f.file: cannot read /dev/zero: it is a device\n"
        "  hint: it must be a file that this user may read\n");
  dir.write("huge.txt", std::string((4 << 20) + 1, 'x'));
  CHECK(top("secrets: {f: {file: huge.txt}}").text() ==
        "s.yml:2:21: error: secrets.f.file: cannot read " + dir.path() +
            "/huge.txt: it is larger than 4.194 MB\n"
            "  hint: a secret holds less than 500 KiB, a config less than 1000 KiB\n");
  CHECK(top("secrets: {f: {environment: NONE}}").text() ==
        "s.yml:2:28: error: secrets.f.environment: the variable NONE is not set\n"
        "  hint: set it in the environment, in .env or in a file of --env-file\n");
  CHECK(top("secrets: {f: {name: x}}").text() ==
        "s.yml:2:11: error: secrets.f: names no content\n"
        "  hint: add \"file:\", or \"external: true\" when it is in the swarm already\n");
  CHECK(top("secrets: {f: {file: s.txt, driver: x}}").text() ==
        "s.yml:2:36: error: secrets.f.driver: does not go with file\n  hint: keep one of them\n");
  CHECK(top("secrets: {f: {file: s.txt, external: true}}").text() ==
        "s.yml:2:21: error: secrets.f.file: does not go with external\n"
        "  hint: remove it: the content is in the swarm already\n");
  CHECK(top("secrets: {f: {external: {name: x}, name: y}}").text() ==
        "s.yml:2:32: error: secrets.f.external.name: does not go with name\n  hint: keep name "
        "alone\n");
  CHECK(
      top("secrets: {f: {file: empty.txt}}").text() ==
      "s.yml:2:21: error: secrets.f.file: is empty\n  hint: the engine takes at least one byte\n");
  CHECK(top("secrets: {f: {file: big.txt}}").text() ==
        "s.yml:2:21: error: secrets.f.file: has 512000 bytes, at most 511999 are allowed\n");
  CHECK(top("configs: {f: {file: big.txt}}").text() == "");
}

TEST_CASE("references to secrets: modes in every form", "[stack]") {
  const auto modes = [](const std::string& mode) {
    return read_stack(test::service_with("secrets: [{source: s, mode: " + mode + "}]") +
                      "secrets: {s: {external: true}}\n");
  };
  CHECK(modes("0440").stack.services.at("a").secrets.at(0).mode == 0440);
  CHECK(modes("288").stack.services.at("a").secrets.at(0).mode == 0440);
  CHECK(modes("\"0440\"").stack.services.at("a").secrets.at(0).mode == 0440);
  CHECK(modes("\"rw\"").text() ==
        "s.yml:4:33: error: services.a.secrets[0].mode: \"rw\" is no file mode\n"
        "  hint: write an octal number such as 0440\n");
  CHECK(findings("secrets: [{target: x}]") ==
        "4:15: error: services.a.secrets[0]: source is missing\n  hint: write source: NAME\n");
}

TEST_CASE("references to nothing are named with what was meant", "[stack]") {
  CHECK(read_stack(test::service_with("networks: [bakend]") + "networks: {backend: }\n").text() ==
        "s.yml:4:16: error: services.a.networks: there is no network \"bakend\"\n  hint: did you "
        "mean \"backend\"?\n");
  CHECK(findings("networks: {x: {aliases: [y]}}") ==
        "4:16: error: services.a.networks: there is no network \"x\"\n"
        "  hint: declare it at the top level, under networks:\n");
  CHECK(findings("volumes: [data:/x]") ==
        "4:15: error: services.a.volumes: there is no volume \"data\"\n"
        "  hint: declare it at the top level, under volumes:\n");
  CHECK(findings("secrets: [s]") ==
        "4:15: error: services.a.secrets: there is no secret \"s\"\n"
        "  hint: declare it at the top level, under secrets:\n");
  CHECK(findings("configs: [c]") ==
        "4:15: error: services.a.configs: there is no config \"c\"\n"
        "  hint: declare it at the top level, under configs:\n");
  CHECK(findings("credential_spec: {config: c}") ==
        "4:31: error: services.a.credential_spec: there is no config \"c\"\n"
        "  hint: declare it at the top level, under configs:\n");
  CHECK(findings("networks: [default]") == "");
}

TEST_CASE("what the engine would refuse is said before", "[stack]") {
  CHECK(findings("deploy: {mode: global, replicas: 2}") ==
        "4:38: error: services.a.deploy.replicas: does not go with mode global\n"
        "  hint: remove it: there is one task a node\n");
  CHECK(findings("deploy: {mode: replicated-job, update_config: {}}") ==
        "4:36: error: services.a.deploy.update_config: a job has no update_config\n  hint: remove "
        "it\n");
  CHECK(findings("deploy: {mode: global-job, rollback_config: {}}") ==
        "4:32: error: services.a.deploy.rollback_config: a job has no rollback_config\n  hint: "
        "remove it\n");
  CHECK(findings("deploy: {endpoint_mode: dnsrr}\nports: [\"80:80\"]") ==
        "4:29: error: services.a.deploy.endpoint_mode: dnsrr does not go with a port of mode "
        "ingress\n"
        "  hint: publish it in mode host, or remove endpoint_mode\n");
  CHECK(findings("deploy: {endpoint_mode: DnsRR}\nports: [80]") != "");
  CHECK(findings("deploy: {endpoint_mode: dnsrr}\nports: [{target: 80, mode: host}]") == "");
  CHECK(findings("deploy: {endpoint_mode: dnsrr}\nports: [{target: 80, mode: any}]",
                 test::as_docker()) != "");
  const std::string two =
      "services:\n  a: {image: x, ports: [\"80:1\"]}\n  b: {image: x, ports: [\"80:2\"]}\n";
  CHECK(read_stack(two).text() ==
        "s.yml:3:25: error: services.b.ports: port 80/tcp is published by a already\n  hint: "
        "choose another port\n");
  CHECK(findings("networks: [n]") != "");
  CHECK(read_stack(test::service_with("networks: [n]") +
                   "networks: {n: {ipam: {config: [{subnet: 10.0.0.0}]}}}\n")
            .text() ==
        "s.yml:5:41: error: networks.n.ipam.config[0].subnet: \"10.0.0.0\" is no subnet\n"
        "  hint: write one such as 10.5.0.0/24\n");
}

TEST_CASE("a port is published once, but on the host by several services", "[stack]") {
  const auto found = [](const std::string& a, const std::string& b) {
    return read_stack("services:\n  a: {image: x, ports: [" + a + "]}\n  b: {image: x, ports: [" +
                      b + "]}\n")
        .text();
  };
  const std::string host = "{target: 1, published: 80, mode: host}";
  const std::string taken = " port 80/tcp is published by a already\n  hint: choose another port\n";
  CHECK(found(host, host) == "");
  CHECK(found("'80:1'", host) == "s.yml:3:25: error: services.b.ports:" + taken);
  CHECK(found(host, "'80:1'") == "s.yml:3:25: error: services.b.ports:" + taken);
  CHECK(found(host + ", {target: 2, published: 80, mode: host}", "81") ==
        "s.yml:2:65: error: services.a.ports:" + taken);
  CHECK(found(host + ", '80:2'", "81") == "s.yml:2:65: error: services.a.ports:" + taken);
  CHECK(found("'80:1'", "'80:1/udp'") == "");
  CHECK(found("80", "80") == "");  // the engine chooses
}

TEST_CASE("depends_on: both forms, conditions, circles", "[stack]") {
  const std::string rest =
      "  db: {image: x, depends_on: {c: {condition: service_completed_successfully}}}\n  c: "
      "{image: x}\n";
  const auto read = read_stack(test::service_with("depends_on: [db]") + rest);
  CHECK(read.text() == "");
  CHECK(read.stack.services.at("a").depends_on.at(0).service == "db");
  CHECK(read.stack.services.at("db").depends_on.at(0).condition ==
        "service_completed_successfully");
  CHECK(findings("depends_on: {a: {}}") ==
        "4:18: error: services.a.depends_on: the service waits for itself: a → a\n"
        "  hint: break the circle of depends_on\n"
        "4:21: error: services.a.depends_on.a: condition is missing\n"
        "  hint: write service_started, service_healthy or service_completed_successfully\n");
}

TEST_CASE("a service that is not there is not waited for, which is said", "[stack]") {
  CHECK(findings("depends_on: [db]") ==
        "4:18: warning: services.a.depends_on: there is no service \"db\": nothing is waited for\n"
        "  hint: of another stack none can be; `required: false` takes the warning away\n");
  CHECK(findings("depends_on: {db: {condition: service_healthy}}") ==
        "4:18: warning: services.a.depends_on: there is no service \"db\": nothing is waited for\n"
        "  hint: of another stack none can be; `required: false` takes the warning away\n");
  CHECK(findings("depends_on: {db: {condition: service_healthy, required: false}}") == "");
  const std::string two = "  caches: {image: x}\n";
  CHECK(read_stack(test::service_with("depends_on: [cache]") + two).text() ==
        "s.yml:4:18: warning: services.a.depends_on: there is no service \"cache\": nothing is "
        "waited for\n  hint: did you mean \"caches\"?\n");
  SECTION("with --strict, and where its end is waited for, that is an error") {
    auto strict = test::options_with();
    strict.strict = true;
    CHECK(findings("depends_on: [db]", strict) ==
          "4:18: error: services.a.depends_on: there is no service \"db\"\n"
          "  hint: declare it at the top level, under services:\n");
    CHECK(findings("depends_on: {db: {condition: service_completed_successfully}}") ==
          "4:18: error: services.a.depends_on: there is no service \"db\"\n"
          "  hint: declare it at the top level, under services:\n");
  }
}

TEST_CASE("the context of a service with an image may be on another machine", "[stack]") {
  CHECK(findings("build: ./src") ==
        "4:12: notice: services.a.build: the folder /base/src is not on this machine: `deploy` "
        "takes the image that is there\n"
        "  hint: `release` and `build` need the folder\n");
  CHECK(findings("build: {context: ./src}") ==
        "4:22: notice: services.a.build: the folder /base/src is not on this machine: "
        "`deploy` takes the image that is there\n"
        "  hint: `release` and `build` need the folder\n");
  CHECK(findings("build: {context: /usr}") == "");
  CHECK(findings("build: ./src", test::as_docker()).find("on this machine") == std::string::npos);
}

TEST_CASE("a circle of depends_on is told once, with its way", "[stack]") {
  CHECK(read_stack("services:\n"
                   "  a: {image: x, depends_on: [c, b]}\n"
                   "  b: {image: x, depends_on: [d]}\n"
                   "  c: {image: x}\n"
                   "  d: {image: x, depends_on: [b, a]}\n")
            .text() ==
        "s.yml:2:33: error: services.a.depends_on: the service waits for itself: a → b → d → a\n"
        "  hint: break the circle of depends_on\n"
        "s.yml:3:30: error: services.b.depends_on: the service waits for itself: b → d → b\n"
        "  hint: break the circle of depends_on\n");
}

TEST_CASE("a target in the container is an absolute path", "[stack]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"\"data:lib\"", "15"}, {"{type: bind, source: /a, target: lib}", "48"}};
  for (const auto& [volume, column] : cases) {
    CHECK_THAT(
        read_stack(test::service_with("volumes: [" + volume + "]") + "volumes: {data: }\n").text(),
        Catch::Matchers::Equals(
            "s.yml:4:" + column +
            ": error: services.a.volumes: the target \"lib\" is no absolute path\n"
            "  hint: write the whole path in the container, such as /var/lib/data\n"));
  }
  CHECK(findings("volumes: [{type: tmpfs, target: \"{{.Task.Name}}\"}]") == "");
  CHECK(findings("volumes: [{type: npipe, source: a, target: b}]") == "");
}

TEST_CASE("a service's own limits are those of deploy.resources, said once", "[stack]") {
  const auto deploy =
      service_of("cpus: 0.5\nmem_limit: 1g\nmem_reservation: 64m\npids_limit: 10\nscale: 3").deploy;
  CHECK(deploy.limits == Limits{500'000'000, 1'073'741'824, 10});
  CHECK(deploy.reservations->memory == 67'108'864);
  CHECK(deploy.replicas == 3);
  CHECK(findings("scale: 3\ndeploy: {replicas: 3}") == "");
  CHECK(findings("cpus: 0.5\nmem_limit: 1g\nmem_reservation: 64m\npids_limit: 10\ndeploy: "
                 "{resources: {limits: {cpus: \"0.50\", memory: 1024m, pids: 10}, reservations: "
                 "{memory: 65536k}}}") == "");
  CHECK(findings("scale: 3\ndeploy: {replicas: live}") ==
        "4:12: error: services.a.scale: is said twice, and services.a.deploy.replicas is another "
        "value\n  hint: remove one of them, or write the same\n");
  CHECK(findings("mem_limit: 1g\ndeploy: {resources: {limits: {memory: 2g}}}") ==
        "4:16: error: services.a.mem_limit: is said twice, and "
        "services.a.deploy.resources.limits.memory is another value\n"
        "  hint: remove one of them, or write the same\n");
}

TEST_CASE("build: a string, a map, its arguments from the environment", "[stack]") {
  const ReadOptions options = test::options_with({{"FROM_ENV", "x"}});
  CHECK(service_of("build: ./app\nplatform: linux/arm64", options).build->platform ==
        "linux/arm64");
  CHECK(service_of("build: ./app", options).build == Build{"/base/app", "", {}, "", {}, ""});
  const auto build =
      service_of(
          "build: {dockerfile: D, args: {A: 1, FROM_ENV: , GONE: }, target: t, labels: [l=1]}",
          options)
          .build;
  CHECK(build == Build{"/base", "D", {{"A", "1"}, {"FROM_ENV", "x"}}, "t", {{"l", "1"}}, ""});
}

TEST_CASE("an external volume has nothing else", "[stack]") {
  CHECK(read_stack("services: {a: {image: x}}\nvolumes: {v: {external: true, driver: nfs}}\n")
            .text() ==
        "s.yml:2:39: error: volumes.v.driver: does not go with external\n"
        "  hint: remove it: the volume is not made by this stack\n");
}

TEST_CASE("five mistakes are five findings, in the order of the file", "[stack]") {
  const auto read = read_stack(
      "services:\n  a:\n    imge: x\n    image: x\n    ports: [\"99999\"]\n    deploy:\n"
      "      replicas: many\n      mode: globl\n    networks: [n]\n");
  std::vector<int> lines;
  for (const auto& problem : read.problems.sorted()) lines.push_back(problem.loc.line);
  CHECK(lines == std::vector<int>{3, 5, 7, 8, 9});
}

}  // namespace skep::stack
