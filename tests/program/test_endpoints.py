"""Engines that are not a local socket: docker's contexts, tcp with and without TLS, ssh through a real sshd. Each fault has
its own sentence, and nothing is left behind, whatever ends skep."""
import fcntl
import hashlib
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import termios
import threading
import time
import unittest

import program
from remote import Authority, Listener, Sshd

VERSION = ["version", "--engine"]


def named(name):
    """An engine that says who it is."""
    return program.answering(lambda line: (200, json.dumps({"Version": name, "ApiVersion": "1.45"}).encode()))


class EndpointTest(program.ProgramTest):
    def context(self, name, host, **files):
        """A context as docker keeps it; `files` are ca, cert and key."""
        folder = self.docker / "contexts"
        number = hashlib.sha256(name.encode()).hexdigest()
        (folder / "meta" / number).mkdir(parents=True)
        meta = {"Name": name, "Metadata": {"Description": f"the {name} one"}, "Endpoints": {"docker": {"Host": host, "SkipTLSVerify": False}}}
        (folder / "meta" / number / "meta.json").write_text(json.dumps(meta))
        for kind, path in files.items():
            (folder / "tls" / number / "docker").mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / "tls" / number / "docker" / f"{kind}.pem")

    def answers(self, name, *flags, **environment):
        status, out, err = self.skep(*VERSION, *flags, environment=environment)
        self.assertEqual(status, 0, err)
        self.assertIn(f"engine {name} (API 1.45)\n", out)

    def refused(self, *flags, timeout=30, **environment):
        """What skep says: its message and its hint."""
        status, out, err = self.skep(*VERSION, *flags, timeout=timeout, environment=environment)
        self.assertIn(status, (1, 2), out)
        said = re.fullmatch(r"error: (.*)\n(?:  at (.*)\n)?(?:  hint: (.*)\n)?", err)
        self.assertTrue(said, err)
        return said[1], said[3] or ""


class TestContexts(EndpointTest):
    def test_flags_variables_and_contexts_choose_as_docker_does(self):
        with program.BadEngine(self.top, named("socket")) as engine, Listener(named("tcp")) as tcp:
            unix, address = f"unix://{engine.path}", f"tcp://127.0.0.1:{tcp.port}"
            self.context("one", unix)
            self.context("two", address)
            self.answers("socket", "-H", unix)
            self.answers("tcp", "-H", address)
            self.answers("tcp", "-H", f"127.0.0.1:{tcp.port}")
            self.answers("tcp", DOCKER_HOST=address)
            self.answers("socket", "--context", "one", DOCKER_HOST=address)
            self.answers("tcp", DOCKER_HOST=address, DOCKER_CONTEXT="one")
            self.answers("tcp", DOCKER_CONTEXT="two")
            self.write("home/.docker/config.json", '{"currentContext": "two"}')
            self.answers("tcp")
            self.answers("socket", DOCKER_CONTEXT="one")
            self.answers("socket", "--context", "default", DOCKER_HOST=unix)

    def test_a_path_goes_before_every_request(self):
        seen = []

        def answer(line):
            seen.append(line)
            return 200, b'{"Version": "x", "ApiVersion": "1.45"}'
        with Listener(program.answering(answer)) as tcp:
            self.answers("x", "-H", f"tcp://127.0.0.1:{tcp.port}/engines/a/")
        self.assertEqual(seen, ["GET /engines/a/v1.45/version HTTP/1.1"])

    def test_what_cannot_be_reached_is_said_as_it_was_written(self):
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        self.context("prod", f"tcp://127.0.0.1:{port}")
        running = "is the Docker Engine running there?"
        for flags, environment, what in [
                (["-H", f"127.0.0.1:{port}"], {}, f"127.0.0.1:{port} (--host)"),
                ([], {"DOCKER_HOST": f"tcp://127.0.0.1:{port}"}, f"tcp://127.0.0.1:{port} (DOCKER_HOST)"),
                ([], {"DOCKER_CONTEXT": "prod"}, f"tcp://127.0.0.1:{port} (context prod, DOCKER_CONTEXT)"),
                (["--context", "prod"], {}, f"tcp://127.0.0.1:{port} (context prod, --context)")]:
            self.assertEqual(self.refused(*flags, **environment), (f"cannot connect to {what}: Connection refused", running))
        self.assertEqual(self.refused("-H", "tcp://no-such-host.invalid:1"),
                         ("cannot connect to tcp://no-such-host.invalid:1 (--host): Could not resolve host: no-such-host.invalid",
                          "is the host's name right?"))

    def test_context_ls(self):
        self.context("prod", "ssh://dep@mgr")
        self.context("dev", "unix:///run/user/1000/docker.sock")
        status, out, err = self.skep("context", "ls", environment={"DOCKER_CONTEXT": "prod"})
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(out, "  default              unix:///var/run/docker.sock\n"
                              "  dev                  unix:///run/user/1000/docker.sock  the dev one\n"
                              "* prod                 ssh://dep@mgr  the prod one\n"
                              "chosen by DOCKER_CONTEXT\n")
        _, out, _ = self.skep("context", "ls", "-o", "json", "-H", "tcp://h:2376", environment={"DOCKER_TLS_VERIFY": "1"})
        said = json.loads(out)
        self.assertEqual((said["chosen"], said["source"]), ("default", "--host"))
        self.assertEqual(said["contexts"][0], {"chosen": True, "description": "", "endpoint": "tcp://h:2376", "name": "default",
                                               "problem": "", "tls": True})
        _, out, _ = self.skep("context", "ls", "--context", "nope")
        self.assertIn("* nope                 there is no docker context of this name\nchosen by --context\n", out)
        _, out, _ = self.skep("context", "ls", environment={"DOCKER_HOST": "fd://"})
        self.assertIn('* default              DOCKER_HOST: "fd://": engines on fd:// are not supported\n', out)


