#!/usr/bin/env python3
"""skep is cut off from the engine, refused, or killed, at each of its writes in turn: one more run, and all is as it should be.

Needs a lab that is up (LAB_NAME) and the program (SKEP). A first release and an update of a small stack go through a proxy
that fails at the k-th write, for every k, and at the first of each kind of read: it cuts before the engine got the request,
or after (the engine did it, skep does not know), answers 503, or kills skep. Then skep runs once more without it. SKEP_LONG=yes:
all of these, else a sample.
"""
import json
import re
import subprocess
import unittest

import support
from stack_test import StackTest

NAME = "faults"
STACK = """
services:
  web:
    image: {registry}/busybox:1
    command: ["sh", "-c", "true {word}; exec sleep 100000"]
    stop_grace_period: 0s
    configs: [{{source: greeting, target: /greeting}}]
    secrets: [key]
    networks: [net]
    deploy: {{replicas: 1, endpoint_mode: dnsrr, update_config: {{monitor: 1s}}}}
networks: {{net: {{}}}}
configs: {{greeting: {{file: ./greeting}}}}
secrets: {{key: {{file: ./key}}}}
"""
SAMPLE = 3
WAYS = ("cut before", "cut after", "503", "kill")


def kind_of(method, path):
    """Requests that differ by what they ask for, not by whom: "GET /configs/ID"."""
    path = re.sub(r"^/distribution/.*", "/distribution/IMAGE/json", path.partition("?")[0])
    return method + " " + re.sub(r"^/(services|tasks|nodes|networks|secrets|configs)/[^/]+", r"/\1/ID", path)


class Faulty(support.Proxy):
    """Fails once: at the k-th write, or at the first request of a kind."""

    def __init__(self, target, path, way, point):
        super().__init__(target, path)
        self.way, self.point, self.seen, self.muted, self.skep = way, point, 0, set(), None

    def is_here(self, method, path):
        what, at = self.point
        if what == "write" and method in ("GET", "HEAD") or what != "write" and what != kind_of(method, path):
            return False
        with self.lock:
            self.seen += 1
            return self.seen == at

    def lets_through(self, method, path, client):
        if not self.is_here(method, path):
            return True
        if self.way == "cut after":
            self.muted.add(client)
            return True
        if self.way == "503":
            client.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\n"
                           b'Content-Length: 29\r\n\r\n{"message":"planted failure"}')
        elif self.way == "kill":
            self.skep.kill()
        return False

    def hands_back(self, client):
        return client not in self.muted


class Faults(StackTest):
    stack = NAME

    def write(self, word):
        self.write_files({"stack.yml": STACK.format(registry=self.environment["REGISTRY"], word=word),
                          "greeting": f"greeting {word}\n", "key": f"key {word}"})

    def deploy(self):
        done = self.skep("deploy", "-c", "stack.yml", NAME, "--wait-lock", "3m")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def prepare(self, update):
        self.skep("rm", NAME)
        if update:
            self.write("one")
            self.deploy()
        self.write("two")

    def objects(self):
        """Everything of the stack, random suffixes cut; what a release before it used is a reserve for the way back to it."""
        label = [f"com.docker.stack.namespace={NAME}"]
        found = [("network", n["Name"]) for n in self.engine.get("/networks", label=label)]
        for kind in ("services", "secrets", "configs"):
            found += [(kind, re.sub(r"-[0-9a-z]{10}$", "-RANDOM", one["Spec"]["Name"])) for one in self.engine.get(f"/{kind}", label=label)]
        return sorted(found)

    def records(self):
        """{number: state}"""
        configs = [one["Spec"] for one in self.engine.get("/configs", label=[f"skep.stack={NAME}"])]
        return {int(one["Name"].rpartition(".r")[2]): one["Labels"]["skep.state"] for one in configs
                if one["Labels"].get("skep.kind") == "record"}

    def lock(self):
        configs = [one["Spec"] for one in self.engine.get("/configs", label=[f"skep.stack={NAME}"])]
        return [one["Labels"]["skep.state"] for one in configs if one["Labels"].get("skep.kind") == "lock"]

    def run_through(self, proxy):
        """One run, whatever becomes of it."""
        with proxy:
            proxy.skep = subprocess.Popen([support.SKEP, "deploy", *support.HOLD, "-c", "stack.yml", NAME], cwd=self.top, stdout=subprocess.PIPE,
                                          env={**self.environment, "DOCKER_HOST": "unix://" + proxy.path}, stderr=subprocess.STDOUT)
            return proxy.skep.communicate(timeout=300)[0].decode()

    def hold(self, update, way, said):
        """After one more run all is as it would be without the fault."""
        self.assertEqual(self.objects(), self.wanted, said)
        records = self.records()
        self.assertEqual(list(sorted(records)), list(range(1, len(records) + 1)), "a release is lost from the history")
        states = [records[number] for number in sorted(records)]
        self.assertEqual(states.count("released"), 2 if update else 1, f"{states} {said}")
        self.assertEqual(states[-1], "released", f"{states} {said}")
        others = [state for state in states if state != "released"]
        self.assertLessEqual(len(others), 1, states)
        self.assertLessEqual(set(others), {"interrupted"} if way == "kill" else {"failed", "restored", "torn"}, said)
        self.assertEqual(self.lock(), ["free"], said)
        self.assertEqual(len(self.engine.running(f"{NAME}_web")), 1)
        args = self.engine.service(f"{NAME}_web")["Spec"]["TaskTemplate"]["ContainerSpec"]["Args"]
        self.assertIn("true two", json.dumps(args))
        diff = self.skep("diff", "--exit-code", "-c", "stack.yml", NAME)
        self.assertEqual(diff.returncode, 0, diff.stdout)

    def points(self, update):
        """Every write and each kind of read of a run without a fault, and what it leaves."""
        self.prepare(update)
        target = self.environment["DOCKER_HOST"].removeprefix("unix://")
        proxy = support.Proxy(target, str(self.top / "engine.sock"))
        said = self.run_through(proxy)
        self.wanted = self.objects()
        self.assertIn("true two", json.dumps(self.engine.service(f"{NAME}_web")["Spec"]), said)
        reads = sorted({kind_of(*request) for request in proxy.requests if request not in proxy.writes()})
        return [("write", at + 1) for at in range(len(proxy.writes()))], [(read, 1) for read in reads]

    def matrix(self, update):
        which = "update" if update else "first release"
        writes, reads = self.points(update)
        self.assertGreater(len(writes), 5)
        self.assertGreater(len(reads), 5)
        cases = [(way, point) for way in WAYS for point in writes + reads]
        if not support.LONG:
            cases = support.dice().sample(cases, SAMPLE)
        failures = 0
        for way, point in cases:
            with self.subTest(way=way, point=point):
                failures += 1
                self.prepare(update)
                proxy = Faulty(self.environment["DOCKER_HOST"].removeprefix("unix://"), str(self.top / "engine.sock"), way, point)
                said = self.run_through(proxy)
                if point[0] != "write" or point[1] < len(writes):  # the last ones depend on what was left to clean up
                    self.assertGreaterEqual(proxy.seen, point[1], said)
                self.deploy()
                self.hold(update, way, said)
                failures -= 1
            print(f"  {way} at {point[0]} {point[1]}: {failures} failures so far", flush=True)
        print(f"{which}: {len(cases)} cases of {len(WAYS)} ways x ({len(writes)} writes + {len(reads)} kinds of reads), "
              f"{failures} failures", flush=True)

    def test_first_release(self):
        self.matrix(False)

    def test_update(self):
        self.matrix(True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
