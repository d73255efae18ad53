// Variables that a Compose file names without a `$`, and what is said of those that have no value.
#include "stack_support.hpp"
#include "support/temp_dir.hpp"

namespace skep::stack {

using test::findings;
using test::options_with;
using test::service_of;

namespace {

ReadOptions knowing(std::map<std::string, std::string> variables,
                    const std::string& base = "/base") {
  ReadOptions options = options_with({}, base);
  options.lookup = [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
  return options;
}

}  // namespace

TEST_CASE("names without a value are looked up where variables are", "[stack]") {
  const test::TempDir dir;
  dir.write("a.env", "B\n");
  const auto options = knowing({{"A", "1"}, {"B", "2"}}, dir.path());
  CHECK(service_of("environment: [A]\nenv_file: a.env", options).environment ==
        Environment{{"A", "1"}, {"B", "2"}});
  CHECK(service_of("environment: {A: }", options).environment == Environment{{"A", "1"}});
  CHECK(service_of("build: {args: [A]}", options).build->args == Pairs{{"A", "1"}});
  const std::string secret =
      test::service_with("secrets: [s]") + "secrets: {s: {environment: A}}\n";
  CHECK(test::read_stack(secret, options).stack.secrets.at("s").data.reveal() == "1");
}

TEST_CASE("a variable that nothing gives a value is told", "[stack]") {
  CHECK(findings("environment: [A]") ==
        "4:19: notice: services.a.environment.A: has no value here: the container gets no such "
        "variable\n"
        "  hint: set it in the environment, in .env or in a file of --env-file, or write "
        "NAME=VALUE\n");
  CHECK(findings("environment: {A: }", test::as_docker()) ==
        "4:19: notice: services.a.environment.A: has no value here: the container gets no such "
        "variable\n"
        "  hint: export it, or write NAME=VALUE\n");
  const std::string secret =
      test::service_with("secrets: [s]") + "secrets: {s: {environment: A}}\n";
  ReadOptions options = options_with();
  CHECK(test::read_stack(secret, options).text() ==
        "s.yml:5:28: error: secrets.s.environment: the variable A is not set\n"
        "  hint: set it in the environment, in .env or in a file of --env-file\n");
  options.allow_missing = true;
  CHECK(test::read_stack(secret, options).text() ==
        "s.yml:5:28: error: secrets.s.environment: is empty: the variable A is not set\n"
        "  hint: set it: the engine takes at least one byte\n");
}

TEST_CASE("where Compose reads another value from an env file, the short form says so", "[stack]") {
  const test::TempDir dir;
  const std::string path =
      dir.write("a.env", "SAME=1\nQUOTED=\"in quotes\"\nCOMMENT=x # y\nREST=${SAME}\n");
  const auto options = options_with({}, dir.path());
  const std::string hint =
      "  hint: write env_file: [{path: FILE}] for quotes, comments and ${…} as Compose reads them, "
      "or [{path: FILE, format: raw}] for lines as they stand\n";
  CHECK(findings("env_file: a.env", options) ==
        path +
            ":2:1: warning: services.a.env_file: Compose reads another value for QUOTED and 2 "
            "more: the short form takes a line as it stands, as docker stack deploy does (also at "
            "line 3, line 4)\n" +
            hint);
  CHECK(findings("env_file: [{path: a.env}]", options) == "");
  CHECK(findings("env_file: [{path: a.env, format: raw}]", options) == "");
  auto docker = options;
  docker.compat = Compat::docker;
  CHECK(findings("env_file: a.env", docker) == "");
  dir.write("plain.env", "# c\nA=1\nURL=http://x#y\nB=\n");
  CHECK(findings("env_file: plain.env", options) == "");
  dir.write("bad.env", std::string("A=1\nB=\xFF\n"));
  CHECK(findings("env_file: bad.env", options) == "");
  const std::string exported = dir.write("export.env", "export A=1\n");
  CHECK(findings("env_file: export.env", options) ==
        exported +
            ":1:1: error: services.a.env_file: the name \"export A\" holds a blank\n"
            "  hint: write NAME=VALUE, or env_file: [{path: FILE}], which reads it as Compose "
            "does\n");
}

TEST_CASE("one fault is one message", "[stack]") {
  const std::string mounts =
      "volumes:\n"
      "- {type: bind, source: \"${D}\", target: \"${D}\"}\n"
      "- {type: bind, source: \"${D}\", target: \"${D}\"}";
  CHECK(findings(mounts) ==
        "5:28: error: services.a.volumes[0].source: the variable D is not set (also at line 6)\n"
        "  hint: set it, or give a default: ${NAME:-default}\n");
  CHECK(test::read_stack("services: {web: {image: x, depends_on: [db]}}").text() ==
        "s.yml:1:41: warning: services.web.depends_on: there is no service \"db\": nothing is "
        "waited for\n"
        "  hint: of another stack none can be; `required: false` takes the warning away\n");
  const test::TempDir dir;
  CHECK(findings("secrets: [s]\nenv_file: /nowhere/x.env", options_with({}, dir.path()))
            .find("the file /nowhere/x.env is not there\n  hint: it is read on this machine; a "
                  "relative path starts in the folder of the Compose file\n") != std::string::npos);
}

}  // namespace skep::stack