class TestTls(EndpointTest):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.top / "pki")
        self.certs = self.top / "certs"
        self.certs.mkdir()
        self.give(ca=self.authority.ca)
        self.environment["DOCKER_CERT_PATH"] = str(self.certs)

    def give(self, **files):
        for kind, path in files.items():
            shutil.copy(path, self.certs / f"{kind}.pem")

    def engine(self, certificate=None, client_ca=None, version=None, rude=False):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*(certificate or self.authority.server()))
        if client_ca:
            tls.verify_mode = ssl.CERT_REQUIRED
            tls.load_verify_locations(client_ca)
        if version:
            tls.minimum_version = tls.maximum_version = version
        return Listener(named("tls"), tls, rude)

    def fault(self, engine, **environment):
        """Message and hint, without what is the same for all."""
        message, hint = self.refused("-H", f"tcp://127.0.0.1:{engine.port}", **{"DOCKER_TLS_VERIFY": "1", **environment})
        begin = f"cannot connect to tcp://127.0.0.1:{engine.port} (--host): "
        self.assertTrue(message.startswith(begin), message)
        return message[len(begin):], hint

    def test_certificates_of_both_sides_in_both_versions(self):
        cert, key = self.authority.client()
        self.give(cert=cert, key=key)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.engine(client_ca=self.authority.ca, version=version) as engine:
                address = f"tcp://127.0.0.1:{engine.port}"
                self.answers("tls", "-H", address, DOCKER_TLS_VERIFY="1")
                self.context(version.name, address, ca=self.authority.ca, cert=cert, key=key)
                self.answers("tls", "--context", version.name, DOCKER_CERT_PATH="/nowhere")

    def test_unverified_where_the_environment_says_so(self):
        stranger = Authority(self.top / "stranger").server("DNS:elsewhere")
        with self.engine(stranger) as engine:
            self.answers("tls", "-H", f"tcp://127.0.0.1:{engine.port}", DOCKER_TLS="1")

    def test_an_engines_certificate_that_is_not_taken(self):
        known = f"the engine's certificate is of an authority that {self.certs}/ca.pem does not name"
        right = "is this the right engine? then its authority's certificate belongs into ca.pem"
        with self.engine(Authority(self.top / "stranger").server()) as engine:
            self.assertEqual(self.fault(engine), (known, right))
            self.context("open", f"tcp://127.0.0.1:{engine.port}", cert=self.authority.client()[0])
            message, hint = self.refused("--context", "open")
            self.assertEqual((message.rpartition("): ")[2], hint),
                             ("the engine's certificate is of an authority that this system does not name", right))
        with self.engine(self.authority.server(name="old", days=-1)) as engine:
            self.assertEqual(self.fault(engine), ("the engine's certificate has expired", "have a new one made for the engine"))
        with self.engine(self.authority.server("DNS:elsewhere", name="other")) as engine:
            self.assertEqual(self.fault(engine), ("the engine's certificate is not made out to 127.0.0.1",
                                                  "connect by a name that stands in it, or have one made with this name"))

    def test_a_clients_certificate_that_is_not_taken(self):
        beside = "cert.pem and key.pem belong beside ca.pem"
        with self.engine(client_ca=self.authority.ca, version=ssl.TLSVersion.TLSv1_3) as engine:
            self.assertEqual(self.fault(engine), ("the engine wants a client's certificate, and there is none", beside))
        with self.engine(client_ca=self.authority.ca, version=ssl.TLSVersion.TLSv1_2) as engine:
            self.assertEqual(self.fault(engine), ("the engine ended the handshake",
                                                  "does it want a client's certificate (cert.pem and key.pem beside ca.pem)?"))
        mine, key = Authority(self.top / "stranger").client()
        self.give(cert=mine, key=key)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.engine(client_ca=self.authority.ca, version=version) as engine:
                self.assertEqual(self.fault(engine), (f"the engine does not take the client's certificate {self.certs}/cert.pem",
                                                      "is it of the authority that the engine trusts (its tlscacert), made for clients, "
                                                      "and still valid there?"))

    def test_an_engine_that_hangs_up_before_its_word_is_heard(self):
        with self.engine(client_ca=self.authority.ca, version=ssl.TLSVersion.TLSv1_3, rude=True) as engine:
            for _ in range(5):
                message, hint = self.refused("-H", f"tcp://127.0.0.1:{engine.port}", DOCKER_TLS_VERIFY="1")
                if "broke off" in message:
                    self.assertEqual(hint, "an engine that does not take the client's certificate may hang up so: its log says more")
                else:
                    self.assertTrue(message.endswith("the engine wants a client's certificate, and there is none"), message)

    def test_tls_where_the_other_side_has_none_and_the_reverse(self):
        def no(connection, _):
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request")
        with Listener(no) as engine:
            message, hint = self.fault(engine)
            self.assertEqual((message, hint), ("it does not speak TLS there",
                                               "is it the port without TLS (2375)? then DOCKER_TLS_VERIFY must not be set"))

        def go(connection, _):
            program.read_head(connection)
            connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")
        with Listener(go) as engine:
            address = f"tcp://127.0.0.1:{engine.port}"
            self.assertEqual(self.refused("-H", address),
                             (f"the engine at {address} (--host) speaks TLS",
                              "DOCKER_TLS_VERIFY=1 and the folder of ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH, or a docker "
                              "context that has them"))

    def test_tls_that_is_too_old(self):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.set_ciphers("ALL:@SECLEVEL=0")
        tls.minimum_version = tls.maximum_version = ssl.TLSVersion.TLSv1_1
        tls.load_cert_chain(*self.authority.server())
        with Listener(named("old"), tls) as engine:
            self.assertEqual(self.fault(engine), ("it does not speak TLS 1.2 or later", "docker asks for as much"))

    def test_files_are_looked_at_before_anything_is_sent(self):
        cert, key = self.authority.client()
        old, old_key = self.authority.client("old", days=-1)
        closed = self.top / "closed.pem"
        self.authority.openssl("pkey", "-in", key, "-aes128", "-passout", "pass:word", "-out", closed)
        seen = []
        named_by = "DOCKER_CERT_PATH names it"
        with Listener(lambda *_: seen.append(1)) as engine:
            def refused():
                return self.refused("-H", f"tcp://127.0.0.1:{engine.port}", DOCKER_TLS_VERIFY="1")
            self.give(cert=cert, key=closed)
            self.assertEqual(refused(), (f"{self.certs}/key.pem is encrypted", "openssl pkey -in FILE -out key.pem decrypts it"))
            self.give(key=old_key)
            self.assertEqual(refused(), (f"{self.certs}/key.pem is not the key of {self.certs}/cert.pem", "DOCKER_CERT_PATH names them"))
            self.give(cert=old)
            message, hint = refused()
            self.assertRegex(message, re.escape(f"{self.certs}/cert.pem") + r" has expired, at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertEqual(hint, "have a new one made; DOCKER_CERT_PATH names it")
            (self.certs / "ca.pem").write_text("no\n")
            self.assertEqual(refused(), (f"{self.certs}/ca.pem holds no certificate", named_by))
            (self.certs / "ca.pem").unlink()
            self.assertEqual(refused(), (f"cannot read {self.certs}/ca.pem: No such file or directory", named_by))
        self.assertEqual(seen, [])


class TestSsh(EndpointTest):
    def setUp(self):
        super().setUp()
        self.sshd = Sshd(self.top / "sshd")
        self.addCleanup(self.sshd.close)
        self.environment.update(self.sshd.environment())

    def address(self, path):
        return f"ssh://127.0.0.1:{self.sshd.port}{path}"

    def assert_nothing_left(self):
        for _ in range(300):
            if not self.sshd.clients():
                break
            time.sleep(0.01)
        self.assertEqual(self.sshd.clients(), [])
        self.assertEqual(list(self.sshd.runtime.iterdir()), [])

    def waiting(self, path, **how):
        """skep in the middle of a request to an engine that does not answer."""
        process = self.start("-H", self.address(path), *VERSION, **how)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        for _ in range(1000):
            if self.asked.wait(0.01):
                return process
        self.fail("the engine was not asked")

    def slow(self):
        self.asked = threading.Event()

        def serve(connection, over):
            program.read_head(connection)
            connection.sendall(b"HTTP/1.1 200 OK\r\nApi-Version: 1.45\r\nContent-Length: 2\r\n\r\nOK")
            program.read_head(connection)
            self.asked.set()
            over.wait()
        return program.BadEngine(self.top, serve)

    def test_an_address_and_a_context(self):
        with program.BadEngine(self.top, named("ssh")) as engine:
            self.answers("ssh", "-H", self.address(engine.path))
            self.context("prod", self.address(engine.path))
            self.answers("ssh", DOCKER_CONTEXT="prod")
            self.answers("ssh", "--context", "prod", DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH="/nowhere")
        self.assert_nothing_left()

    def test_verbs_that_read_files_alone_start_no_ssh(self):
        (self.sshd.top / "bin/ssh").write_text(f"#!/bin/sh\ntouch {self.top}/started\n")
        for args in (["render"], ["config"], ["context", "ls"], ["--version"], ["template", "list"]):
            status, _, err = self.skep(*args, environment={"DOCKER_HOST": "ssh://mgr"})
            self.assertEqual(status, 0, err)
        self.assertFalse((self.top / "started").exists())

    def test_whatever_ends_skep_leaves_nothing(self):
        for end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, signal.SIGQUIT):
            with self.subTest(end=end.name), self.slow() as engine:
                process = self.waiting(engine.path, cwd=self.top)
                self.assertEqual(len(self.sshd.clients()), 1)
                self.assertEqual(list(self.sshd.runtime.iterdir()), [])
                process.send_signal(end)
                status = process.wait(20)
                self.assertEqual(status, 130 if end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) else -end)
                self.assert_nothing_left()

    def test_ctrl_c_for_the_whole_group_is_not_felt_by_ssh(self):
        with self.slow() as engine:
            process = self.waiting(engine.path, start_new_session=True)
            ssh = self.sshd.clients()
            process.send_signal(signal.SIGSTOP)  # so that it cannot end ssh itself
            os.killpg(process.pid, signal.SIGINT)
            os.killpg(process.pid, signal.SIGTERM)
            time.sleep(0.5)
            self.assertEqual(self.sshd.clients(), ssh)
            process.send_signal(signal.SIGCONT)
            self.assertEqual(process.wait(20), 130)
        self.assert_nothing_left()

    def test_without_a_terminal_nothing_is_asked(self):
        subprocess.run(["ssh-keygen", "-q", "-p", "-N", "word", "-f", self.sshd.top / "user"], check=True)
        begin = time.monotonic()
        message, _ = self.refused("-H", self.address("/s"))
        self.assertRegex(message, r": \w+@127\.0\.0\.1: Permission denied \(publickey\)\.$")
        (self.sshd.top / "known").write_text("")
        message, hint = self.refused("-H", self.address("/s"))
        self.assertEqual(message, f"cannot connect to {self.address('/s')} (--host): Host key verification failed.")
        self.assertEqual(hint, f"the host's key is not known here: ssh -p {self.sshd.port} 127.0.0.1 once by hand, or put it into "
                               "~/.ssh/known_hosts")
        self.assertLess(time.monotonic() - begin, 20)
        self.assert_nothing_left()

    def on_terminal(self, *args, answers=()):
        """skep with a terminal: each of `answers` is (what is waited for, what is typed). Gives its status and what was shown."""
        master, slave = pty.openpty()

        def begin():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        with tempfile.TemporaryFile() as out:
            process = self.start(*args, stdin=slave, stdout=out, stderr=slave, text=False, errors=None, preexec_fn=begin)
            os.close(slave)
            shown, answers, end = b"", list(answers), time.monotonic() + 30
            while time.monotonic() < end:
                ready, _, _ = select.select([master], [], [], 0.1)
                if ready:
                    try:
                        shown += os.read(master, 4096)
                    except OSError:
                        break
                if answers and answers[0][0] in shown:
                    os.write(master, answers.pop(0)[1])
                elif not ready and process.poll() is not None:
                    break
            os.close(master)
            process.kill()
            status = process.wait()
            out.seek(0)
            return status, shown.decode(), out.read().decode()

    def test_on_a_terminal_ssh_asks_for_the_passphrase_and_the_hosts_key(self):
        subprocess.run(["ssh-keygen", "-q", "-p", "-N", "word", "-f", self.sshd.top / "user"], check=True)
        (self.sshd.top / "known").write_text("")
        with program.BadEngine(self.top, named("asked")) as engine:
            status, shown, out = self.on_terminal("-H", self.address(engine.path), *VERSION,
                                                  answers=[(b"(yes/no", b"yes\n"), (b"passphrase", b"word\n")])
            self.assertEqual(status, 0, shown)
            self.assertIn("engine asked (API 1.45)", out)
            status, shown, _ = self.on_terminal("-H", self.address(engine.path), *VERSION, answers=[(b"passphrase", b"\x03")])
            self.assertEqual(status, 130, shown)
        self.assert_nothing_left()

    def test_an_ssh_that_dies_in_the_middle_is_told(self):
        with self.slow() as engine:
            process = self.waiting(engine.path)
            os.kill(self.sshd.clients()[0], signal.SIGTERM)
            _, err = process.communicate(timeout=30)
            self.assertEqual(process.returncode, 1)
            self.assertRegex(err, r"^error: .*\(--host\).* \(ssh ended with exit status \d+ and without a word\)\n")
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main()
