#!/usr/bin/env python3
"""Migrations before a rollout, on the real engine: when they run, what a failure leaves, what a kill leaves.

Needs a lab that is up (LAB_NAME) and the program (SKEP). Each run of the migration writes a line into a volume of one
node, so what ran, and how often at once, is known without skep.
"""
import json
import signal
import subprocess
import time
import unittest

import support
from stack_test import StackTest

NAME = "oneoff"
STACK = """
services:
  web:
    image: {registry}/busybox:1
    command: ["sleep", "{web}"]
    stop_grace_period: 0s
    depends_on:
      migrate: {{condition: service_completed_successfully}}
    deploy: {{replicas: 2, update_config: {{parallelism: 2, monitor: 1s}}}}
  migrate:
    image: {registry}/busybox:1
    command: ["sh", "-c", "echo begin >>/log/lines; echo working on {word}; cat /run/secrets/key; sleep {seconds}; echo end >>/log/lines; exit {code}"]
    volumes: ["{volume}:/log"]
    secrets: [key]
    deploy: {{placement: {{constraints: [node.hostname == docker01]}}}}
  look:
    image: {registry}/busybox:1
    command: ["sleep", "100000"]
    stop_grace_period: 0s
    volumes: ["{volume}:/log"]
    deploy: {{placement: {{constraints: [node.hostname == docker01]}}}}
volumes:
  {volume}: {{}}
secrets:
  key: {{file: ./key}}
"""


class OneOffs(StackTest):
    stack = NAME

    def setUp(self):
        super().setUp()
        self.volume = f"log{time.time_ns()}"
        self.write_files({"key": "the key\n"})

    def write(self, word="one", code=0, seconds=0, web=100000):
        (self.top / "stack.yml").write_text(STACK.format(registry=self.environment["REGISTRY"], word=word, code=code,
                                                         seconds=seconds, web=web, volume=self.volume))

    def deploy(self, status=0, **values):
        """All events of a deploy."""
        self.write(**values)
        done = self.skep("-o", "json", "deploy", "-c", "stack.yml", NAME)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def lines(self):
        """What the migrations wrote, read in the volume."""
        done = self.skep("run", "look", "-s", NAME, "--", "cat", "/log/lines")
        return done.stdout.split()

    def output(self, events):
        return [event["line"] for event in events if event["event"] == "task_output"]

    def services(self):
        return sorted(s["Spec"]["Name"] for s in self.engine.get("/services")
                      if NAME in s["Spec"]["Name"])

    def commands(self):
        return self.engine.service(f"{NAME}_web")["Spec"]["TaskTemplate"]["ContainerSpec"]["Args"]

    def test_it_runs_first_once_and_again_when_it_changed(self):
        events = self.deploy()
        self.assertEqual(events[-1]["services"][f"{NAME}_migrate"], "ran")
        self.assertEqual(self.output(events), ["working on one", "the key"])
        written = [event["name"] for event in events if event["event"] == "write"]
        self.assertIn(f"{NAME}_web", written)
        self.assertNotIn(f"{NAME}_migrate", self.services())
        self.assertEqual(self.lines(), ["begin", "end"])
        self.assertEqual(self.deploy()[-1]["result"], "unchanged")
        self.assertEqual(self.deploy(web=99999)[-1]["result"], "released")
        self.assertEqual(self.lines(), ["begin", "end"])
        events = self.deploy(word="two", web=99999)
        self.assertEqual(self.output(events), ["working on two", "the key"])
        self.assertEqual(self.lines(), ["begin", "end"] * 2)
        # Neither a rollback nor a scale runs one, and the next deploy still knows that it ran.
        self.assertEqual(self.skep("rollback", "-s", NAME, "1").returncode, 0)
        self.assertEqual(self.skep("scale", "-s", NAME, "web=1").returncode, 0)
        self.assertEqual(self.deploy(word="two", web=99999)[-1]["result"], "released")
        self.assertEqual(self.lines(), ["begin", "end"] * 2)

    def test_a_failure_stops_the_release_and_the_next_runs_it_again(self):
        self.deploy()
        before = self.services(), self.commands()
        events = self.deploy(status=1, code=3, web=99999)
        failed = next(event for event in events if event["event"] == "task_failed")
        self.assertEqual((failed["service"], failed["exit_code"], failed["node"]), (f"{NAME}_migrate", 3, "docker01"))
        self.assertEqual(failed["logs"], ["working on one", "the key"])
        self.assertEqual(events[-1]["message"],
                         f'one-off "{NAME}_migrate": it ended with exit code 3; what it did to data is not undone; '
                         "the stack is as it was before")
        self.assertEqual((self.services(), self.commands()), before)
        self.assertEqual(self.deploy(status=1, code=3, web=99999)[-1]["result"], "failed")
        self.assertEqual(self.deploy(web=99999)[-1]["result"], "released")
        self.assertEqual(self.commands(), ["sleep", "99999"])
        self.assertEqual(self.lines(), ["begin", "end"] * 4)

    def test_a_killed_release_leaves_it_running_and_the_next_waits_for_its_end(self):
        self.deploy()
        for how in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(how=how):
                seen = len(self.lines())
                self.write(word=how.name, seconds=15)
                process = subprocess.Popen([support.SKEP, "deploy", *support.HOLD, "-c", "stack.yml", NAME], cwd=self.top,
                                           env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                support.wait_until(60, lambda: any(s.startswith(f"skep-{NAME}-migrate") and self.engine.running(s)
                                                   for s in self.services()))
                process.send_signal(how)
                text = process.communicate()[0].decode()
                self.assertNotEqual(process.returncode, 0, text)
                events = self.deploy(word=how.name, seconds=15)
                self.assertEqual(events[-1]["result"], "released")
                self.assertIn(f"{NAME}_migrate was begun by a run that was cut off: waiting for its end",
                              [event.get("text") for event in events])
                self.assertEqual(self.output(events), [f"working on {how.name}", "the key"])
                self.assertEqual(self.lines()[seen:], ["begin", "end"])
                self.assertEqual(self.services(), [f"{NAME}_look", f"{NAME}_web"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
