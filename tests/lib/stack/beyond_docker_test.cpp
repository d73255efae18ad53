// What the Compose Specification has beyond docker's schema, of one service.
#include "stack_support.hpp"
#include "support/temp_dir.hpp"

namespace skep::stack {

using test::findings;
using test::options_with;
using test::service_of;

TEST_CASE("a host of several addresses", "[stack]") {
  CHECK(service_of("extra_hosts: {a: ['1.2.3.4', '[::1]'], b: 1.2.3.5}").extra_hosts ==
        std::vector<std::string>{"a:1.2.3.4", "a:::1", "b:1.2.3.5"});
}

TEST_CASE("a platform is a constraint on the nodes", "[stack]") {
  using Words = std::vector<std::string>;
  CHECK(service_of("platform: linux/amd64").deploy.placement.constraints ==
        Words{"node.platform.os == linux", "node.platform.arch == x86_64"});
  CHECK(service_of("platform: linux/arm64/v8\ndeploy: {placement: {constraints: [node.role == "
                   "worker]}}")
            .deploy.placement.constraints ==
        Words{"node.role == worker", "node.platform.os == linux", "node.platform.arch == aarch64"});
  CHECK(service_of("platform: windows").deploy.placement.constraints ==
        Words{"node.platform.os == windows"});
  CHECK(findings("platform: linux/amd46") ==
        "4:15: error: services.a.platform: \"linux/amd46\" is no platform that skep knows\n"
        "  hint: write one such as linux/amd64 or linux/arm64, or a constraint on "
        "node.platform.arch\n");
}

TEST_CASE("an env file that is named by an object is read as Compose reads it, or raw", "[stack]") {
  const test::TempDir dir;
  dir.write("a.env", "QUOTED=\"in quotes\"\nREST=${QUOTED}!\nCOMMENT=x # y\n");
  const auto options = options_with({}, dir.path());
  CHECK(service_of("env_file: a.env", options).environment ==
        Environment{{"QUOTED", "\"in quotes\""}, {"REST", "${QUOTED}!"}, {"COMMENT", "x # y"}});
  CHECK(service_of("env_file: [{path: a.env, format: raw}]", options).environment ==
        Environment{{"QUOTED", "\"in quotes\""}, {"REST", "${QUOTED}!"}, {"COMMENT", "x # y"}});
  CHECK(service_of("env_file: [{path: a.env}]", options).environment ==
        Environment{{"QUOTED", "in quotes"}, {"REST", "in quotes!"}, {"COMMENT", "x"}});
  CHECK(findings("env_file: [{path: a.env, format: dotenv}]", options) ==
        "4:38: error: services.a.env_file[0].format: \"dotenv\" is none of raw\n"
        "  hint: write one of raw\n");
  CHECK(findings("env_file: [{path: none.env, required: false}]", options) == "");
}

TEST_CASE("labels come from label files, and those in the file lie over them", "[stack]") {
  const test::TempDir dir;
  dir.write("one.labels", "a=1\nb=\"two words\"\n");
  dir.write("two.labels", "b=3\nc=4\n");
  const auto options = options_with({}, dir.path());
  CHECK(service_of("label_file: one.labels", options).labels ==
        Pairs{{"a", "1"}, {"b", "two words"}});
  CHECK(service_of("label_file: [one.labels, two.labels]\nlabels: {c: mine}", options).labels ==
        Pairs{{"a", "1"}, {"b", "3"}, {"c", "mine"}});
  CHECK(findings("label_file: none.labels", options) ==
        "4:17: error: services.a.label_file: the file " + dir.path() +
            "/none.labels is not there\n  hint: it is read on this machine; a relative path starts "
            "in the folder of the Compose "
            "file\n");
}

TEST_CASE("limits that Swarm has are taken from the service's own keys", "[stack]") {
  const auto deploy =
      service_of("cpus: 0.5\nmem_limit: 64m\nmem_reservation: 32m\npids_limit: \"50\"\nscale: 3")
          .deploy;
  CHECK(deploy.limits == Limits{500'000'000, 64 << 20, 50});
  REQUIRE(deploy.reservations);
  CHECK(deploy.reservations->memory == 32 << 20);
  CHECK(deploy.replicas == 3);
}

TEST_CASE("limits that Swarm has not are named with what it has", "[stack]") {
  CHECK(
      findings("cpuset: \"0,1\"\noom_kill_disable: true") ==
      "4:5: warning: Swarm cannot do these, they are left out: cpuset (services.a, line 4)\n"
      "  hint: cpuset: Swarm limits CPUs by number alone: deploy.resources.limits.cpus\n"
      "5:5: warning: Swarm cannot do these, they are left out: oom_kill_disable (services.a, line "
      "5)\n"
      "  hint: oom_kill_disable: Swarm has no such switch; reserve the memory: "
      "deploy.resources.reservations.memory\n");
}

TEST_CASE("what only runs elsewhere is a notice", "[stack]") {
  CHECK(findings("develop: {watch: []}\nattach: true\npull_policy: always") ==
        "4:5: notice: these do nothing on Swarm: develop (services.a, line 4)\n"
        "  hint: develop: only for `docker compose watch`\n"
        "5:5: notice: these do nothing on Swarm: attach (services.a, line 5)\n"
        "  hint: attach: only for `docker compose up`\n"
        "6:5: notice: these do nothing on Swarm: pull_policy (services.a, line 6)\n"
        "  hint: pull_policy: what is deployed is a digest; nodes pull it when they lack it\n");
}

TEST_CASE("hooks are named with what to do instead", "[stack]") {
  CHECK(findings("pre_stop: [{command: x}]") ==
        "4:5: warning: Swarm cannot do these, they are left out: pre_stop (services.a, line 4)\n"
        "  hint: pre_stop: Swarm has no hooks; catch stop_signal in the program\n");
}

TEST_CASE("a config's content may come from a variable, and a secret may have a template driver",
          "[stack]") {
  const test::TempDir dir;
  dir.write("s", "{{ .Service.Name }}");
  const auto read = test::read_stack(
      "services: {a: {image: x}}\nconfigs: {c: {environment: TEXT}}\n"
      "secrets: {s: {file: ./s, template_driver: golang}}\n",
      options_with({{"TEXT", "some"}}, dir.path()));
  CHECK(read.text() == "");
  CHECK(read.stack.configs.at("c").data.reveal() == "some");
  CHECK(read.stack.secrets.at("s").template_driver == "golang");
}

TEST_CASE("restart no means that a task that ended stays ended", "[stack]") {
  CHECK(service_of("restart: \"no\"").restart == "no");
  CHECK(service_of("restart: no").restart == "no");
}

}  // namespace skep::stack
