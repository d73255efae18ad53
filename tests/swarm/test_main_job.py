"""The main job on real engines: kittenapi from its source folder to a healthy release, its second release, its failures."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import support

STACK, SERVICE, HOST = "kittenapi", "kittenapi_kittenapi", "kittenapi.example.com"
KITTENS = ("Ginger", "Tom", "Minka")


class MainJob(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.environment = support.lab_environment()
        cls.engine = support.Engine(cls.environment)
        cls.skep = support.Skep(cls.environment)
        cls.gateway = cls.environment["GATEWAY"]

    # The methods run in the order of their names: each begins where the one before ended.

    def api(self, method, path, body=None):
        return support.api(self.gateway, HOST, method, path, body)

    def verify(self, *more):
        script = pathlib.Path(__file__).with_name("verify_kittens.py")
        return subprocess.run([sys.executable, str(script), "--socket", self.engine.socket, "--gateway", self.gateway,
                               *more], capture_output=True, text=True)

    def assert_ended(self, done, status, word):
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertIn(f"{STACK}: {word}", done.stdout, done.stderr)

    def test_1_first_release(self):
        if self.engine.service(SERVICE):  # of an earlier run on this lab
            self.assertEqual(self.skep("rm", STACK).returncode, 0)
        self.assert_ended(self.skep.release(), 0, "released")
        for kitten in self.api("GET", "/kittens")[1]:
            self.api("DELETE", f"/kittens/{kitten['id']}")
        self.assertEqual(self.api("GET", "/kittens"), (200, []))
        ids = []
        for name in KITTENS:
            status, kitten = self.api("POST", "/kittens", {"name": name})
            self.assertEqual((status, kitten["name"]), (201, name))
            ids.append(kitten["id"])
        self.assertEqual(ids, list(range(ids[0], ids[0] + 3)))
        self.assertEqual(self.api("PUT", f"/kittens/{ids[1]}", {"name": "Thomas"})[0], 200)
        self.assertEqual(self.api("DELETE", f"/kittens/{ids[0]}")[0], 200)
        done = self.verify("--kittens", "Thomas,Minka", "--different-nodes")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_2_the_verification_finds_what_is_wrong(self):
        docker = [self.environment["DOCKER_CLI"]]
        run = lambda *args: subprocess.run([*docker, *args], env=self.environment, check=True, capture_output=True)
        self.assertEqual(self.verify("--kittens", "Thomas,Minka,Ginger").returncode, 1, "a missing kitten")
        run("node", "update", "--label-rm", "usage", "docker02")
        try:
            self.assertEqual(self.verify().returncode, 1, "a node without its label")
        finally:
            run("node", "update", "--label-add", "usage=apps", "docker02")
        run("service", "scale", "--detach", f"{SERVICE}=1")
        try:
            self.assertEqual(self.verify().returncode, 1, "one replica")
        finally:
            run("service", "scale", f"{SERVICE}=2")
        run("service", "update", "--detach", "--label-add", "traefik.enable=false", SERVICE)
        self.assertEqual(self.verify().returncode, 1, "a wrong label")
        diff = self.skep("diff", "--env-file", self.environment["LAB_DIR"] + "/env", "--exit-code")
        self.assertEqual(diff.returncode, 3, diff.stdout + diff.stderr)
        self.assertIn("Labels[traefik.enable]", diff.stdout)
        self.assert_ended(self.skep.release(), 0, "released")
        self.assertEqual(self.verify("--kittens", "Thomas,Minka").returncode, 0)

    def test_3_nothing_changed_nothing_written(self):
        before = set(self.engine.running(SERVICE))
        with tempfile.TemporaryDirectory() as folder, \
                support.Proxy(self.engine.socket, folder + "/docker.sock") as proxy:
            done = self.skep.release("-o", "json", DOCKER_HOST=f"unix://{folder}/docker.sock")
            outcome = json.loads(done.stdout.splitlines()[-1])
            self.assertEqual((done.returncode, outcome["event"], outcome["result"]), (0, "outcome", "unchanged"),
                             done.stdout + done.stderr)
            self.assertEqual(proxy.writes(), [])
            self.assertGreater(len(proxy.requests), 5)  # it did go through the proxy
        self.assertEqual(set(self.engine.running(SERVICE)), before)

    def test_4_a_crash_at_start_goes_back(self):
        image = self.engine.service(SERVICE)["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"]
        with tempfile.TemporaryDirectory() as folder:
            project = pathlib.Path(folder) / "kittenapi"
            shutil.copytree(support.EXAMPLE, project)
            with (project / "kittenapi.py").open("a") as source:
                source.write('\nimport sys\nsys.exit("boom at start")\n')
            done = support.Skep(self.environment, project).release()
        self.assert_ended(done, 4, "restored")
        self.assertIn("boom at start", done.stderr)
        self.assertEqual(self.engine.service(SERVICE)["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"], image)
        self.assertEqual(self.verify("--kittens", "Thomas,Minka").returncode, 0)
        self.assert_ended(self.skep.release(), 0, "unchanged")

    def test_5_looking(self):
        # Tasks of the release that was taken back go on answering for 20 s, and count as running until then.
        draining = lambda: [t for t in self.engine.get("/tasks", service=[SERVICE])
                            if t["DesiredState"] == "shutdown" and t["Status"]["State"] == "running"]
        support.wait_until(60, lambda: not draining())
        status = self.skep("status", STACK)
        self.assertIn(f"{SERVICE}                2/2", status.stdout, status.stderr)
        self.assertRegex(self.skep("ls").stdout, rf"{STACK} +1 +2/2")
        self.assertIn(SERVICE, self.skep("logs", STACK).stdout)
        self.assertEqual(self.skep("check", "--env-file", self.environment["LAB_DIR"] + "/env").returncode, 0)
        doctor = self.skep("doctor", "--env-file", self.environment["LAB_DIR"] + "/env")
        self.assertEqual(doctor.returncode, 0, doctor.stdout + doctor.stderr)

    def test_6_removed(self):
        self.assertEqual(self.skep("rm", STACK).returncode, 0)
        self.assertIsNone(self.engine.service(SERVICE))
        left = [c["Spec"]["Name"] for c in self.engine.get("/configs") if c["Spec"]["Name"].startswith("skep.")]
        self.assertEqual(left, [])
        gone = self.skep("rm", STACK)
        self.assertEqual(gone.returncode, 1)
        self.assertIn(f'there is no stack "{STACK}"', gone.stderr)


if __name__ == "__main__":
    unittest.main()
