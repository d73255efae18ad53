#!/usr/bin/env python3
"""A release with nothing to do writes nothing: read at the engine's socket, from three sources that are the same image."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

import support

SERVICE = "kittenapi_kittenapi"
TEMPORARY = {"service": r"skep-kittenapi-[a-z-]+-[0-9a-f]{8}", "secret": r"skep-oneshot-[0-9a-f]{8}-\d+",
             "config": r"skep-oneshot-[0-9a-f]{8}-\d+"}


def git(folder, *args):
    subprocess.run(["git", "-c", "user.name=Test", "-c", "user.email=test@example.com", *args], cwd=folder, check=True,
                   capture_output=True)


def make_repository(top):
    """The example in a repository of its own, so that the commit is known whatever happens in this one."""
    shutil.copytree(support.EXAMPLE, top / "app", ignore=shutil.ignore_patterns("__pycache__", ".env"))
    git(top, "init", "--quiet")
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "kittenapi")
    return top / "app"


def clone(source, target):
    """A fresh clone as another person would have it: other times, another umask."""
    git(source, "clone", "--quiet", str(source), str(target))
    for path in (target / "app").iterdir():
        path.chmod(0o600 | (path.stat().st_mode & 0o100))
        os.utime(path, (1_000_000_000, 1_000_000_000))
    return target / "app"


class Objects:
    """All that a release could have changed, as the engine's API shows it."""

    def __init__(self, engine):
        self.by_kind = {kind: {o["ID"]: (o["Version"]["Index"], o["Spec"]["Name"]) for o in engine.get("/" + kind)}
                        for kind in ("services", "secrets", "configs")}
        self.by_kind["networks"] = {n["Id"]: (n["Name"], n["Labels"]) for n in engine.get("/networks")}
        self.by_kind["nodes"] = {n["ID"]: n["Spec"] for n in engine.get("/nodes")}
        self.by_kind["tasks"] = {t["ID"]: t["DesiredState"] for t in engine.get("/tasks")}


class Unchanged(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.environment = support.lab_environment()
        cls.engine = support.Engine(cls.environment)
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.top = pathlib.Path(holder.name)
        (cls.top / "first").mkdir()
        cls.first = make_repository(cls.top / "first")
        done = support.Skep(cls.environment, cls.first).release()
        if done.returncode != 0:
            raise AssertionError(f"the release to begin with failed:\n{done.stdout}{done.stderr}")

    def setUp(self):
        self.before = Objects(self.engine)
        self.running = set(self.engine.running(SERVICE))
        self.assertEqual(len(self.running), 2)

    def release(self, folder, *args):
        """Released through a proxy that writes down each request; gives the requests and the outcome."""
        with support.Proxy(self.engine.socket, str(self.top / "proxy.sock")) as proxy:
            skep = support.Skep({**self.environment, "DOCKER_HOST": "unix://" + proxy.path}, folder)
            done = skep.release("-o", "json", *args)
        outcome = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual((done.returncode, outcome["event"], outcome["exit"], outcome["result"]),
                         (0, "outcome", 0, "unchanged"), done.stdout + done.stderr)
        self.assertIn(("GET", "/services"), {(m, p.partition("?")[0]) for m, p in proxy.requests})  # it did look
        return proxy, outcome

    def assert_nothing_moved(self):
        self.assertEqual(set(self.engine.running(SERVICE)), self.running)
        self.assertEqual(Objects(self.engine).by_kind, self.before.by_kind)

    def assert_writes_nothing(self, folder):
        proxy, outcome = self.release(folder)
        self.assertEqual(proxy.writes(), [])
        self.assertIn("not verified", outcome["message"])  # the database was not asked, and that is said
        self.assert_nothing_moved()

    def test_the_same_folder_again(self):
        self.assert_writes_nothing(self.first)

    def test_a_fresh_clone_of_the_same_commit(self):
        self.assert_writes_nothing(clone(self.first.parent, self.top / "second"))

    def test_a_commit_that_changes_nothing_in_the_image(self):
        folder = clone(self.first.parent, self.top / "third")
        (folder / "NOTES.md").write_text("Not in the image, says .dockerignore.\n", encoding="utf-8")
        git(folder, "add", "NOTES.md")
        git(folder, "commit", "--quiet", "--message", "notes")
        self.assert_writes_nothing(folder)

    def test_verify_makes_only_its_own_temporary_objects(self):
        since = time.time()
        proxy, outcome = self.release(self.first, "--verify")
        until = time.time()
        self.assertNotIn("not verified", outcome["message"])
        writes = [(method, path.partition("?")[0]) for method, path in proxy.writes()]
        self.assertIn(("POST", "/services/create"), writes)
        for method, path in writes:
            kind, _, rest = path.lstrip("/").partition("/")
            self.assertIn(kind, ("services", "secrets", "configs"), (method, path))
            self.assertEqual(method == "POST", rest == "create", (method, path))
            self.assertIn(method, ("POST", "DELETE"), (method, path))
        events = self.swarm_events(since, until)
        made = [e for e in events if e[1] == "create"]
        self.assertEqual(len(made), len([w for w in writes if w[0] == "POST"]), events)
        for kind, action, name in events:
            self.assertRegex(name, f"^{TEMPORARY[kind]}$", (kind, action))
        self.assert_nothing_moved()

    def swarm_events(self, since, until):
        query = (f"/events?since={since:.3f}&until={until:.3f}&filters="
                 + json.dumps({"type": ["service", "secret", "config"]}, separators=(",", ":")).replace('"', "%22"))
        connection = support.UnixConnection(self.engine.socket)
        connection.request("GET", query)
        found = [json.loads(line) for line in connection.getresponse().read().decode().splitlines() if line]
        connection.close()
        return [(e["Type"], e["Action"], e["Actor"]["Attributes"].get("name", "")) for e in found]


if __name__ == "__main__":
    unittest.main(warnings="ignore")  # the proxy leaves its sockets to the collector
