#!/usr/bin/env python3
"""The plan on a real engine: drift, plan files, mode changes, an autoscaler's number, a network that differs.

Needs a lab that is up (LAB_NAME) and the program (SKEP). What is true is read from the engine, not from skep.
"""
import json
import os
import pathlib
import stat
import tempfile
import unittest

import lab_images
import support

NAME = "planned"


class Plan(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.environment = support.lab_environment()
        cls.image = cls.environment["REGISTRY"] + "/busybox:1"
        lab_images.push(cls.environment, "busybox", cls.image)
        cls.engine = support.Engine(cls.environment)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.skep = support.Skep(self.environment, self.folder, support.HOLD)
        self.addCleanup(self.skep, "rm", NAME)

    def stack(self, deploy="{replicas: 2}", command="[sleep, '1000000']", more=""):
        (self.folder / "stack.yml").write_text(
            f"services:\n  web:\n    image: {self.image}\n    command: {command}\n    stop_grace_period: 1s\n"
            f"    deploy: {deploy}\n{more}", encoding="utf-8")

    def run_skep(self, verb, *args, expect=0):
        done = self.skep(verb, *args, "-c", "stack.yml", NAME) if verb in ("diff", "deploy") else self.skep(verb, *args)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def diff(self, *args, expect=0):
        return json.loads(self.run_skep("diff", "-o", "json", *args, expect=expect).strip().splitlines()[-1])

    def web(self):
        return self.engine.service(f"{NAME}_web")

    def by_hand(self, change):
        web = self.web()
        change(web["Spec"])
        self.engine.call("POST", f"/services/{web['ID']}/update?version={web['Version']['Index']}", web["Spec"])

    def scale(self, number):
        self.by_hand(lambda spec: spec["Mode"]["Replicated"].update(Replicas=number))

    def test_drift_is_what_a_hand_changed(self):
        self.stack()
        self.run_skep("deploy")
        self.assertEqual(self.diff()["drift"]["services"], [])
        self.scale(3)
        result = self.diff("--exit-code", expect=3)
        self.assertEqual(result["drift"]["services"], [{
            "service": f"{NAME}_web", "what": "changed", "deploy": None,
            "changes": [{"path": "Mode.Replicated.Replicas", "old": 2, "new": 3, "deploy": "undone"}]}])
        self.run_skep("deploy")
        self.assertEqual(self.web()["Spec"]["Mode"], {"Replicated": {"Replicas": 2}})
        self.assertEqual(self.diff()["drift"], {"since": 2, "services": []})

    def test_a_plan_is_carried_out_or_refused(self):
        self.stack(more="    secrets: [pw]\nsecrets: {pw: {file: ./pw}}\n")
        (self.folder / "pw").write_text("canary-password", encoding="utf-8")
        self.run_skep("diff", "--out", "plan.json")
        path = self.folder / "plan.json"
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertNotIn("canary", path.read_text(encoding="utf-8"))
        done = self.skep("deploy", "--plan", "plan.json")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.stack("{replicas: 1}", more="    secrets: [pw]\nsecrets: {pw: {file: ./pw}}\n")
        self.run_skep("diff", "--out", "plan.json")
        version = self.web()["Version"]["Index"]
        self.by_hand(lambda spec: spec["Labels"].update(by="hand"))
        done = self.skep("deploy", "--plan", "plan.json", "-o", "json")
        outcome = json.loads(done.stdout.strip().splitlines()[-1])
        self.assertEqual((done.returncode, outcome["result"], outcome["cause"]), (1, "failed", "conflict"))
        self.assertIn(f"service {NAME}_web was changed (version {version} → {self.web()['Version']['Index']}): "
                      'Labels[by]: (absent) → "hand"', outcome["message"])
        self.assertEqual(self.web()["Spec"]["Mode"], {"Replicated": {"Replicas": 2}})

    def test_a_mode_change_is_refused_and_with_recreate_done(self):
        self.stack()
        self.run_skep("deploy")
        first = self.web()["ID"]
        self.stack("{mode: global}")
        self.assertIn(f"remove service {NAME}_web: must be recreated, because its mode changes from replicated to global",
                      self.run_skep("diff"))
        self.assertIn("--recreate removes it and creates it again", self.run_skep("deploy", expect=1))
        self.assertEqual(self.web()["ID"], first)
        self.run_skep("deploy", "--recreate")
        second = self.web()
        self.assertNotEqual(second["ID"], first)
        self.assertIn("Global", second["Spec"]["Mode"])
        self.assertEqual(self.diff()["stages"], [])
        # The way back: a replicated one that crashes.
        self.stack("{replicas: 2}", command="['false']")
        self.run_skep("deploy", "--recreate", expect=4)
        self.assertIn("Global", self.web()["Spec"]["Mode"])
        self.assertEqual(self.web()["Spec"]["TaskTemplate"]["ContainerSpec"]["Args"], ["sleep", "1000000"])
        # And a rollback.
        self.run_skep("rollback", "r1", "-s", NAME, expect=1)
        self.run_skep("rollback", "r1", "-s", NAME, "--recreate")
        self.assertEqual(self.web()["Spec"]["Mode"], {"Replicated": {"Replicas": 2}})

    def test_an_autoscalers_number_is_left_alone(self):
        self.stack("{replicas: live}")
        self.run_skep("deploy")
        self.assertEqual(self.web()["Spec"]["Mode"], {"Replicated": {"Replicas": 1}})
        self.scale(3)
        result = self.diff()
        self.assertEqual((result["stages"], result["drift"]["services"]), ([], []))
        self.stack("{replicas: live}", command="[sleep, '2000000']")
        self.run_skep("deploy")
        self.assertEqual(self.web()["Spec"]["Mode"], {"Replicated": {"Replicas": 3}})

    def test_a_network_that_differs_is_said(self):
        self.stack()
        self.run_skep("deploy")
        self.assertEqual(self.diff()["notes"], [])
        self.stack(more="networks: {default: {attachable: true, labels: {a: b}}}\n")
        self.assertEqual(self.diff()["notes"], [
            f'network {NAME}_default differs from the file (attachable false → true, labels[a] (absent) → "b") and stays '
            "as it is: Swarm cannot change one"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
