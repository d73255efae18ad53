// Whatever comes in, from files, arguments or the engine: no control character of it goes out.
#include "base/visible.hpp"

#include "cli.hpp"
#include "support/fake_tasks.hpp"

#include <functional>
#include <unistd.h>

using namespace skep;
using namespace std::chrono_literals;
using test::Cli;

namespace {

// A terminal's title, its colours, C1's CSI, DEL, and the mark that turns the writing around.
const std::string kRaw = "\x1b]0;x\x07\x1b[31m\xC2\x9B\x7F\xE2\x80\xAE";
// The same in a YAML or JSON text between double quotes.
const std::string kYaml = R"(\x1b]0;x\x07\x1b[31m\x9b\x7f\u202e)";
const std::string kJson = R"(\u001b]0;x\u0007\u001b[31m\u009b\u007f\u202e)";

struct Input {
  std::string what;
  std::function<void(Cli&)> prepare;
  std::vector<std::string> args;
};

const std::vector<std::string> kRelease{"release"};

std::vector<Input> inputs_of_files() {
  const auto file = [](const std::string& name, const std::string& text) {
    return [=](Cli& cli) {
      cli.write_project();
      cli.dir.write(name, text);
    };
  };
  const auto stack = [&](const std::string& text) { return file("stack.yml", text); };
  return {
      {"a key", stack("services: {web: {image: x, \"" + kYaml + "\": 1}}\n"), {"lint"}},
      {"a service's name", stack("services: {\"" + kYaml + "\": {image: x}}\n"), {"lint"}},
      {"an image", stack("services: {web: {image: \"" + kYaml + "\"}}\n"), {"lint"}},
      {"a path", stack("services: {web: {image: x, env_file: \"" + kYaml + "\"}}\n"), {"lint"}},
      {"a port", stack("services: {web: {image: x, ports: [\"" + kYaml + "\"]}}\n"), {"lint"}},
      {"a placeholder",
       stack("services: {web: {image: x, hostname: \"{{" + kYaml + "}}\"}}\n"),
       {"lint"}},
      {"a field",
       stack("services: {web: {image: x, hostname: \"{{.A" + kYaml + "}}\"}}\n"),
       {"lint"}},
      {"a build context",
       stack("services: {web: {image: x, build: \"https://h/" + kYaml + "\"}}\n"),
       {"lint"}},
      {"a traefik label",
       stack("services: {web: {image: x, labels: {\"traefik." + kYaml + "\": 1}}}\n"),
       {"lint"}},
      {"a network",
       stack("services: {web: {image: x, networks: [\"" + kYaml + "\"]}}\n"),
       {"lint"}},
      {"raw bytes", stack("services: {web: {image: " + kRaw + "}}\n"), {"lint"}},
      {"bytes that are no text", stack("services: {web: {image: \"\xC3\x28\"}}\n"), {"lint"}},
      {"a variable that is not set",
       stack("services: {web: {image: \"${A:?" + kYaml + "}\"}}\n"),
       {"lint"}},
      {"what is printed as YAML",
       stack("services: {web: {image: x, user: \"" + kYaml + "\"}}\n"),
       {"config"}},
      {"what is printed as JSON",
       stack("services: {web: {image: x, user: \"" + kYaml + "\"}}\n"),
       {"config", "--format", "json"}},
      {"a profile",
       stack("services: {a: {image: x}, web: {image: x, profiles: [\"" + kYaml + "\"]}}\n"),
       {"config", "--profiles"}},
      {"what is rendered",
       stack("services: {web: {image: x, user: \"" + kYaml + "\"}}\n"),
       {"render"}},
      {"an env file",
       [](Cli& cli) {
         cli.write_project();
         cli.dir.write("stack.yml", "services: {web: {image: x, env_file: a.env}}\n");
         cli.dir.write("a.env", "a " + kRaw + "=1\n");
       },
       {"lint"}},
      {".env", file(".env", "A" + kRaw + "=1\n"), {"lint"}},
      {"skep.yml", file("skep.yml", "stack: shop\n\"" + kYaml + "\": 1\n"), {"lint"}},
      {"a template's parameter",
       file("skep.yml", "stack: shop\ntemplate: web\nvalues: {\"" + kYaml + "\": 1}\n"),
       {"lint"}},
      {"config.json",
       [](Cli& cli) {
         cli.write_project();
         cli.dir.write("home/.docker/config.json", "{\"auths\":{\"" + kJson + "\":1}}");
       },
       kRelease},
      {".dockerignore",
       [](Cli& cli) {
         cli.dir.write("skep.yml", "stack: shop\ntemplate: ./stack.yml\n");
         cli.dir.write("stack.yml", "services: {web: {image: r/x, build: .}}\n");
         cli.dir.write("Dockerfile", "FROM scratch\n");
         cli.dir.write(".dockerignore", "[" + kRaw + "\n");
       },
       kRelease},
      {"a plan file", file("plan", "{\"" + kJson + "\": " + kRaw), {"deploy", "--plan", "plan"}},
  };
}

std::vector<Input> inputs_of_arguments() {
  const auto project = [](Cli& cli) { cli.write_project(); };
  return {
      {"a verb", project, {kRaw}},
      {"a flag", project, {"lint", "--" + kRaw}},
      {"a file", project, {"lint", "-c", kRaw}},
      {"a folder", project, {"init", kRaw, "--template", kRaw}},
      {"a stack", project, {"status", kRaw}},
      {"a service", project, {"logs", "--service", kRaw}},
      {"a profile", project, {"lint", "--profile", kRaw}},
      {"a setting", project, {"lint", "--set", kRaw + "=1"}},
      {"a tag", project, {"release", "--tag", kRaw}},
      {"a host", project, {"ls", "-H", kRaw}},
      {"a variable of the environment",
       [](Cli& cli) {
         cli.write_project();
         cli.env.variables["A"] = kRaw;
         cli.dir.write("stack.yml", "services: {web: {image: \"${A}\", user: \"${B:?${A}}\"}}\n");
       },
       {"lint"}},
  };
}

std::vector<Input> inputs_of_the_engine() {
  return {
      {"an engine's refusal",
       [](Cli& cli) {
         cli.write_project();
         cli.engine.plant({.method = "POST",
                           .path = "/services/create",
                           .times = -1,
                           .status = 400,
                           .message = "bad " + kRaw});
       },
       kRelease},
      {"a registry's refusal",
       [](Cli& cli) {
         cli.write_project();
         cli.engine.plant({.path = "/distribution", .times = -1, .message = "denied " + kRaw});
       },
       kRelease},
      {"a task's last lines",
       [](Cli& cli) {
         cli.write_project();
         cli.database.others = [](const Json&) {
           return test::crashes_after(1s, 3, "line " + kRaw + "\n");
         };
       },
       kRelease},
      {"a service and its labels",
       [](Cli& cli) {
         cli.engine.swarm().add_service(
             {{"Name", "shop_" + kRaw},
              {"Labels", {{"com.docker.stack.namespace", "shop" + kRaw}, {"a" + kRaw, kRaw}}},
              {"TaskTemplate", {{"ContainerSpec", {{"Image", "x:" + kRaw}}}}}});
       },
       {"ls"}},
      {"a build's words",
       [](Cli& cli) {
         cli.dir.write("skep.yml", "stack: shop\ntemplate: ./stack.yml\n");
         cli.dir.write("stack.yml", "services: {web: {image: r/x, build: .}}\n");
         cli.dir.write("Dockerfile", "FROM scratch\n");
         cli.engine.on_upgrade = [](const test::Call&, int fd) { ::close(fd); };
         cli.engine.swarm().build_stream = {
             {{"error", "step " + kRaw}, {"errorDetail", {{"message", "step " + kRaw}}}}};
       },
       kRelease},
  };
}

void check(const std::vector<Input>& inputs) {
  for (const auto& input : inputs) {
    for (const bool json : {false, true}) {
      Cli cli;
      input.prepare(cli);
      auto args = input.args;
      if (json) args.insert(args.end(), {"-o", "json"});
      const auto result = cli.run(args);
      const std::string all = result.out + result.err;
      INFO(input.what << (json ? ", JSON: " : ": ") << visible(all));
      CHECK_FALSE(all.empty());
      CHECK(visible(all) == all);
      if (json && !result.out.empty()) CHECK_NOTHROW(result.lines());
    }
  }
}

}  // namespace

TEST_CASE("control characters of files are shown escaped, in text and in JSON", "[cmd]") {
  check(inputs_of_files());
}

TEST_CASE("control characters of arguments are shown escaped, in text and in JSON", "[cmd]") {
  check(inputs_of_arguments());
}

TEST_CASE("control characters of the engine are shown escaped, in text and in JSON", "[cmd]") {
  check(inputs_of_the_engine());
}
