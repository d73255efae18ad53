#!/usr/bin/env python3
"""Holds load.py to what it says, against a server that fails on demand."""
import json
import os
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest

LOAD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "load.py")


class Server(socketserver.ThreadingTCPServer):
    """Answers request number N with answers[N % len(answers)]; None never answers."""
    allow_reuse_address = daemon_threads = True

    def __init__(self, answers):
        self.answers, self.seen, self.lock = answers, [], threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.rfile.readline()
        with self.server.lock:
            answer = self.server.answers[len(self.server.seen) % len(self.server.answers)]
            self.server.seen.append(head.decode())
        if answer is None:
            time.sleep(3)
        else:
            self.wfile.write(answer)


def http(status, body=b"[]", length=None):
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body) if length is None else length}\r\n\r\n".encode() + body


class LoadTest(unittest.TestCase):
    def run_load(self, answers, *extra):
        server = Server(answers)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.server = server
        return subprocess.Popen(
            [sys.executable, LOAD, "--connect", f"127.0.0.1:{server.server_address[1]}", "--host", "k.example.com",
             "--rate", "100", *extra], stdout=subprocess.PIPE)

    def wait_for_requests(self, count):
        deadline = time.monotonic() + 30
        while len(self.server.seen) < count:
            self.assertLess(time.monotonic(), deadline, "the requests do not come")
            time.sleep(0.02)

    def result(self, load):
        out, _ = load.communicate(timeout=30)
        return load.returncode, json.loads(out)

    def test_counts_and_alternates(self):
        code, result = self.result(self.run_load([http(200)], "--requests", "20"))
        self.assertEqual((code, result["sent"], result["failed"], result["failures"]), (0, 20, 0, []))
        kinds = [head.split()[0] for head in self.server.seen]
        self.assertEqual((kinds.count("GET"), kinds.count("POST")), (10, 10))
        self.assertIn("Host: k.example.com\r\n", self.server.seen[0])

    def test_each_kind_of_failure_is_one(self):
        answers = [http(200), http(502), http(201), b"", http(200, b"[", 9), None]
        code, result = self.result(self.run_load(answers, "--requests", "12", "--deadline", "0.5"))
        self.assertEqual((code, result["sent"], result["failed"]), (1, 12, 8))
        errors = " ".join(failure["error"] for failure in result["failures"])
        for words in ("502", "without an answer", "middle of an answer", "no answer within 0.5 s"):
            self.assertEqual(errors.count(words), 2, errors)

    def test_allowed_failures(self):
        code, result = self.result(self.run_load([http(200)] * 9 + [http(404)], "--requests", "10", "--allow", "1"))
        self.assertEqual((code, result["failed"]), (0, 1))

    def test_goes_on_until_the_stop_file_is_there(self):
        with tempfile.TemporaryDirectory() as folder:
            stop = os.path.join(folder, "stop")
            load = self.run_load([http(200)], "--requests", "5", "--stop-file", stop)
            self.wait_for_requests(30)
            open(stop, "w", encoding="utf-8").close()
            code, result = self.result(load)
        self.assertEqual((code, result["failed"]), (0, 0))
        self.assertGreaterEqual(result["sent"], 30)

    def test_ends_in_time_and_on_sigterm_and_says_too_few(self):
        code, result = self.result(self.run_load([http(200)], "--requests", "5000", "--max-seconds", "1"))
        self.assertEqual(code, 1)
        self.assertLess(result["sent"], 5000)
        load = self.run_load([http(200)], "--requests", "5000")
        self.wait_for_requests(5)
        load.send_signal(signal.SIGTERM)
        code, result = self.result(load)
        self.assertEqual((code, result["failed"]), (1, 0))


if __name__ == "__main__":
    unittest.main()
