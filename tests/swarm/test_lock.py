#!/usr/bin/env python3
"""Two releases of one stack at once, and a holder of the lock that stands still for longer than the lock lasts.

Needs a lab that is up (LAB_NAME) and the program (SKEP). Each run has a proxy of its own before the engine, so that it is
seen there who wrote what, and when. SKEP_LONG=yes: at 20 random offsets instead of 4, and both ways of standing still.
"""
import json
import signal
import subprocess
import time
import unittest

import support
from stack_test import StackTest

NAME = "locked"
STACK = """
services:
  first:
    image: {registry}/busybox:1
    command: ["sh", "-c", "true {word}; exec sleep 100000"]
    stop_grace_period: 0s
    configs: [greeting]
    secrets: [key]
    deploy: {{replicas: 1, update_config: {{monitor: {monitor}s}}}}
  second:
    image: {registry}/busybox:1
    command: ["sh", "-c", "true {word}; exec sleep 100000"]
    stop_grace_period: 0s
    depends_on: [first]
    deploy: {{replicas: 1, update_config: {{monitor: {monitor}s}}}}
configs: {{greeting: {{file: ./greeting}}}}
secrets: {{key: {{file: ./key}}}}
"""
SERVICES = (f"{NAME}_first", f"{NAME}_second")
OFFSETS = 20 if support.LONG else 4


