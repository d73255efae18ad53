// Which templates of Go the engine would refuse, and where lint says so.
#include "stack/placeholders.hpp"

#include "stack/placeholder_names.hpp"
#include "stack_support.hpp"
#include "support/temp_dir.hpp"

#include <array>

namespace skep::stack {
namespace {

using test::findings;
using test::options_with;
using test::read_stack;

/// "why|word|meant", or "" for a good one.
std::string why(std::string_view text, Expander expander = Expander::swarm) {
  const auto bad = bad_placeholder(text, expander);
  if (!bad) return "";
  return bad->what + (bad->word.empty() ? "" : "|" + bad->word) +
         (bad->meant.empty() ? "" : "|" + bad->meant);
}

const std::string kExpands = "the engine expands \"{{\" here, and would refuse this: ";
const std::string kPlaceholders =
    "{{\"{{\"}} is a literal {{; the placeholders are .Service.ID, .Service.Name, "
    ".Service.Labels, .Node.ID, .Node.Hostname, .Node.Platform, .Task.ID, .Task.Name, .Task.Slot";

}  // namespace

TEST_CASE("what Swarm expands without a word is taken", "[stack]") {
  constexpr auto kGood = std::to_array<std::string_view>({
      "",
      "no placeholder } }} at all {",
      "{{.Service.ID}}{{.Service.Name}}{{.Node.ID}}{{.Node.Hostname}}",
      "{{ .Node.Platform.OS }}-{{ .Node.Platform.Architecture }}",
      "{{.Task.ID}} {{.Task.Name}} {{.Task.Slot}}",
      "{{- .Task.Slot -}}",
      "{{\n.Task.Slot\n}}",
      "{{\"{{\"}}.Values.x}}",
      "{{`{{`}} .Values.x }}",
      "{{/* a {{ comment */}}x{{- /* and another */ -}}",
      "{{.Service.Labels}}{{.Service}}{{.}}{{$}}{{$.Node.ID}}",
      "{{index .Service.Labels \"com.example.port\"}}",
      "{{range $k, $v := .Service.Labels}}{{$k}}={{$v}},{{end}}",
      "{{range .Service.Labels}}{{.}}{{break}}{{else}}none{{end}}",
      "{{if eq .Node.Platform.OS \"windows\"}}C:{{else if .Task.Slot}}/{{else}}x{{end}}",
      "{{with .Node}}{{.Hostname}}{{end}}",
      "{{with $n := .Node.Hostname}}{{$n}}{{$.Task.Slot}}{{end}}",
      "{{$x := .Task.Slot}}{{$x = \"2\"}}{{$x}}",
      "{{join \"-\" .Service.Name .Task.Slot}}",
      "{{.Task.Slot | printf \"%03s\"}}{{printf `%s-%d` .Node.ID 3}}",
      "{{(index .Service.Labels \"a\") | html}}{{len .Service.Labels}}{{print 'a' 0x1F -1 1.5e3}}",
      "{{define \"x\"}}{{.Any.Thing}}{{end}}{{template \"x\" .}}",
      "{{block \"b\" .Node}}{{.}}{{end}}",
      "{{and true .Task.Slot}}{{or nil 1}}{{not false}}",
      "{{.Expand \"{{.Task.Slot}}\"}}",
      "{{.Task.Slot |}}",
      "%{{.Task.Slot}}%",
  });
  for (const auto text : kGood) {
    INFO(text);
    CHECK(why(text) == "");
  }
}

TEST_CASE("what Swarm refuses is found, with what was meant", "[stack]") {
  const std::map<std::string, std::string> bad = {
      {"{{", "it is never closed with }}"},
      {"{\"a\":{{\"b\":1}}", "there is a character that no placeholder may have"},
      {"{{}}", "it is empty"},
      {"{{ }}", "it is empty"},
      {"{{- -}}", "it is empty"},
      {"{{/* comment", "its comment is never closed with */}}"},
      {"{{/* comment */ x}}", "its comment is never closed with */}}"},
      {"{{ /* comment */ }}", "there is a character that no placeholder may have"},
      {"{{\"a}}", "its quoted text is never closed"},
      {"{{`a}}", "its quoted text is never closed"},
      {"{{\"\\d\"}}", "its quoted text has an escape that Go does not know"},
      {"{{.Node.Hostnam}}", "there is no such field|.Node.Hostnam|.Node.Hostname"},
      {"{{.node.Hostname}}", "there is no such field|.node|.Node"},
      {"{{.Hostname}}", "there is no such field|.Hostname|.Node.Hostname"},
      {"{{.Name}}", "there is no such field|.Name|.Service.Name or .Task.Name"},
      {"{{.Values.image}}", "there is no such field|.Values"},
      {"{{.Node.Labels.zone}}", "there is no such field|.Node.Labels"},
      {"{{.Node.Hostname.x}}", "there is no such field|.Node.Hostname.x"},
      {"{{.Service.Labels.zone}}",
       "a label is not read so|.Service.Labels.zone|index .Service.Labels \"zone\""},
      {"{{$.Task.Slt}}", "there is no such field|$.Task.Slt|$.Task.Slot"},
      {"{{with .Node}}{{.Slot}}{{end}}", "there is no such field|.Slot"},
      {"{{Node.Hostname}}", "there is no such function|Node|.Node"},
      {"{{name}}", "there is no such function|name"},
      {"{{Hostname}}", "there is no such function|Hostname|.Node.Hostname"},
      {"{{user}}", "there is no such function|user"},
      {"{{env \"HOME\"}}", "there is no such function|env"},
      {"{{ job_name }}", "there is no such function|job_name"},
      {"{{jion \"-\" .Task.ID}}", "there is no such function|jion|join"},
      {"{{$labels.instance}}", "there is no such variable|$labels"},
      {"{{range .Service.Labels}}{{$x := 1}}{{end}}{{$x}}", "there is no such variable|$x"},
      {"{{a-b}}", "there is a character that no placeholder may have"},
      {"{{.Task.Slot/2}}", "there is a character that no placeholder may have"},
      {"{{% x %}}", "there is a character that no placeholder may have"},
      {"{{12ab}}", "it has a number that is none"},
      {"{{(.Task.Slot}}", "a bracket is never closed"},
      {"{{.Task.Slot)}}", "a bracket closes that was never opened"},
      {"{{if}}x{{end}}", "it ends too early"},
      {"{{if .Task.Slot}}x", "its {{if}} has no {{end}}"},
      {"{{end}}", "its {{end}} ends nothing"},
      {"{{else}}", "its {{else}} belongs to nothing"},
      {"{{if 1}}{{else}}{{else}}{{end}}", "its {{else}} belongs to nothing"},
      {"{{with .Node}}{{else if 1}}{{end}}", "this is not expected there|if"},
      {"{{range .Service.Labels}}{{else with 1}}{{end}}", "this is not expected there|with"},
      {"{{template \"x\"}}", "it names a template that is not defined"},
      {"{{nil}}", "nil is no value"},
      {"{{.Task.Slot 1}}", "this takes no argument|.Task.Slot"},
      {"{{\"a\" | .Task.Slot}}", "this takes no argument|.Task.Slot"},
      {"{{len}}", "this function has too few or too many arguments|len"},
      {"{{len 1 2}}", "this function has too few or too many arguments|len"},
      {"{{.Expand}}", "this has too few or too many arguments|.Expand"},
      {"{{\"a\".b}}", "this is not expected there|.b"},
      {"{{.Task.Slot,}}", "this is not expected there|,"},
      {"{{.Task.Slot := 1}}", "this is not expected there|:="},
      {std::string(5000, '(').insert(0, "{{"), "it is never closed with }}"},
      {"{{" + std::string(5000, '(') + std::string(5000, ')') + "}}", "it has too many brackets"},
  };
  for (const auto& [text, reason] : bad) {
    INFO(text);
    CHECK(why(text) == reason);
  }
  CHECK(bad_placeholder("a\nb\n{{.Task.Slot}}\n{{/* \n */}} {{x}}\n", Expander::swarm)->line == 4);
}

TEST_CASE("secrets and configs have functions of their own, and so has the tag of a log",
          "[stack]") {
  for (const auto* text : {"{{secret \"a\"}}{{config \"b\"}}{{env \"C\"}}", "{{.Node.Hostname}}"})
    CHECK(why(text, Expander::payload) == "");
  CHECK(why("{{secret}}", Expander::payload) ==
        "this function has too few or too many arguments|secret");
  CHECK(why("{{upper .Task.ID}}", Expander::payload) == "there is no such function|upper");
  for (const auto* text : {"{{.Name}}/{{.ID}}", "{{upper .ImageName}}", "{{.Hostname}}",
                           "{{index .ContainerLabels \"a\"}}", "{{(.ExtraAttributes nil).a}}",
                           "{{.Config.tag}}", "{{truncate .FullID 3}}"}) {
    INFO(text);
    CHECK(why(text, Expander::logging) == "");
  }
  CHECK(why("{{.Task.Name}}", Expander::logging) == "there is no such field|.Task");
  CHECK(why("{{.Nmae}}", Expander::logging) == "there is no such field|.Nmae|.Name");
  CHECK(placeholders(Expander::logging).starts_with(".ID, .FullID, .Name, .ImageID"));
}

TEST_CASE("a placeholder that would be refused is an error at its line", "[stack]") {
  CHECK(findings("environment:\n  GOOD: '{{.Task.Slot}}'\n  BAD: '{{.Node.Hostnam}}'\n") ==
        "6:12: error: services.a.environment.BAD: " + kExpands +
            "there is no such field: .Node.Hostnam\n"
            "  hint: did you mean .Node.Hostname? {{\"{{\"}} is a literal {{\n");
  CHECK(findings("environment:\n  - A=1\n  - BAD={{ foo }}\n") ==
        "6:9: error: services.a.environment[1]: " + kExpands +
            "there is no such function: foo\n  hint: " + kPlaceholders + "\n");
  CHECK(findings("hostname: '{{.Task.Slot'") ==
        "4:15: error: services.a.hostname: " + kExpands +
            "it is never closed with }}\n  hint: " + kPlaceholders + "\n");
  CHECK(findings("volumes: ['/data/{{.Node.Nam}}:/data']") ==
        "4:15: error: services.a.volumes[0]: " + kExpands +
            "there is no such field: .Node.Nam\n  hint: " + kPlaceholders + "\n");
  CHECK(findings("volumes:\n  - {type: tmpfs, target: '/x/{{end}}'}") ==
        "5:31: error: services.a.volumes[0].target: " + kExpands +
            "its {{end}} ends nothing\n  hint: " + kPlaceholders + "\n");
  CHECK(findings("tmpfs: ['/run/{{x}}']") ==
        "4:13: error: services.a.tmpfs[0]: " + kExpands +
            "there is no such function: x\n  hint: " + kPlaceholders + "\n");
  CHECK(findings("logging: {driver: gelf, options: {tag: '{{.Task.Name}}'}}")
            .starts_with("4:44: error: services.a.logging.options.tag: " + kExpands +
                         "there is no such field: .Task\n  hint: {{\"{{\"}} is a literal {{; the "
                         "placeholders are .ID, "));
}

TEST_CASE("what the engine does not expand may hold anything", "[stack]") {
  CHECK(findings("command: ['{{x}}']\nlabels: {a: '{{x}}'}\ndeploy: {labels: {a: '{{x}}'}}\n"
                 "healthcheck: {test: '{{x}}'}\nuser: '{{x}}'\nworking_dir: '{{x}}'\n"
                 "environment: {'{{x}}': y}\n") == "");
  // A volume that nobody mounts, and a config without template_driver.
  CHECK(read_stack("services: {a: {image: x, configs: [c]}}\n"
                   "volumes: {v: {name: '{{x}}'}}\nconfigs: {c: {content: '{{x}}'}}\n")
            .text() == "");
}

TEST_CASE("names, labels and options of volumes that are mounted are expanded", "[stack]") {
  const auto of_volume = [](const std::string& volume) {
    return read_stack("services: {a: {image: x, volumes: ['vol:/v']}}\nvolumes:\n  vol: " + volume +
                      "\n")
        .text();
  };
  CHECK(of_volume("{name: 'data-{{.Task.Slot}}', driver_opts: {o: 'addr={{.Node.Hostname}}'}}") ==
        "");
  CHECK(of_volume("{name: 'data-{{.Slot}}'}") ==
        "s.yml:3:15: error: volumes.vol.name: " + kExpands +
            "there is no such field: .Slot\n  hint: did you mean .Task.Slot? {{\"{{\"}} is a "
            "literal {{\n");
  CHECK(
      of_volume("{labels: {l: '{{x}}'}}").starts_with("s.yml:3:21: error: volumes.vol.labels.l: "));
  CHECK(of_volume("{driver_opts: {o: '{{x}}'}}")
            .starts_with("s.yml:3:26: error: volumes.vol.driver_opts.o: "));
}

TEST_CASE("a variable of an env file is found there, unless another value counts", "[stack]") {
  const test::TempDir dir;
  dir.write("a.env", "# first\nGOOD=1\nBAD={{x}}\n");
  const auto options = options_with({}, dir.path());
  CHECK(read_stack(test::service_with("env_file: a.env"), options).text() ==
        dir.path() + "/a.env:3:1: error: services.a.environment.BAD: " + kExpands +
            "there is no such function: x\n  hint: " + kPlaceholders + "\n");
  CHECK(findings("env_file: a.env\nenvironment: {BAD: good}", options) == "");
  CHECK(findings("environment: [BAD]", options_with({{"BAD", "{{x}}"}}))
            .starts_with("4:19: error: services.a.environment[0]: "));
}

TEST_CASE("the content of a secret or config with a template_driver is read as the engine does",
          "[stack]") {
  const test::TempDir dir;
  dir.write("c.conf", "good {{.Node.Hostname}}\n\n{{ if }}\n");
  dir.write("s.txt", "{{ hunter2 }}\n");
  const auto options = options_with({}, dir.path());
  CHECK(read_stack("services: {a: {image: x, configs: [c]}}\n"
                   "configs: {c: {file: c.conf, template_driver: golang}}\n",
                   options)
            .text() == dir.path() + "/c.conf:3:1: error: configs.c.file: " + kExpands +
                           "it ends too early\n  hint: " + kPlaceholders + "\n");
  const auto secret = read_stack(
                          "services: {a: {image: x, secrets: [s]}}\n"
                          "secrets: {s: {file: s.txt, template_driver: golang}}\n",
                          options)
                          .text();
  CHECK(secret == dir.path() + "/s.txt:1:1: error: secrets.s.file: " + kExpands +
                      "there is no such function\n  hint: " + kPlaceholders + "\n");
  CHECK(read_stack("services: {a: {image: x, configs: [c]}}\n"
                   "configs: {c: {content: '{{x}}', template_driver: jinja}}\n")
            .text() ==
        "s.yml:2:50: warning: configs.c.template_driver: Swarm has no template driver \"jinja\": "
        "the tasks would fail\n"
        "  hint: write golang, or remove the key\n");
}

TEST_CASE("a secret's words are not shown", "[stack]") {
  for (const auto* lines : {"environment: {DB_PASSWORD: 'a{{hunter2}}b'}",
                            "environment: {URL: 'mongodb://u:{{hunter2}}@h/d'}"}) {
    const auto text = findings(lines);
    INFO(text);
    CHECK(text.find("there is no such function\n") != std::string::npos);
    CHECK(text.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("docker's reading has the same engine behind it, config has none", "[stack]") {
  CHECK(findings("hostname: '{{x}}'", test::as_docker()).starts_with("4:15: error: "));
  auto options = options_with();
  options.whole = false;
  CHECK(findings("hostname: '{{x}}'", options) == "");
}

}  // namespace skep::stack
