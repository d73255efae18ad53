#!/usr/bin/env python3
"""A release, its failure and the way back on a real engine that is reached by ssh, and by tcp with TLS: building, pushing
and watching go over it, and an ssh that dies in the middle is started again."""
import json
import os
import pathlib
import select
import signal
import socket
import ssl
import subprocess
import sys
import time
import unittest

import stack_test
import support

sys.path.insert(0, str(support.TOP / "tests/program"))
from remote import Authority, Listener, Sshd  # noqa: E402 pylint: disable=wrong-import-position

RUN = os.urandom(4).hex()
FILES = {
    "skep.yml": "stack: endpoints\ntemplate: ./stack.yml\n",
    "stack.yml": """services:
  app:
    image: {image}
    build: .
    init: true
    deploy: {{replicas: 2, update_config: {{order: start-first, monitor: 3s}}}}
""",
    "Dockerfile": 'FROM {base}\nCOPY word /word\nCMD ["sh", "-c", "test \\"$(cat /word)\\" != bad && sleep 100000"]\n',
}


def through_tls(path):
    """Hands a connection that has TLS on to a unix socket."""
    def serve(client, _):
        with socket.socket(socket.AF_UNIX) as engine:
            engine.connect(path)
            sides = {client: engine, engine: client}
            while sides:
                ready = [client] if client in sides and client.pending() else select.select(list(sides), [], [])[0]
                for side in ready:
                    data = side.recv(65536)
                    if data:
                        sides[side].sendall(data)
                    elif side is engine:
                        return
                    else:
                        engine.shutdown(socket.SHUT_WR)
                        del sides[client]
    return serve


class Endpoints(stack_test.StackTest):
    stack = "endpoints"

    def setUp(self):
        super().setUp()
        self.image = f"{self.environment['REGISTRY_OPEN']}/endpoints-{RUN}"
        base = self.environment["REGISTRY"] + "/busybox:1"
        self.write_files({name: text.format(image=self.image, base=base) for name, text in FILES.items()})

    def by_ssh(self):
        host = Sshd(self.top / "host")
        self.addCleanup(host.close)
        self.addCleanup(self.assert_nothing_left, host)
        return host, {**host.environment(), "DOCKER_HOST": f"ssh://127.0.0.1:{host.port}{self.engine.socket}"}

    def assert_nothing_left(self, host):
        for _ in range(300):
            if not host.clients():
                break
            time.sleep(0.01)
        self.assertEqual((host.clients(), list(host.runtime.iterdir())), ([], []))

    def release(self, word, **environment):
        self.write_files({"word": word})
        return self.skep("release", "--timeout", "2m", **environment)

    def assert_ended(self, done, status, word):
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertIn(f"endpoints: {word}", done.stdout, done.stderr)

    def whole_way(self, environment):
        self.assert_ended(self.release("good", **environment), 0, "released r1")
        self.assert_ended(self.release("good", **environment), 0, "unchanged")
        self.assert_ended(self.release("bad", **environment), 4, "restored")
        self.assertIn("endpoints_app", self.skep("status", "endpoints", **environment).stdout)

    def test_by_ssh(self):
        _, environment = self.by_ssh()
        begin = time.monotonic()
        self.whole_way(environment)
        print(f"by ssh: a first, an unchanged and a failing release in {time.monotonic() - begin:.1f} s", flush=True)

    def test_by_tls(self):
        authority = Authority(self.top / "pki")
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*authority.server())
        tls.verify_mode = ssl.CERT_REQUIRED
        tls.load_verify_locations(authority.ca)
        certs = self.top / "certs"
        certs.mkdir()
        cert, key = authority.client()
        for name, path in (("ca", authority.ca), ("cert", cert), ("key", key)):
            (certs / f"{name}.pem").write_bytes(pathlib.Path(path).read_bytes())
        with Listener(through_tls(self.engine.socket), tls) as listener:
            self.whole_way({"DOCKER_HOST": f"tcp://127.0.0.1:{listener.port}", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(certs)})

    def running_release(self, word, environment, moment):
        """A release in a session of its own that has come to `moment`, a word of its progress."""
        self.write_files({"word": word})
        process = subprocess.Popen([support.SKEP, "release", "--timeout", "2m", *support.HOLD], cwd=self.top, text=True,
                                   env={**self.environment, **environment}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        for line in process.stderr:
            if line.startswith(moment):
                return process
        self.fail(f"it never came to {moment}: {process.stdout.read()}")

    def test_an_ssh_that_dies_while_it_is_watched_costs_nothing(self):
        host, environment = self.by_ssh()
        process = self.running_release("good", environment, "wait ")
        first = host.clients()
        os.kill(first[0], signal.SIGKILL)
        out, err = process.communicate(timeout=200)
        self.assertEqual(process.returncode, 0, out + err)
        self.assertIn("endpoints: released r1", out)

    def test_ctrl_c_for_the_whole_group_leaves_closed_books(self):
        _, environment = self.by_ssh()
        self.assert_ended(self.release("good", **environment), 0, "released r1")
        process = self.running_release("better", environment, "wait ")
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=200)
        self.assertEqual(process.returncode, 130, out + err)
        self.assertIn("endpoints: interrupted", out, err)
        kept = json.loads(self.skep("history", "endpoints", "-o", "json", **environment).stdout)
        self.assertEqual([release["state"] for release in kept], ["released", "interrupted"])
        done = self.release("better", **environment)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
