// What stands at the wrong depth is one message, about that.
#include "stack_support.hpp"

namespace skep::stack {

using test::read_stack;

TEST_CASE("a service inside a service is one message", "[stack]") {
  CHECK(read_stack("services:\n  web:\n    image: x\n    depends_on: [db]\n    db:\n"
                   "      image: y\n      imag: z\n")
            .text() ==
        "s.yml:5:5: error: services.web.db: is a service inside the service \"web\"\n"
        "  hint: indent it no further than \"web:\"\n");
  CHECK(read_stack("services:\n  web:\n    image: x\n    db: {build: .}\n    cache: {ports: [1], "
                   "restart: always}\n")
            .text() ==
        "s.yml:4:5: error: services.web.db: is a service inside the service \"web\"\n"
        "  hint: indent it no further than \"web:\"\n"
        "s.yml:5:5: error: services.web.cache: is a service inside the service \"web\"\n"
        "  hint: indent it no further than \"web:\"\n");
  // A slip of the pen is still one.
  CHECK(read_stack("services: {web: {image: x, helthcheck: {test: y}}}\n").text() ==
        "s.yml:1:28: error: services.web.helthcheck: unknown key\n"
        "  hint: did you mean \"healthcheck\"?\n");
}

TEST_CASE("services that are not indented are one message", "[stack]") {
  CHECK(read_stack("services:\nweb:\n  image: x\n  depends_on: [db]\ndb:\n  image: y\n"
                   "networks: {n: }\n")
            .text() ==
        "s.yml:2:1: error: services: web, db stand beside \"services:\", not below "
        "it\n  hint: indent them further than \"services:\"\n");
  CHECK(read_stack("services: {a: {image: x, networks: [front]}}\nnetworks:\nfront:\n  driver: "
                   "overlay\n")
            .text() ==
        "s.yml:3:1: error: networks: front stands beside \"networks:\", not below "
        "it\n  hint: indent it further than \"networks:\"\n");
  CHECK(read_stack("services:\n").text() ==
        "s.yml:1:1: error: services: is empty, must be a map\n"
        "  hint: write a value, or remove the key\n");
}

TEST_CASE("keys of a service that are not indented are one message", "[stack]") {
  CHECK(read_stack("services:\n  web:\n  image: x\n  ports: [\"80:80\"]\n  deploy: {replicas: 2}\n"
                   "  db:\n    image: y\n")
            .text() ==
        "s.yml:3:3: error: services.web: image, ports, deploy stand beside \"web:\", "
        "not below it\n  hint: indent them further than \"web:\"\n");
  CHECK(read_stack("services:\n  web:\n    image: x\n  ports: [\"80:80\"]\n").text() ==
        "s.yml:4:3: error: services.web: ports stands beside \"web:\", not below it\n"
        "  hint: indent it further than \"web:\"\n");
  // Services may go by such names.
  CHECK(read_stack("services:\n  web: {image: x}\n  configs: {image: y}\n  build: {build: .}\n")
            .text()
            .find("stand") == std::string::npos);
}

TEST_CASE("a colon too many is one message", "[stack]") {
  CHECK(read_stack("services:\n  web:\n    image: x\n    depends_on: [worker]\n  worker::\n"
                   "    image: y\n")
            .text() ==
        "s.yml:5:3: error: services.worker: has a colon too many\n"
        "  hint: write worker:\n");
  CHECK(read_stack("services:\n  web:\n    image:: x\n").text() ==
        "s.yml:3:5: error: services.web.image: has a colon too many\n  hint: write image:\n");
  CHECK(read_stack("services: {web: {image: x, networks: [n]}}\nnetworks:\n  n:: {}\n").text() ==
        "s.yml:3:3: error: networks.n: has a colon too many\n  hint: write n:\n");
  CHECK(read_stack("services:: {web: {image: x}}\n").text() ==
        "s.yml:1:1: error: services: has a colon too many\n  hint: write services:\n");
  CHECK(read_stack("services: {web: {image: x, environment: {'A:': b}}}\n").text() == "");
}

}  // namespace skep::stack