class Release:
    """One `skep deploy` in a folder of its own, through a proxy of its own."""

    def __init__(self, environment, top, word, monitor=1):
        self.word, self.folder, self.hold = word, top / word, f"{max(monitor, 5)}s"
        self.folder.mkdir()
        text = STACK.format(registry=environment["REGISTRY"], word=word, monitor=monitor)
        (self.folder / "stack.yml").write_text(text, encoding="utf-8")
        (self.folder / "greeting").write_text(f"greeting {word}\n", encoding="utf-8")
        (self.folder / "key").write_text(f"key {word}", encoding="utf-8")
        target = environment["DOCKER_HOST"].removeprefix("unix://")
        self.proxy = support.Proxy(target, str(self.folder / "engine.sock"))
        self.environment = {**environment, "DOCKER_HOST": "unix://" + self.proxy.path}
        self.process, self.said, self.exit = None, "", None

    def start(self, *args):
        self.proxy.__enter__()
        self.process = subprocess.Popen([support.SKEP, "-o", "json", "deploy", "--hold", self.hold, "-c", "stack.yml", NAME, *args],
                                        cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait(self):
        out, err = self.process.communicate(timeout=400)
        self.proxy.__exit__()
        self.exit, self.said = self.process.returncode, out + err
        return json.loads(out.strip().splitlines()[-1])

    def changes(self):
        """(when, method, path) of all that changed something, or would have: a config or secret that was refused was not
        written (the lock that another holds; a secret's content, asked for with a stale version)."""
        return [(when, method, path) for when, method, path, status in self.proxy.tried()
                if (status is not None and status < 300) or not path.startswith(("/configs/", "/secrets/"))]

    def span(self):
        """From its first change to its last; None when it made none."""
        times = [when for when, *_ in self.changes()]
        return (times[0], times[-1]) if times else None


def interleaved(one, other):
    """Changes of one between the other's first and last."""
    span = other.span()
    return [] if span is None else [change for change in one.changes() if span[0] <= change[0] <= span[1]]


class Locked(StackTest):
    stack = NAME

    def release(self, word, **how):
        return Release(self.environment, self.top, word, **how)

    def released(self, word):
        """A release that works; how long it took."""
        release = self.release(word)
        began = time.monotonic()
        release.start()
        release.wait()
        self.assertEqual(release.exit, 0, release.said)
        return time.monotonic() - began

    def args(self):
        return [json.dumps(self.engine.service(name)["Spec"]["TaskTemplate"]["ContainerSpec"]["Args"]) for name in SERVICES]

    def assert_is(self, word):
        """Both services are that release's, whole, and run."""
        for name, args in zip(SERVICES, self.args()):
            self.assertIn(f"true {word};", args, name)
            self.assertEqual(len(self.engine.running(name)), 1, name)

    def labels(self, kind):
        """Of the stack's lock, or of its records in their order."""
        configs = [one["Spec"] for one in self.engine.get("/configs", label=[f"skep.stack={NAME}", f"skep.kind={kind}"])]
        return [one["Labels"] for one in sorted(configs, key=lambda one: (len(one["Name"]), one["Name"]))]

    def states(self):
        return [one["skep.state"] for one in self.labels("record")]

    def test_two_releases_at_once(self):
        dice = support.dice()
        self.released("begin")
        seconds = self.released("again")
        ends, total = [], 0
        for number in range(OFFSETS):
            offset = dice.uniform(0, seconds)
            one, other = self.release(f"one{number}"), self.release(f"other{number}")
            with self.subTest(number=number, offset=f"{offset:.2f} s of {seconds:.0f}"):
                one.start()
                time.sleep(offset)
                other.start()
                outcomes = [release.wait() for release in (one, other)]
                said = one.said + other.said
                self.assertLessEqual({one.exit, other.exit}, {0, 6}, said)
                self.assertIn(0, (one.exit, other.exit), said)
                for release, outcome in zip((one, other), outcomes):
                    self.assertEqual(outcome["result"], "released" if release.exit == 0 else "locked", said)
                    if release.exit == 6:
                        self.assertEqual(release.changes(), [], said)
                among = interleaved(one, other) + interleaved(other, one)
                total += len(among)
                self.assertEqual(among, [], said)
                last = max((release for release in (one, other) if release.exit == 0), key=lambda release: release.span()[1])
                self.assert_is(last.word)
                ends.append(f"{one.exit}{other.exit}")
        self.assertEqual({one["skep.state"] for one in self.labels("lock")}, {"free"})
        self.assertEqual(set(self.states()), {"released"})
        print(f"two at once: {OFFSETS} offsets within {seconds:.0f} s, {total} interleaved writes; both released "
              f"{ends.count('00')} times, one stopped with 6 {len(ends) - ends.count('00')} times", flush=True)

    def stand_still(self, wake_early):
        """The holder is stopped after the first service was written, before the second; another takes the lock over."""
        self.released("begin")
        holder, other = self.release("holder"), self.release("other", monitor=15)
        holder.start()
        support.wait_until(120, lambda: any("/services/" in path for _, _, path in holder.changes()))
        holder.process.send_signal(signal.SIGSTOP)
        self.addCleanup(holder.process.kill)  # SIGKILL reaches a stopped one too
        self.assertIn("true holder;", self.args()[0])
        self.assertIn("true begin;", self.args()[1])
        other.start("--wait-lock", "3m")
        if wake_early:
            support.wait_until(180, lambda: any("/services/" in path for _, _, path in other.changes()))
            self.assertIsNone(other.process.poll(), "it is over before the holder woke")
        else:
            other.wait()
        before = holder.changes()
        holder.process.send_signal(signal.SIGCONT)
        outcome = holder.wait()
        if wake_early:
            other.wait()
        self.assertEqual(other.exit, 0, other.said)
        self.assertEqual(holder.changes(), before, "the holder wrote after it had slept past its expiry: " + holder.said)
        self.assertEqual((holder.exit, outcome["result"], outcome["cause"]), (6, "locked", "lock"), holder.said)
        self.assertIn("was lost to another run", outcome["message"])
        self.assertEqual(interleaved(holder, other) + interleaved(other, holder), [])
        self.assert_is("other")
        self.assertEqual(self.states(), ["released", "interrupted", "released"])
        self.assertEqual({one["skep.state"] for one in self.labels("lock")}, {"free"})

    def test_a_holder_that_wakes_while_another_releases(self):
        self.stand_still(True)

    if support.LONG:
        def test_a_holder_that_wakes_when_all_is_over(self):
            self.stand_still(False)


if __name__ == "__main__":
    unittest.main(verbosity=2)
