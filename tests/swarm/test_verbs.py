#!/usr/bin/env python3
"""Each verb on the real engine: that it works, and its likeliest failure. The whole way of a release is tested elsewhere.

Needs a lab that is up (LAB_NAME) and the program (SKEP).
"""
import json
import pathlib
import tempfile
import unittest

import lab_images
import support

NAME = "verbs"
STACK = """services:
  app:
    image: {image}
    command: ["sh", "-c", "for i in 1 2 3 4 5; do echo line $$i; done; exec sleep 1000000"]
    stop_grace_period: 0s
    networks: [net]
    configs: [{{source: file, target: /file}}]
    deploy: {{replicas: {replicas}, endpoint_mode: dnsrr, update_config: {{monitor: 1s}}}}
networks: {{net: {{}}}}
configs: {{file: {{file: ./stack.yml}}}}
"""
LABEL = [f"com.docker.stack.namespace={NAME}"]


class Verbs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="skep-verbs-")
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)
        self.environment = support.lab_environment()
        self.engine = support.Engine(self.environment)
        self.skep = support.Skep(self.environment, self.top, support.HOLD)

    def run_skep(self, *args, exit_status=0, says=(), **environment):
        """Runs it; holds it to the exit status and to each of the words. Gives what it printed on stdout."""
        done = self.skep(*args, **environment)
        self.assertEqual(done.returncode, exit_status, done.stdout + done.stderr)
        for words in [says] if isinstance(says, str) else says:
            self.assertIn(words, done.stdout + done.stderr)
        return done.stdout

    def left(self):
        """What the engine still has of the stack, records and lock too."""
        found = [o["Spec"]["Name"] for kind in ("services", "secrets", "configs") for o in self.engine.get(f"/{kind}", label=LABEL)]
        found += [n["Name"] for n in self.engine.get("/networks", label=LABEL)]
        found += [c["Spec"]["Name"] for c in self.engine.get("/configs") if c["Spec"]["Name"].startswith(f"skep.{NAME}.")]
        # The engine forgets ended tasks in its own time, some seconds after their container is gone.
        ended = ("complete", "shutdown", "failed", "rejected", "remove", "orphaned")
        return found + [f"task {t['ID']}: {t['Status']['State']}" for t in self.engine.get("/tasks", label=LABEL)
                        if t["Status"]["State"] not in ended]

    def write(self, replicas=1):
        image = self.environment["REGISTRY"] + "/busybox:1"
        (self.top / "stack.yml").write_text(STACK.format(image=image, replicas=replicas), encoding="utf-8")

    def test_life_of_a_stack(self):
        lab_images.push(self.environment, "busybox", self.environment["REGISTRY"] + "/busybox:1")
        file = ("-c", "stack.yml", NAME)
        self.write()
        self.skep("rm", NAME)  # what a run that was cut off has left
        self.addCleanup(self.skep, "rm", NAME)
        self.run_skep("diff", "--exit-code", *file, exit_status=3, says="verbs_app")
        self.assertEqual(self.left(), [], "diff wrote something")
        self.run_skep("deploy", "--dry-run", *file, says="verbs_app")
        self.assertEqual(self.left(), [], "--dry-run wrote something")
        self.run_skep("deploy", *file, says="released")
        self.run_skep("diff", "--exit-code", *file)
        self.run_skep("deploy", *file, says="unchanged")
        self.assertRegex(self.run_skep("ls"), r"verbs +1 +1")
        self.run_skep("status", NAME, says=("verbs_app", "1/1"))
        self.assertEqual(self.run_skep("logs", "--tail", "2", NAME).count("line "), 2)
        self.assertEqual(self.run_skep("logs", "--tail", "all", NAME).count("line "), 5)
        self.run_skep("logs", "--service", "nosuch", NAME, exit_status=1, says="it has app")
        self.run_skep("unlock", NAME, says="nobody holds the lock")
        self.write(replicas=2)
        self.run_skep("diff", "--exit-code", *file, exit_status=3, says="verbs_app")
        outcome = json.loads(self.run_skep("deploy", "-o", "json", *file).strip().splitlines()[-1])
        self.assertEqual((outcome["event"], outcome["exit"], outcome["result"]), ("outcome", 0, "released"))
        self.assertEqual(len(self.engine.running("verbs_app")), 2)
        self.run_skep("rm", NAME)
        self.assertEqual(self.left(), [], "rm came back before all was gone")
        self.run_skep("rm", NAME, exit_status=1, says='there is no stack "verbs"')

    def test_stack_that_is_not_there(self):
        for verb in ("status", "logs", "rm"):
            with self.subTest(verb):
                self.run_skep(verb, "nosuch", exit_status=1, says='there is no stack "nosuch"')

    def test_without_a_project(self):
        for verb in ("build", "push", "release", "deploy", "diff", "render", "lint", "check"):
            with self.subTest(verb):
                self.run_skep(verb, exit_status=2, says=("skep.yml", "skep init"))

    def test_new_project(self):
        (self.top / "Dockerfile").write_text("FROM busybox:1\nEXPOSE 8080\nHEALTHCHECK CMD true\n", encoding="utf-8")
        made = ("init", "--stack", "fresh", "--image", "registry.example.com/fresh", "--hostname", "fresh.example.com")
        self.run_skep(*made, says="skep.yml")
        self.run_skep("lint", exit_status=2, says="values.networks")
        self.run_skep("lint", "--set", "values.networks=[frontend]")
        self.run_skep("render", "--set", "values.networks=[frontend]", says=("registry.example.com/fresh", "fresh.example.com"))
        self.run_skep(*made, exit_status=2, says="--force")
        self.run_skep(*made, "--force")
        self.run_skep("doctor", "--read-only", "--set", "values.networks=[nosuch]", exit_status=1, says="nosuch")

    def test_check(self):
        (self.top / "stack.yml").write_text("services: {app: {image: x}}\n", encoding="utf-8")
        (self.top / "skep.yml").write_text(
            "stack: verbs\ntemplate: ./stack.yml\nchecks:\n  - {url: 'https://registry/v2/', connect: '127.0.0.1:1', status: 200}\n",
            encoding="utf-8")
        self.run_skep("check", "--timeout", "2s", exit_status=1, says="registry")

    def test_node_label(self):
        node = self.environment["NODES"].split(",")[-1]

        def labels():
            return next(n for n in self.engine.get("/nodes") if n["Description"]["Hostname"] == node)["Spec"]["Labels"]
        self.addCleanup(self.skep, "node", "label", node, "verbs-")
        self.run_skep("node", "label", node, "verbs=a=b")
        self.assertEqual(labels().get("verbs"), "a=b")
        self.run_skep("node", "label", node, says="verbs=a=b")
        self.run_skep("node", "label", node, "verbs-")
        self.assertNotIn("verbs", labels())
        self.run_skep("node", "label", "nosuch", "a=b", exit_status=1, says="nosuch")

    def test_doctor(self):
        for flags in ((), ("--read-only",)):
            with self.subTest(flags=flags):
                self.run_skep("doctor", *flags, says=("engine", self.environment["ENGINE_VERSION"], "manager"))

    def test_what_needs_no_project(self):
        self.run_skep("version", "--engine", says=f"engine {self.environment['ENGINE_VERSION']}")
        self.assertRegex(self.run_skep("template", "list"), r"(?m)^web ")
        self.run_skep("template", "show", "web", says=("health_path", "services:"))
        self.run_skep("template", "show", "nosuch", exit_status=2, says='there is no template "nosuch"')

    def test_wrong_host(self):
        self.run_skep("ls", "-H", "unix:///nosuch.sock", exit_status=1, says="cannot connect to unix:///nosuch.sock")
        self.run_skep("ls", DOCKER_HOST="unix:///nosuch.sock", exit_status=1, says="cannot connect to unix:///nosuch.sock")
        self.run_skep("ls", "-H", "tcp://127.0.0.1:1", exit_status=1, says="cannot connect to tcp://127.0.0.1:1 (--host)")
        self.run_skep("ls", "-H", "gopher://x", exit_status=2, says='--host: "gopher://x": engines on gopher:// are not supported')

    def test_a_worker(self):
        worker = self.environment["WORKERS"].split(",")[0]
        self.run_skep("ls", "-H", "unix://" + self.environment[f"SOCKET_{worker}"], exit_status=1, says=("manager", "-H"))

    def test_wrong_use(self):
        self.run_skep("nosuch", exit_status=2)
        self.run_skep("ls", "--nosuch", exit_status=2, says="--nosuch")


if __name__ == "__main__":
    unittest.main(verbosity=2)
