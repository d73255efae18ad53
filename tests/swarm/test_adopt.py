#!/usr/bin/env python3
"""A stack that `docker stack deploy` made: skep finds nothing to change in it, and then just what was changed by hand.

Needs a lab that is up (LAB_NAME) and the program (SKEP). The file has what docker reads otherwise than the Compose
Specification: `restart: "no"`, a service's `tmpfs`, a `.env` beside it.
"""
import json
import subprocess
import unittest

import support
from stack_test import StackTest

NAME = "adopted"
WEB = f"{NAME}_web"
STACK = """
services:
  web:
    image: {registry}/busybox:${{TAG:-1}}
    command: ["sh", "-c", "cat /greeting /run/secrets/key; exec sleep 100000"]
    stop_grace_period: 0s
    restart: "no"
    tmpfs: /scratch
    configs: [{{source: greeting, target: /greeting}}]
    secrets: [key]
    networks: [net]
    deploy: {{replicas: 2}}
networks: {{net: {{}}}}
configs: {{greeting: {{file: ./greeting}}}}
secrets: {{key: {{file: ./key}}}}
"""


class Adopt(StackTest):
    stack = NAME

    def setUp(self):
        super().setUp()
        self.write_files({"stack.yml": STACK.format(registry=self.environment["REGISTRY"]), ".env": "TAG=nosuch\n",
                          "greeting": "hello\n", "key": "secret\n"})

    def docker(self, *args):
        done = subprocess.run([self.environment["DOCKER_CLI"], *args], cwd=self.top, env=self.environment, capture_output=True,
                              text=True, timeout=180)
        self.assertEqual(done.returncode, 0, done.stderr)

    def diff(self, status):
        """The plan as JSON."""
        done = self.skep("diff", "--exit-code", "-o", "json", "-c", "stack.yml", NAME)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return json.loads(done.stdout.strip().splitlines()[-1])

    def wait_for_tasks(self, count):
        support.wait_until(90, lambda: len(self.engine.running(WEB)) == count)
        self.assertEqual(len(self.engine.running(WEB)), count)

    def test_what_docker_made_is_only_what_was_changed_by_hand(self):
        self.docker("stack", "deploy", "--with-registry-auth", "--detach=true", "-c", "stack.yml", NAME)
        self.wait_for_tasks(2)
        first = set(self.engine.running(WEB))
        self.assertEqual(self.diff(0)["stages"], [])
        self.docker("service", "scale", "--detach", f"{WEB}=3")
        self.wait_for_tasks(3)
        actions = [action for stage in self.diff(3)["stages"] for action in stage["actions"]]
        self.assertEqual(len(actions), 1, actions)
        self.assertEqual((actions[0]["action"], actions[0]["name"], actions[0]["restarts"]), ("update_service", WEB, False))
        self.assertEqual(actions[0]["changes"], [{"path": "Mode.Replicated.Replicas", "old": 3, "new": 2}])
        # Adopted: the first release writes just that, and restarts nothing.
        done = self.skep("deploy", "-c", "stack.yml", NAME)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.wait_for_tasks(2)
        self.assertLessEqual(len(set(self.engine.running(WEB)) - first), 1, "only the task beyond may be another")
        self.assertEqual(self.diff(0)["stages"], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
