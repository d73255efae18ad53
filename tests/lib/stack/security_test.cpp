// What Swarm can do of keys that were once said to be impossible there: security_opt, network_mode,
// swap, and options of mounts and networks.
#include "stack_support.hpp"
#include "support/temp_dir.hpp"

namespace skep::stack {

using test::findings;
using test::options_with;
using test::service_of;

TEST_CASE("security options become what Swarm has of them", "[stack]") {
  const auto security = [](const std::string& options) {
    return service_of("security_opt: [" + options + "]").security;
  };
  CHECK(security("no-new-privileges").no_new_privileges);
  CHECK(security("'no-new-privileges:true'").no_new_privileges);
  CHECK(security("no-new-privileges=true").no_new_privileges);
  CHECK_FALSE(security("'no-new-privileges:false'").no_new_privileges);
  CHECK(security("seccomp=unconfined").seccomp == "unconfined");
  CHECK(security("'seccomp:unconfined'").seccomp == "unconfined");
  CHECK(security("apparmor=unconfined").apparmor_disabled);
  CHECK(security("apparmor=docker-default") == Security{});
  CHECK(security("label=disable").selinux.disable);
  const Security::SeLinux all{false, "me", "object_r", "svirt_t", "s0:c1,c2"};
  CHECK(security("'label=user:me', 'label=role:object_r', 'label:type:svirt_t', "
                 "'label=level:s0:c1,c2'")
            .selinux == all);
}

TEST_CASE("a seccomp profile is a file beside the Compose file", "[stack]") {
  const test::TempDir dir;
  dir.write("profile.json", "{\"defaultAction\": \"SCMP_ACT_ALLOW\"}\n");
  dir.write("text", "no profile");
  const auto options = options_with({}, dir.path());
  const auto security = service_of("security_opt: [seccomp=profile.json]", options).security;
  CHECK(security.seccomp == "custom");
  CHECK(security.profile == "{\"defaultAction\": \"SCMP_ACT_ALLOW\"}\n");
  CHECK(findings("security_opt: [seccomp=text]", options) ==
        "4:20: error: services.a.security_opt[0]: " + dir.path() +
            "/text is no seccomp profile\n  hint: it holds one JSON object\n");
  CHECK(findings("security_opt: [seccomp=gone.json]", options) ==
        "4:20: error: services.a.security_opt[0]: the file " + dir.path() +
            "/gone.json is not there\n  hint: it is read on this machine; a relative path starts "
            "in the folder of the Compose "
            "file\n");
}

TEST_CASE("security options that Swarm has not, and mistakes in them", "[stack]") {
  CHECK(findings("security_opt: [apparmor=mine, seccomp=builtin, systempaths=unconfined,\n"
                 "  'credentialspec=file://x']") ==
        "4:20: warning: Swarm cannot do these, they are left out: apparmor=mine "
        "(services.a.security_opt[0], line 4)\n"
        "  hint: apparmor=mine: Swarm has the engine's own profile or none: apparmor=unconfined\n"
        "4:35: warning: Swarm cannot do these, they are left out: seccomp=builtin "
        "(services.a.security_opt[1], line 4)\n"
        "  hint: seccomp=builtin: Swarm has the node's own profile, none, or one from a file\n"
        "4:52: warning: Swarm cannot do these, they are left out: systempaths=unconfined "
        "(services.a.security_opt[2], line 4)\n"
        "  hint: systempaths=unconfined: Swarm has no-new-privileges, seccomp, apparmor and label\n"
        "5:7: warning: Swarm cannot do these, they are left out: credentialspec=file://x "
        "(services.a.security_opt[3], line 5)\n"
        "  hint: credentialspec=file://x: write it as credential_spec\n");
  CHECK(findings("security_opt: ['no-new-privileges:maybe']") ==
        "4:20: error: services.a.security_opt[0]: \"maybe\" is not true or false\n");
  CHECK(findings("security_opt: [nothing]") ==
        "4:20: error: services.a.security_opt[0]: \"nothing\" is no security option\n"
        "  hint: write no-new-privileges:true, seccomp=FILE, apparmor=unconfined or label=…\n");
  CHECK(findings("security_opt: [label=some]") ==
        "4:20: error: services.a.security_opt[0]: \"some\" is no SELinux label\n"
        "  hint: write disable, user:USER, role:ROLE, type:TYPE or level:LEVEL\n");
  CHECK(findings("security_opt: no-new-privileges") ==
        "4:19: error: services.a.security_opt: must be a list of strings, not "
        "\"no-new-privileges\"\n  hint: write [no-new-privileges]\n");
}

TEST_CASE("docker leaves security options and network_mode out", "[stack]") {
  const auto service =
      service_of("security_opt: [no-new-privileges, seccomp=gone.json]\nnetwork_mode: host",
                 test::as_docker());
  CHECK(service.security == Security{});
  CHECK(service.network_mode.empty());
  CHECK(
      findings("security_opt: [label=disable]\nnetwork_mode: host", test::as_docker()) ==
      "4:5: warning: docker ignores these, and so does --compat docker: security_opt (services.a, "
      "line 4)\n  hint: security_opt: docker stack deploy ignores it\n"
      "5:5: warning: docker ignores these, and so does --compat docker: network_mode (services.a, "
      "line 5)\n  hint: network_mode: docker stack deploy ignores it\n");
}

TEST_CASE("network_mode is a network of the engine, or is named", "[stack]") {
  CHECK(service_of("network_mode: host").network_mode == "host");
  CHECK(service_of("network_mode: bridge").network_mode == "bridge");
  CHECK(service_of("network_mode: default").network_mode.empty());
  CHECK(findings("network_mode: none") ==
        "4:19: warning: Swarm cannot do these, they are left out: network_mode: none (services.a, "
        "line 4)\n  hint: network_mode: none: a service has a network; give it one of its own with "
        "internal: true\n");
  CHECK(findings("network_mode: service:b") ==
        "4:19: warning: Swarm cannot do these, they are left out: network_mode: service:b "
        "(services.a, line 4)\n  hint: network_mode: service:b: tasks share no network of one "
        "another; put both on one network\n");
  CHECK(findings("network_mode: mine") ==
        "4:19: warning: Swarm cannot do these, they are left out: network_mode: mine (services.a, "
        "line 4)\n  hint: network_mode: mine: write networks: [mine]\n");
  CHECK(findings("network_mode: host\nnetworks: [default]") ==
        "4:19: warning: Swarm cannot do these, they are left out: network_mode: host (services.a, "
        "line 4)\n  hint: network_mode: host: the service's networks count; keep one of the two\n");
  const std::string ports = "network_mode: host\nports: ['80:80']";
  CHECK(service_of(ports).ports.empty());
  CHECK(findings(ports) ==
        "5:5: notice: these do nothing on Swarm: ports (services.a, line 5)\n"
        "  hint: ports: with network_mode: host they are the node's own\n");
}

TEST_CASE("memswap_limit is memory and swap together", "[stack]") {
  CHECK(service_of("mem_limit: 64m\nmemswap_limit: 96m").deploy.swap == 32 << 20);
  CHECK(service_of("mem_limit: 64m\nmemswap_limit: 64m").deploy.swap == 0);
  CHECK(service_of("mem_limit: 64m\nmemswap_limit: -1").deploy.swap == -1);
  CHECK(service_of("mem_limit: 64m\nmemswap_limit: '-1'").deploy.swap == -1);
  CHECK(service_of("mem_limit: 64m\nmemswap_limit: 0").deploy.swap == std::nullopt);
  CHECK(
      service_of("memswap_limit: 96m\ndeploy: {resources: {limits: {memory: 64m}}}").deploy.swap ==
      32 << 20);
  CHECK(findings("memswap_limit: 96m") ==
        "4:20: error: services.a.memswap_limit: needs a limit of memory\n"
        "  hint: add mem_limit, or deploy.resources.limits.memory\n");
  CHECK(findings("memswap_limit: 32m\nmem_limit: 64m") ==
        "4:20: error: services.a.memswap_limit: is less than the limit of memory, which it holds\n"
        "  hint: write memory and swap together\n");
  CHECK(service_of("mem_swappiness: '10'").deploy.swappiness == 10);
  CHECK(findings("mem_swappiness: 101") ==
        "4:21: error: services.a.mem_swappiness: 101 is out of range\n  hint: write one from 0 to "
        "100\n");
}

TEST_CASE("options of mounts and networks that Swarm hands on", "[stack]") {
  const auto mount = [](const std::string& options) {
    return service_of("volumes: [{" + options + "}]").mounts.at(0);
  };
  CHECK(mount("type: bind, source: /a, target: /b, bind: {recursive: disabled}").non_recursive);
  CHECK_FALSE(
      mount("type: bind, source: /a, target: /b, bind: {recursive: enabled}").non_recursive);
  CHECK(findings("volumes: [{type: bind, source: /a, target: /b, bind: {recursive: readonly}}]") ==
        "4:70: warning: Swarm cannot do these, they are left out: recursive: readonly "
        "(services.a.volumes[0].bind, line 4)\n  hint: recursive: readonly: Swarm's mounts know "
        "enabled and disabled\n");
  CHECK(mount("type: volume, target: /b, volume: {labels: [a=b]}").volume->labels ==
        Pairs{{"a", "b"}});
  const auto use =
      test::read_stack(
          "services: {a: {image: x, networks: {n: {interface_name: eth7}}}}\nnetworks: {n: }\n")
          .stack.services.at("a")
          .networks.at("n");
  CHECK(use.driver_opts == Pairs{{"com.docker.network.endpoint.ifname", "eth7"}});
}

TEST_CASE("what asks for nothing is not said to be impossible", "[stack]") {
  CHECK(findings("privileged: false\nlinks: []\npid: ''\nuserns_mode:\noom_kill_disable: false") ==
        "");
  const auto network = [](const std::string& value) {
    return test::read_stack("services: {a: {image: x}}\nnetworks: {n: {enable_ipv4: " + value +
                            "}}\n")
        .text();
  };
  CHECK(network("true") == "");
  CHECK_THAT(network("false"), ContainsSubstring("overlay networks have IPv4 always"));
}

}  // namespace skep::stack
