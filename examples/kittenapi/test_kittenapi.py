"""Tests of the API without a database, and of how it ends. Run in this folder:
python3 -m unittest (after pip install -r requirements.txt, Python 3.11)."""
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from falcon import testing
from pymongo.errors import ServerSelectionTimeoutError

import kittenapi

HERE = os.path.dirname(os.path.abspath(__file__))


class MemoryStore:
    """The Store's methods over a dict."""

    def __init__(self):
        self.kittens, self.last = {}, 0

    def ping(self):
        pass

    def all(self):
        return list(self.kittens.values())

    def get(self, number):
        return self.kittens.get(number)

    def add(self, name):
        self.last += 1
        self.kittens[self.last] = {"id": self.last, "name": name}
        return self.kittens[self.last]

    def rename(self, number, name):
        if number in self.kittens:
            self.kittens[number]["name"] = name
        return self.kittens.get(number)

    def remove(self, number):
        return self.kittens.pop(number, None)


class DeadStore:
    """Each method fails as it does when no member of the database answers."""

    def __getattr__(self, _):
        def fail(*_):
            raise ServerSelectionTimeoutError("mongodb://user:hunter2@mongo01 does not answer")
        return fail


class Api(testing.TestCase):
    def setUp(self):
        super().setUp()
        self.app = kittenapi.make_app(MemoryStore())

    def post(self, name):
        return self.simulate_post("/kittens", json={"name": name})

    def test_starts_empty(self):
        answer = self.simulate_get("/kittens")
        self.assertEqual((answer.status_code, answer.json), (200, []))

    def test_post_counts_ids_from_one(self):
        answers = [self.post(name) for name in ("Ginger", "Tom", "Ünï 🐈")]
        self.assertEqual([a.status_code for a in answers], [201] * 3)
        self.assertEqual(answers[0].json, {"id": 1, "name": "Ginger"})
        self.assertEqual(self.simulate_get("/kittens").json[2], {"id": 3, "name": "Ünï 🐈"})
        self.assertEqual(answers[2].headers["location"], "/kittens/3")

    def test_put_and_delete(self):
        self.post("Ginger"), self.post("Tom")
        answer = self.simulate_put("/kittens/2", json={"name": "Tiger"})
        self.assertEqual((answer.status_code, answer.json), (200, {"id": 2, "name": "Tiger"}))
        self.assertEqual(self.simulate_delete("/kittens/1").status_code, 200)
        self.assertEqual(self.simulate_get("/kittens").json, [{"id": 2, "name": "Tiger"}])
        self.assertEqual(self.simulate_get("/kittens/1").status_code, 404)

    def test_what_is_not_there_is_a_404_in_json(self):
        for answer in (self.simulate_delete("/kittens/7"), self.simulate_put("/kittens/7", json={"name": "x"}),
                       self.simulate_get("/kittens/0"), self.simulate_get("/kittens/x"), self.simulate_get("/dogs")):
            self.assertEqual(answer.status_code, 404)
            self.assertIn("404", answer.json["title"])

    def test_bad_bodies_are_a_400_in_json(self):
        for body in ("", "Ginger", "[]", "{}", '"name"', '{"name": 7}', '{"name": " "}', '{"name": null}',
                     json.dumps({"name": "x" * 201})):
            for answer in (self.simulate_post("/kittens", body=body), self.simulate_put("/kittens/1", body=body)):
                self.assertEqual(answer.status_code, 400, body)
                self.assertIn("name", answer.json["description"])

    def test_a_huge_body_is_refused(self):
        self.assertEqual(self.simulate_post("/kittens", body="x" * 70000).status_code, 413)

    def test_json_needs_no_content_type(self):
        answer = self.simulate_post("/kittens", body='{"name": "Ginger"}',
                                    headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(answer.status_code, 201)

    def test_health(self):
        self.assertEqual(self.simulate_get("/health").status_code, 200)

    def test_a_dead_database_is_a_503_and_no_address_leaks(self):
        app = testing.TestClient(kittenapi.make_app(DeadStore()))
        with self.assertLogs("kittenapi", "ERROR") as logs:
            answers = [app.simulate_get("/health"), app.simulate_get("/kittens")]
        for answer in answers:
            self.assertEqual(answer.status_code, 503)
            self.assertNotIn("hunter2", answer.text)
        self.assertNotIn("hunter2", str(logs.output))


class Uri(unittest.TestCase):
    def test_from_the_variable_or_the_file(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("mongodb://from-file\n")
            file.flush()
            self.assertEqual(kittenapi.mongodb_uri({"MONGODB_URI_FILE": file.name}), "mongodb://from-file")
        self.assertEqual(kittenapi.mongodb_uri({"MONGODB_URI": "mongodb://x"}), "mongodb://x")

    def test_missing(self):
        for environment, word in (({}, "MONGODB_URI"), ({"MONGODB_URI_FILE": "/nowhere"}, "/nowhere")):
            with self.assertRaises(SystemExit) as raised:
                kittenapi.mongodb_uri(environment)
            self.assertIn(word, str(raised.exception))


class Ending(unittest.TestCase):
    """The real gunicorn with the real configuration; the database is not there, so it answers 503."""

    def start(self, drain):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = dict(os.environ, DRAIN_SECONDS=str(drain),
                           MONGODB_URI="mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50")
        environment.pop("MONGODB_URI_FILE", None)
        server = subprocess.Popen([sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{self.port}", "kittenapi:create()"],
                                  cwd=HERE, env=environment, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: server.poll() is None and server.kill())
        deadline = time.monotonic() + 20
        while not self.answers():
            self.assertLess(time.monotonic(), deadline, "gunicorn does not answer")
            time.sleep(0.1)
        return server

    def answers(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/dogs")
            return connection.getresponse().status == 404
        except OSError:
            return False
        finally:
            connection.close()

    def test_answers_new_connections_after_sigterm_and_then_ends_by_itself(self):
        server = self.start(drain=3)
        began = time.monotonic()
        server.send_signal(signal.SIGTERM)
        while time.monotonic() - began < 2:
            self.assertTrue(self.answers())
            time.sleep(0.1)
        self.assertEqual(server.wait(15), 0)
        self.assertGreaterEqual(time.monotonic() - began, 3)
        self.assertFalse(self.answers())

    def test_ends_at_once_without_a_drain(self):
        server = self.start(drain=0)
        began = time.monotonic()
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(15), 0)
        self.assertLess(time.monotonic() - began, 15)  # the default would answer for 20 s


if __name__ == "__main__":
    unittest.main()
