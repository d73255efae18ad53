#!/usr/bin/env python3
"""Operating a stack that is there, on the real engine: history, rollback, scale, restart, auth refresh.

Needs a lab that is up (LAB_NAME) and the program (SKEP). What skep says is held against what the engine says.
"""
import json
import unittest

import support
from stack_test import StackTest

NAME = "operate"
WEB = f"{NAME}_web"
STACK = """
services:
  web:
    image: {registry}/busybox:1
    command: ["sh", "-c", "echo {word}; cat /greeting; exec sleep 100000"]
    stop_grace_period: 0s
    configs: [{{source: greeting, target: /greeting}}]
    secrets: [key]
    deploy:
      replicas: 2
      update_config: {{parallelism: 2, monitor: 1s}}
  every:
    image: {registry}/busybox:1
    command: ["sleep", "100000"]
    stop_grace_period: 0s
    deploy: {{mode: global, update_config: {{parallelism: 3, monitor: 1s}}}}
configs:
  greeting: {{file: ./greeting}}
secrets:
  key: {{file: ./key}}
"""


class Operate(StackTest):
    stack = NAME

    def run_skep(self, *args, status=0):
        """The last line of its events."""
        done = self.skep("-o", "json", *args)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return json.loads(done.stdout.strip().splitlines()[-1])

    def deploy(self, word, status=0):
        self.write_files({"stack.yml": STACK.format(registry=self.environment["REGISTRY"], word=word),
                          "greeting": f"greeting {word}\n", "key": f"key {word}"})
        return self.run_skep("deploy", "-c", "stack.yml", NAME, status=status)

    def spec(self, name=WEB):
        return self.engine.service(name)["Spec"]

    def mounted(self):
        container = self.spec()["TaskTemplate"]["ContainerSpec"]
        return {container["Configs"][0]["ConfigName"], container["Secrets"][0]["SecretName"]}

    def test_back_and_forth(self):
        self.deploy("one")
        first = self.mounted()
        command = self.spec()["TaskTemplate"]["ContainerSpec"]["Args"]
        self.deploy("two")
        self.assertEqual(len(first | self.mounted()), 4, "config and secret have new names")
        every = set(self.engine.running(f"{NAME}_every"))
        self.assertEqual(self.run_skep("rollback", "-s", NAME)["release"], 3)
        self.assertEqual(self.mounted(), first)
        self.assertEqual(self.spec()["TaskTemplate"]["ContainerSpec"]["Args"], command)
        self.assertEqual(len(self.engine.running(WEB)), 2)
        self.assertEqual(set(self.engine.running(f"{NAME}_every")), every, "what did not change was not touched")
        self.assertEqual(self.run_skep("rollback", "r1", "-s", NAME)["result"], "unchanged")
        listed = self.run_skep("history", NAME)
        self.assertEqual([(r["release"], r["state"], r["what"]) for r in listed],
                         [(1, "released", "release"), (2, "released", "release"), (3, "released", "rollback to r1")])
        shown = self.run_skep("history", "show", "r2", "-s", NAME)
        self.assertIn("echo two", json.dumps(shown["service"][WEB]))
        self.assertEqual(self.run_skep("rollback", "9", "-s", NAME, status=1)["cause"], "preflight")

    def test_a_rollback_that_fails_goes_back(self):
        self.deploy("one")
        self.deploy("two")
        args = self.spec()["TaskTemplate"]["ContainerSpec"]["Args"]
        for old in self.engine.get("/configs", name=[f"{NAME}_greeting"]):
            if old["Spec"]["Name"] not in self.mounted():
                self.engine.call("DELETE", f"/configs/{old['ID']}")
        ended = self.run_skep("rollback", "1", "-s", NAME, status=1)
        self.assertIn("is gone", ended["message"])
        self.assertEqual(self.spec()["TaskTemplate"]["ContainerSpec"]["Args"], args)

    def test_ten_releases_later_nothing_is_left_over(self):
        for number in range(13):
            self.deploy(f"word{number}")
        listed = self.run_skep("history", NAME)
        self.assertEqual([r["release"] for r in listed], list(range(4, 14)))
        for kind in ("configs", "secrets"):
            names = [o["Spec"]["Name"] for o in self.engine.get(f"/{kind}", label=[f"com.docker.stack.namespace={NAME}"])]
            # One for each kept release; docker's plain name of the first one is not skep's to remove.
            self.assertLessEqual(len(names), 11, names)

    def test_run(self):
        self.deploy("one")
        before = {s["Spec"]["Name"] for s in self.engine.get("/services")}
        done = self.skep("run", "-s", NAME, "web", "--", "sh", "-c", "cat /greeting /run/secrets/key; echo; echo oh >&2; hostname")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("greeting one\nkey one\n", done.stdout)
        self.assertIn("oh\n", done.stderr)
        result = self.run_skep("run", "-s", NAME, "web", "--", "sh", "-c", "exit 7", status=1)
        self.assertEqual((result["exit_code"], result["service"]), (7, WEB))
        self.assertEqual(self.skep("run", "-s", NAME, "nosuch", "--", "true").returncode, 1)
        self.assertEqual({s["Spec"]["Name"] for s in self.engine.get("/services")}, before)
        self.assertEqual(self.engine.get("/tasks", label=[f"skep.oneshot={NAME}"]), [])

    def test_scale_restart_and_refresh(self):
        self.deploy("one")
        before = set(self.engine.running(WEB))
        self.run_skep("scale", "web=3", "-s", NAME)
        now = set(self.engine.running(WEB))
        self.assertEqual(len(now), 3)
        self.assertLess(before, now, "no task was restarted")
        self.assertEqual(self.run_skep("scale", "every=3", "-s", NAME, status=1)["message"],
                         f'service "{NAME}_every" cannot be scaled: it is global, one task a node')
        ended = self.run_skep("auth", "refresh", NAME)
        self.assertEqual(ended["message"], "credentials of 2 services renewed")
        self.assertEqual(set(self.engine.running(WEB)), now, "no task was restarted")
        every = set(self.engine.running(f"{NAME}_every"))
        self.run_skep("restart", "web", "-s", NAME)
        self.assertEqual(set(self.engine.running(WEB)) & now, set())
        self.assertEqual(len(self.engine.running(WEB)), 3)
        self.assertEqual(set(self.engine.running(f"{NAME}_every")), every)
        self.assertEqual([r["what"] for r in self.run_skep("history", NAME)], ["release", "scale web=3", "restart web"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
