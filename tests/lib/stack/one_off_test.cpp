// One-offs: what makes a service one, and what it cannot be.
#include "stack_support.hpp"

using namespace skep;
using test::read_stack;

namespace {

std::string found(const std::string& services, stack::ReadOptions options = test::options_with()) {
  return read_stack("services:\n" + services, std::move(options)).text();
}

bool is_one_off(const std::string& services, const std::string& name,
                stack::ReadOptions options = test::options_with()) {
  const auto read = read_stack("services:\n" + services, std::move(options));
  INFO(read.text());
  CHECK_FALSE(read.problems.has_errors());
  return read.stack.one_offs().contains(name);
}

const std::string kAwaited =
    "  web: {image: x, depends_on: {migrate: {condition: service_completed_successfully}}}\n";

}  // namespace

TEST_CASE("a one-off is named by x-skep-before, or awaited for its success", "[stack]") {
  CHECK(is_one_off("  web: {image: x}\n  migrate: {image: x, x-skep-before: [web]}\n", "migrate"));
  CHECK(is_one_off(kAwaited + "  migrate: {image: x}\n", "migrate"));
  CHECK_FALSE(is_one_off(kAwaited + "  migrate: {image: x}\n", "web"));
  CHECK_FALSE(
      is_one_off("  web: {image: x, depends_on: [migrate]}\n  migrate: {image: x}\n", "migrate"));
  // Swarm itself runs a job, and the rollout waits for its end.
  CHECK_FALSE(
      is_one_off(kAwaited + "  migrate: {image: x, deploy: {mode: replicated-job}}\n", "migrate"));
  CHECK_FALSE(is_one_off("  web: {image: x}\n  migrate: {image: x, x-skep-before: [web]}\n",
                         "migrate", test::as_docker()));
}

TEST_CASE("x-skep-run says when a one-off runs", "[stack]") {
  const auto read = read_stack(
      "services:\n  web: {image: x}\n"
      "  a: {image: x, x-skep-before: [web], x-skep-run: always}\n"
      "  b: {image: x, x-skep-before: [web], x-skep-run: changed}\n");
  CHECK(read.text().empty());
  CHECK(read.stack.services.at("a").one_off.always);
  CHECK_FALSE(read.stack.services.at("b").one_off.always);
  CHECK(found("  web: {image: x}\n  a: {image: x, x-skep-before: [web], x-skep-run: alway}\n") ==
        "s.yml:3:51: error: services.a.x-skep-run: \"alway\" is none of changed, always\n"
        "  hint: did you mean \"always\"?\n");
  CHECK(found("  web: {image: x, x-skep-run: always}\n") ==
        "s.yml:2:19: error: services.web.x-skep-run: \"web\" is no one-off: it is not run, but "
        "stays\n  hint: name the services that wait for its end: x-skep-before: [SERVICE]\n");
}

TEST_CASE("mistakes in the order of one-offs are said with their lines", "[stack]") {
  CHECK(found("  web: {image: x}\n  a: {image: x, x-skep-before: [wbe]}\n") ==
        "s.yml:3:33: error: services.a.x-skep-before: there is no service \"wbe\"\n"
        "  hint: did you mean \"web\"?\n");
  CHECK(found("  web: {image: x}\n  a: {image: x, x-skep-befor: [web]}\n") ==
        "s.yml:3:17: error: services.a.x-skep-befor: unknown key\n"
        "  hint: did you mean \"x-skep-before\"?\n");
  CHECK(found("  a: {image: x, x-skep-before: [a]}\n") ==
        "s.yml:2:33: error: services.a.x-skep-before: the service waits for itself: a → a\n"
        "  hint: break the circle of x-skep-before\n");
  CHECK(found("  a: {image: x, x-skep-before: [b], depends_on: [b]}\n  b: {image: x}\n")
            .find("the service waits for itself: a → b → a") != std::string::npos);
}

TEST_CASE("what a one-off cannot be is refused", "[stack]") {
  CHECK(found("  web: {image: x}\n"
              "  a: {image: x, x-skep-before: [web], deploy: {mode: global}}\n") ==
        "s.yml:3:3: error: services.a.deploy.mode: a one-off runs once: it cannot be global\n"
        "  hint: remove deploy.mode\n");
  CHECK(found("  web: {image: x}\n"
              "  a: {image: x, x-skep-before: [web], deploy: {replicas: 3}}\n") ==
        "s.yml:3:58: error: services.a.deploy.replicas: a one-off runs once, not 3 times\n"
        "  hint: remove replicas\n");
  CHECK(found("  web: {image: x}\n  a: {image: x, x-skep-before: [web], ports: [80]}\n") ==
        "s.yml:3:47: warning: services.a.ports: a one-off publishes no port: nothing reaches it\n"
        "  hint: remove ports\n");
}

TEST_CASE("other x- keys stay for your own use", "[stack]") {
  CHECK(found("  web: {image: x, x-team: blue}\n").empty());
  CHECK(found("  web: {image: x, x-skep-befor: [b]}\n", test::as_docker()).empty());
}
