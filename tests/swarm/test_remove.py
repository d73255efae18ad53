#!/usr/bin/env python3
"""`skep rm && skep release`, again and again: rm comes back when all is gone, and says what stays.

Needs a lab that is up (LAB_NAME) and the program (SKEP). The stack has a network, a config, a secret and a volume of its own,
and tasks on every node. SKEP_LONG=yes: 20 rounds instead of 5.
"""
import json
import unittest

import support
from stack_test import StackTest

NAME = "round"
STACK = """
services:
  web:
    image: {registry}/busybox:1
    command: ["sleep", "100000"]
    configs: [greeting]
    secrets: [key]
    networks: [net]
    volumes: ["data:/data"]
    deploy: {{mode: global}}
  slow:
    image: {registry}/busybox:1
    command: ["sh", "-c", "trap 'sleep 3; exit 0' TERM; while :; do sleep 1; done"]
    networks: [net, default]
    deploy: {{replicas: 2}}
networks: {{net: {{}}, default: {{}}}}
configs: {{greeting: {{file: ./greeting}}}}
secrets: {{key: {{file: ./key}}}}
volumes: {{data: {{}}}}
"""
ENDED = ("complete", "shutdown", "failed", "rejected", "remove", "orphaned")
ROUNDS = 20 if support.LONG else 5


class Remove(StackTest):
    stack = NAME

    def setUp(self):
        super().setUp()
        self.write_files({"skep.yml": f"stack: {NAME}\ntemplate: ./stack.yml\n", "greeting": "hello\n", "key": "secret",
                          "stack.yml": STACK.format(registry=self.environment["REGISTRY"])})

    def run_skep(self, *args):
        done = self.skep("-o", "json", *args)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout.strip().splitlines()[-1])

    def left(self):
        """All that the engine still has of the stack: by its name, by its label, and by skep's own."""
        found = []
        for kind in ("services", "secrets", "configs", "networks", "tasks"):
            for one in self.engine.get("/" + kind):
                name = one.get("Name") or one["Spec"].get("Name", "")
                if kind == "tasks":
                    # One that has ended holds nothing any more; the engine takes it off its list in its own time.
                    if one["Status"]["State"] in ENDED:
                        continue
                    name = f"{one['ID']} {one['Status']['State']}"
                if name.startswith((NAME + "_", f"skep.{NAME}.")) or f'"{NAME}"' in json.dumps(one):
                    found.append((kind, name or one["ID"]))
        return found

    def test_removed_and_released_in_turn(self):
        for number in range(ROUNDS):
            with self.subTest(round=number):
                released = self.run_skep("release")
                self.assertEqual((released["result"], released["release"]), ("released", 1), "the history went along")
                self.assertEqual(len(self.engine.running(f"{NAME}_web")), 3)
                self.assertEqual(len(self.engine.running(f"{NAME}_slow")), 2)
                removed = self.run_skep("rm")
                self.assertEqual(self.left(), [])
                self.assertEqual(removed["message"], f"removed; the volume {NAME}_data stays on its nodes")
        for node in self.environment["NODES"].split(","):
            engine = support.Engine({"DOCKER_HOST": "unix://" + self.environment[f"SOCKET_{node}"]})
            self.assertIn(f"{NAME}_data", [volume["Name"] for volume in engine.get("/volumes")["Volumes"] or []])
            # The engine takes an ended task's container away a little later.
            support.wait_until(60, lambda: engine.get("/containers/json?all=1", volume=[f"{NAME}_data"]) == [])
            engine.call("DELETE", f"/volumes/{NAME}_data")
        print(f"removed and released {ROUNDS} times", flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
