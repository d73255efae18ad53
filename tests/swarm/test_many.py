#!/usr/bin/env python3
"""A stack of many services: with nothing to do it writes nothing, and asks no more than for a few.

Needs a lab that is up (LAB_NAME) and the program (SKEP). The services have no tasks (`replicas: 0`): a hundred containers
would say no more.
"""
import collections
import unittest

import support
from stack_test import StackTest
from test_faults import kind_of

NAME = "many"
SERVICE = """
  s{number}:
    image: {registry}/busybox:1
    command: [sleep, "100000"]
    networks: [net]
    deploy: {{replicas: 0, endpoint_mode: dnsrr}}
"""


class Many(StackTest):
    stack = NAME

    def deploy(self, size):
        services = "".join(SERVICE.format(number=number, registry=self.environment["REGISTRY"]) for number in range(size))
        self.write_files({"stack.yml": f"services:{services}networks: {{net: {{}}}}\n"})
        with support.Proxy(self.engine.socket, str(self.top / "proxy.sock")) as proxy:
            done = support.Skep({**self.environment, "DOCKER_HOST": "unix://" + proxy.path}, self.top)("deploy", "-c", "stack.yml", NAME)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return proxy

    def unchanged(self, size):
        """What a deploy with nothing to do asks, {kind of request: count}."""
        made = self.deploy(size)
        creates = [path for method, path in made.writes() if path == "/services/create"]
        self.assertLessEqual(len(creates), size)
        live = self.engine.get("/services", label=[f"com.docker.stack.namespace={NAME}"])
        self.assertEqual(len(live), size)
        proxy = self.deploy(size)
        self.assertEqual(proxy.writes(), [])
        return collections.Counter(kind_of(*request) for request in proxy.requests)

    def test_reads_do_not_grow_with_the_services(self):
        few = self.unchanged(10)
        many = self.unchanged(100)
        self.assertEqual(many, few)
        print(f"unchanged: {sum(few.values())} reads for 10 services, {sum(many.values())} for 100; 0 writes", flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
