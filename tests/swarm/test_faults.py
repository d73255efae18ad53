#!/usr/bin/env python3
"""skep is cut off from the engine, refused, or killed, at each of its writes in turn: one more run, and all is as it should be.

Needs a lab that is up (LAB_NAME) and the program (SKEP). A first release and an update of a small stack go through a proxy
that fails at the k-th write, for every k: it cuts before the engine got the request, or after (the engine did it, skep does
not know), answers 503, or kills skep. Then skep runs once more without it.
"""
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import lab_images
import support

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
WAYS = ("cut before", "cut after", "503", "kill")


class Faulty(support.Proxy):
    """Fails at the k-th write, once."""

    def __init__(self, target, path, way, at):
        super().__init__(target, path)
        self.way, self.at, self.seen, self.muted, self.skep = way, at, 0, set(), None

    def lets_through(self, method, client, engine):
        if method in ("GET", "HEAD"):
            return True
        self.seen += 1
        if self.seen != self.at:
            return True
        if self.way == "cut after":
            self.muted.add(client)
            return True
        if self.way == "503":
            client.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\n"
                           b'Content-Length: 28\r\n\r\n{"message":"planted failure"}')
        elif self.way == "kill":
            self.skep.kill()
        return False

    def hands_back(self, client):
        return client not in self.muted


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.environment = support.lab_environment()
        cls.engine = support.Engine(cls.environment)
        lab_images.push(cls.environment, "busybox", cls.environment["REGISTRY"] + "/busybox:1")

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.top = pathlib.Path(temporary.name)
        self.skep = support.Skep(self.environment, self.top)
        self.addCleanup(self.skep, "rm", NAME)

    def write(self, word):
        text = STACK.format(registry=self.environment["REGISTRY"], word=word)
        (self.top / "stack.yml").write_text(text, encoding="utf-8")
        (self.top / "greeting").write_text(f"greeting {word}\n", encoding="utf-8")
        (self.top / "key").write_text(f"key {word}", encoding="utf-8")

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
        found = {("network", n["Name"]) for n in self.engine.get("/networks", label=label)}
        for kind in ("services", "secrets", "configs"):
            found |= {(kind, re.sub(r"-[0-9a-z]{10}$", "-RANDOM", one["Spec"]["Name"])) for one in self.engine.get(f"/{kind}", label=label)}
        return found

    def states(self):
        labels = [one["Spec"]["Labels"] for one in self.engine.get("/configs", label=[f"skep.stack={NAME}"])]
        return sorted(one["skep.state"] for one in labels if one.get("skep.kind") == "record")

    def faulty_run(self, way, at):
        """Whether the fault came: the release may be over before its k-th write."""
        path = str(self.top / "engine.sock")
        proxy = Faulty(self.environment["DOCKER_HOST"].removeprefix("unix://"), path, way, at)
        with proxy:
            proxy.skep = subprocess.Popen([support.SKEP, "deploy", "-c", "stack.yml", NAME], cwd=self.top, stdout=subprocess.PIPE,
                                          env={**self.environment, "DOCKER_HOST": "unix://" + path}, stderr=subprocess.STDOUT)
            proxy.skep.communicate(timeout=300)
        return proxy.seen >= at

    def matrix(self, update):
        self.prepare(update)
        self.deploy()
        wanted = self.objects()
        for way in WAYS:
            at = 1
            while True:
                with self.subTest(way=way, at=at):
                    self.prepare(update)
                    came = self.faulty_run(way, at)
                    self.deploy()
                    self.assertEqual(self.objects(), wanted)
                    self.assertNotIn("pending", self.states())
                    self.assertIn("released", self.states())
                    self.assertEqual(len(self.engine.running(f"{NAME}_web")), 1)
                    args = self.engine.service(f"{NAME}_web")["Spec"]["TaskTemplate"]["ContainerSpec"]["Args"]
                    self.assertIn("true two", json.dumps(args))
                    diff = self.skep("diff", "--exit-code", "-c", "stack.yml", NAME)
                    self.assertEqual(diff.returncode, 0, diff.stdout)
                if not came:
                    break
                at += 1
            print(f"{'update' if update else 'first release'}: {way}: {at - 1} writes", flush=True)
            self.assertGreater(at, 4)

    def test_first_release(self):
        self.matrix(False)

    def test_update(self):
        self.matrix(True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
