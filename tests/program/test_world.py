"""What stands around the program: gateways that its checks ask, files that are bombs, locales, terminals, limits, signals."""
import json
import os
import pty
import resource
import select
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import fcntl
import time
import unittest

import program

MIB = 64
MEMORY = 1 << 30


def limited(kind, value):
    return lambda: resource.setrlimit(kind, (value, value))


def no_swarm(line):
    return 200, b"{}" if line.startswith("GET /v1.45/version") else b"[]"


class TestChecks(program.ProgramTest):
    def project(self, url, **check):
        self.write("skep.yml", json.dumps({"stack": "shop", "template": "./stack.yml", "checks": [{"url": url, **check}]}))

    def test_a_body_without_end_costs_little(self):
        def serve(connection, over):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n")
            while not over.is_set():
                connection.sendall(b"x" * 65536)
        with program.TcpServer(serve) as server:
            for check, status in (({}, 0), ({"contains": "never"}, 1)):
                self.project(f"http://{server.address}/", **check)
                ended = self.measured("check", "--timeout", "2s")
                self.assertEqual(ended.status, status, ended.err)
                self.assertLess(ended.mib, 32)

    def test_headers_without_end_are_told(self):
        def serve(connection, over):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not over.is_set():
                connection.sendall(b"X-A: y\r\n" * 1000)
        with program.TcpServer(serve) as server:
            self.project(f"http://{server.address}/")
            ended = self.measured("check", "--timeout", "1s")
            self.assertEqual(ended.status, 1, ended.err)
            self.assertRegex(ended.err, "headers|Too large")
            self.assertLess(ended.mib, 32)

    def test_a_slow_body_is_given_up_in_time(self):
        def serve(connection, over):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not over.is_set():
                connection.sendall(b"x")
                time.sleep(0.1)
        with program.TcpServer(serve) as server:
            for timeout in ("30s", "2562047h"):
                self.project(f"http://{server.address}/", timeout=timeout)
                begin = time.monotonic()
                ended = self.measured("check", "--timeout", "2s")
                self.assertEqual(ended.status, 1, ended.err)
                self.assertIn("timed out", ended.err.lower())
                self.assertLess(time.monotonic() - begin, 12)

    def test_redirects_are_not_followed_and_proxies_not_used(self):
        with program.TcpServer(lambda connection, _: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as other:
            def serve(connection, _):
                connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://%s/\r\nContent-Length: 0\r\n\r\n" % other.address.encode())
            with program.TcpServer(serve) as server:
                self.project(f"http://{server.address}/")
                proxy = f"http://{other.address}"
                names = ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY")
                status, out, err = self.skep("check", "--timeout", "1s", environment={name: proxy for name in names})
                self.assertEqual(status, 1, err)
                self.assertIn("status 302, wanted 200", err)
                self.assertTrue(server.seen)
            self.assertEqual(other.seen, [])

    def test_other_schemes_are_refused(self):
        self.write("secret", "content-of-a-file")
        for url in (f"file://{self.top}/secret", "gopher://127.0.0.1:1/_x", "dict://127.0.0.1:1/", "ftp://127.0.0.1/x", "FILE:///etc/passwd",
                    "http:file:///etc/passwd", "//127.0.0.1/", "javascript:1"):
            with self.subTest(url=url):
                self.project(url)
                status, out, err = self.skep("check", "--timeout", "1s")
                self.assertEqual(status, 2, out + err)
                self.assertIn("checks", out + err)
                self.assertNotIn("content-of-a-file", out + err)

    def test_what_a_server_echoes_is_hidden(self):
        def serve(connection, _):
            body = b"you said: Bearer t0ken-0f-the-check and pass-w0rd"
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        with program.TcpServer(serve) as server:
            self.project(f"http://me:pass-w0rd@{server.address}/?token=t0ken-0f-the-url", contains="never",
                         headers={"Authorization": "Bearer t0ken-0f-the-check"})
            for form in ([], ["-o", "json"]):
                status, out, err = self.skep("check", "--timeout", "1s", *form)
                self.assertEqual(status, 1, err)
                for secret in ("t0ken-0f-the-check", "t0ken-0f-the-url", "me:pass-w0rd"):
                    self.assertNotIn(secret, out + err)

    def test_a_header_of_two_lines_is_refused(self):
        for value in ("a\r\nX-Evil: b", "a\nb", "a\0b"):
            self.project("http://127.0.0.1:1/", headers={"X": value})
            status, out, err = self.skep("check")
            self.assertEqual(status, 2, out + err)
            self.assertIn("checks[0].headers", out + err)


class TestYaml(program.ProgramTest):
    """Each is refused with its place, or read, in little memory."""

    # name → (text, what is said; None: it is good)
    def files(self):
        service = program.COMPOSE
        deep = 100_000
        return {
            "an alias bomb": ("x-a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
                f"x-a{i}: &a{i} [{', '.join(['*a%d' % (i - 1)] * 9)}]\n" for i in range(1, 12)) + service, ":6:"),
            "a merge bomb": ("x-a0: &a0 {a: b}\n" + "".join(
                f"x-a{i}: &a{i} {{<<: [{', '.join(['*a%d' % (i - 1)] * 9)}]}}\n" for i in range(1, 12)) + service, ":7:"),
            "an alias to itself": ("x-a: &a [*a]\n" + service, ":1:"),
            "an alias to nothing": ("x-a: *nowhere\n" + service, ":1:"),
            "brackets": ("x-a: " + "[" * deep + "\n", ":1:"),
            "braces": ("x-a: " + "{a: " * deep + "\n", ":1:"),
            "steps": ("\n".join(" " * i + "a:" for i in range(1000)) + "\n", "stack.yml:"),
            "dashes": ("x-a:\n" + "- " * deep + "x\n", "stack.yml:"),
            "a tag": ("x-a: !!python/object:os.system x\n" + service, ":1:"),
            "a binary that is none": ("x-a: !!binary \"!\"\n" + service, ":1:"),
            "a NUL": (service + "x-a: a\0b\n", "stack.yml:"),
            "UTF-16": (service.encode("utf-16"), "stack.yml:"),
            "UTF-32": (service.encode("utf-32"), "stack.yml:"),
            "latin1": ((service + "x-a: \xe4\n").encode("latin1"), "stack.yml:"),
            "CR alone": (service.replace("\n", "\r"), ":1:"),
            "two documents": (service + "---\n" + service, "stack.yml:"),
            "a scalar of 20 MB": (service + "x-a: " + "y" * (20 << 20) + "\n", None),
            "a comment of 20 MB": (service + "# " + "y" * (20 << 20) + "\n", None),
            "20 MB of blanks": (service + " " * (20 << 20) + "\n", None),
            "20 MB of empty lines": (service + "\n" * (20 << 20), None),
            "a hundred thousand keys": (service + "".join(f"x-{i}: 1\n" for i in range(100_000)), None),
            "an integer out of range": (service + "    deploy: {replicas: 99999999999999999999}\n", ":4:"),
            "a negative one": (service + "    deploy: {replicas: -1}\n", ":4:"),
            "a duration out of range": (service + "    stop_grace_period: 99999999999h\n", ":4:"),
            "a port out of range": (service + "    ports: [\"70000:80\"]\n", ":4:"),
            "a size out of range": (service + "    deploy: {resources: {limits: {memory: 99999999999999999999g}}}\n", ":4:"),
            "an exponent": (service + "    deploy: {replicas: 1e999999}\n", ":4:"),
            "not a number": (service + "    deploy: {update_config: {max_failure_ratio: .nan}}\n", ":4:"),
            "an interpolation without end": (service + "    environment: {A: \"" + "${A:-" * 10_000 + "\"}\n", ":4:"),
        }

    def test_bombs_and_what_is_no_yaml(self):
        self.write("skep.yml", "stack: shop\ntemplate: ./stack.yml\n")
        for name, (text, words) in self.files().items():
            with self.subTest(file=name):
                data = text if isinstance(text, bytes) else text.encode()
                (self.top / "stack.yml").write_bytes(data)
                ended = self.measured("lint", timeout=60, preexec_fn=limited(resource.RLIMIT_AS, MEMORY))
                said = ended.out + ended.err
                self.assertEqual(ended.status, 0 if words is None else 2, said[:500])
                if words is not None:
                    self.assertIn(words, said)
                self.assertNotIn("skep itself failed", said)
                self.assertLess(len(said), 20_000)
                # Aliases may copy a million nodes before they are a bomb.
                self.assertLess(ended.mib, (3 if name.endswith("bomb") else 1) * MIB + 12 * len(data) // (1 << 20), name)


class TestEnvironment(program.ProgramTest):
    def test_locale_zone_and_terminal_change_nothing(self):
        self.write("stack.yml", program.COMPOSE + "    ports: [\"70000:80\"]\n    environment: {A: \"\xe4\"}\n")
        with program.BadEngine(self.top, program.answering(no_swarm)) as engine:
            host = {"DOCKER_HOST": "unix://" + engine.path}
            commands = [["lint"], ["ls"], ["lint", "-o", "json"]]
            plain = [self.skep(*command, environment=host) for command in commands]
            for name in ("LANG", "LC_ALL", "LC_NUMERIC", "TZ", "TERM", "COLUMNS", "LINES", "IFS", "LD_BIND_NOW"):
                for value in ("", "de_DE.UTF-8", "../../../etc/passwd", ":/dev/zero", "x" * 5000, "\xe4\x1b[2J", "-1"):
                    with self.subTest(variable=name, value=value[:20]):
                        said = [self.skep(*command, environment={**host, name: value}) for command in commands]
                        self.assertEqual(said, plain)

    def test_few_descriptors(self):
        with program.BadEngine(self.top, program.answering(no_swarm)) as engine:
            for most in range(3, 33):
                for command in (["ls"], ["lint"], ["version", "--engine"]):
                    with self.subTest(descriptors=most, command=command):
                        process = self.start(*command, environment={"DOCKER_HOST": "unix://" + engine.path},
                                             preexec_fn=limited(resource.RLIMIT_NOFILE, most))
                        out, err = process.communicate(timeout=30)
                        # With three the loader finds no library: that is 127, and its own words.
                        self.assertIn(process.returncode, (0, 1, 2, 127) if most == 3 else (0, 1, 2), out + err)
                        if process.returncode != 0:
                            self.assertIn("error", out + err)
                        self.assertNotIn("terminate called", err)

    def test_every_width_of_a_terminal(self):
        self.write("stack.yml", program.COMPOSE + "    build: {context: .}\n")
        self.write("Dockerfile", "FROM scratch\n")
        with program.BadEngine(self.top, program.silent) as engine:
            for width in (0, 1, 2, 80, 65535):
                for command in (["lint"], ["ls"], ["build"], ["--help"]):
                    with self.subTest(width=width, command=command):
                        ours, theirs = pty.openpty()
                        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", width, width, 0, 0))
                        process = self.start(*command, stdin=theirs, stdout=theirs, stderr=theirs, environment={"DOCKER_HOST": "unix://" + engine.path})
                        os.close(theirs)
                        time.sleep(0.15)
                        process.send_signal(signal.SIGTERM)
                        while select.select([ours], [], [], 10)[0]:
                            try:
                                if not os.read(ours, 65536):
                                    break
                            except OSError:
                                break
                        os.close(ours)
                        self.assertIn(process.wait(timeout=10), (0, 2, 130))

    def test_a_folder_that_is_gone(self):
        with program.BadEngine(self.top, program.answering(no_swarm)) as engine:
            for command, good in ((["ls"], True), (["--version"], True), (["lint"], False), (["deploy", "--plan", "x"], False)):
                gone = tempfile.mkdtemp()

                def leave():
                    os.chdir(gone)
                    os.rmdir(gone)
                with self.subTest(command=command):
                    status, out, err = self.skep(*command, environment={"DOCKER_HOST": "unix://" + engine.path}, preexec_fn=leave)
                    self.assertEqual(status == 0, good, out + err)
                    if not good:
                        self.assertIn("error", out + err)

    def test_without_a_home(self):
        for variables in ({}, {"HOME": ""}, {"HOME": "/nowhere"}, {"HOME": "relative"}, {"HOME": "/dev/null"}):
            environment = {"PATH": os.environ["PATH"], **variables}
            process = subprocess.run([program.SKEP, "ls", "-H", "unix:///nowhere/docker.sock"], env=environment, cwd=self.top, timeout=30,
                                     stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
            with self.subTest(variables=variables):
                self.assertEqual(process.returncode, 1, process.stderr)
                self.assertIn("error: ", process.stderr)

    def test_limits_of_files_and_stack(self):
        self.write("skep.yml", "stack: shop\ntemplate: ./stack.yml\n")
        for stack in (128 << 10, 256 << 10):
            self.skep("lint", preexec_fn=limited(resource.RLIMIT_STACK, stack))
        with open(self.top / "out", "w", encoding="utf-8") as out:
            status, _, err = self.skep("render", stdout=out, preexec_fn=limited(resource.RLIMIT_FSIZE, 10))
        self.assertEqual(status, 1, err)
        self.assertIn("standard output could not be written: File too large", err)


class TestSignals(program.ProgramTest):
    def test_a_signal_of_somebody_else_changes_nothing(self):
        with program.BadEngine(self.top, program.silent) as engine:
            for number in (signal.SIGUSR2, signal.SIGPIPE, signal.SIGCHLD, signal.SIGWINCH, signal.SIGCONT, signal.SIGURG):
                with self.subTest(signal=number):
                    process = self.start("ls", environment={"DOCKER_HOST": "unix://" + engine.path})
                    time.sleep(0.3)
                    for _ in range(5):
                        process.send_signal(number)
                        time.sleep(0.02)
                    self.assertIsNone(process.poll())
                    process.terminate()
                    out, err = process.communicate(timeout=10)
                    self.assertEqual(process.returncode, 130, out + err)

    def test_a_second_one_ends_it_at_once(self):
        with program.BadEngine(self.top, program.silent) as engine:
            process = self.start("ls", environment={"DOCKER_HOST": "unix://" + engine.path})
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=10)
            self.assertEqual(process.returncode, 130)

    def test_a_log_that_is_followed_ends_with_its_reader(self):
        line = b"2026-01-02T03:04:05.000000001Z a=b a line\n"
        frame = b"\x01\0\0\0" + struct.pack(">I", len(line)) + line
        service = json.dumps([{"ID": "s", "Spec": {"Name": "shop_web", "Labels": {"com.docker.stack.namespace": "shop"}}}]).encode()

        def serve(connection, over):
            while True:
                head = program.read_head(connection).split(b"\r\n")[0]
                if not head:
                    return
                if b"/logs" in head:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                    while not over.is_set():
                        connection.sendall(b"%x\r\n" % len(frame) + frame + b"\r\n")
                        time.sleep(0.05)
                    return
                body = b"OK" if b"/_ping" in head else service if b"/services" in head else b"[]"
                connection.sendall(b"HTTP/1.1 200 OK\r\nApi-Version: 1.45\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        with program.BadEngine(self.top, serve) as engine:
            read, write = os.pipe()
            process = self.start("logs", "--follow", environment={"DOCKER_HOST": "unix://" + engine.path}, stdout=write)
            os.close(write)
            self.assertIn(b"a line", os.read(read, 1000))
            os.close(read)
            _, err = process.communicate(timeout=20)
            self.assertEqual((process.returncode, err), (1, ""))


class TestSpecialFiles(program.ProgramTest):
    def test_beside_a_build(self):
        """The Dockerfile and its .dockerignore, read of a context that somebody else filled."""
        self.write("stack.yml", program.COMPOSE + "    build: {context: ./c}\n")
        self.write("c/x", "")
        with program.BadEngine(self.top, program.answering(no_swarm)) as engine:
            for name in ("Dockerfile", ".dockerignore"):
                for kind in ("FIFO", "device", "socket", "a link out of it", "10 GB", "a folder"):
                    for path in (self.top / "c/Dockerfile", self.top / "c/.dockerignore"):
                        if path.is_dir():
                            path.rmdir()
                        path.unlink(missing_ok=True)
                    self.write("c/Dockerfile", "FROM scratch\n")
                    path = self.top / "c" / name
                    path.unlink(missing_ok=True)
                    listener = socket.socket(socket.AF_UNIX)
                    {"FIFO": lambda: os.mkfifo(path), "device": lambda: path.symlink_to("/dev/zero"), "socket": lambda: listener.bind(str(path)),
                     "a link out of it": lambda: path.symlink_to(self.top / "stack.yml"),
                     "10 GB": lambda: (path.touch(), os.truncate(path, 10 << 30)), "a folder": path.mkdir}[kind]()
                    with self.subTest(file=name, kind=kind):
                        ended = self.measured("build", environment={"DOCKER_HOST": "unix://" + engine.path}, timeout=20,
                                              preexec_fn=limited(resource.RLIMIT_AS, MEMORY))
                        if kind == "a link out of it" and name == ".dockerignore":  # rules are read, as docker does, and not sent
                            self.assertEqual(ended.status, 0, ended.out + ended.err)
                        else:
                            self.assertIn(ended.status, (1, 2), ended.out + ended.err)
                            self.assertIn("error", ended.out + ended.err)
                        self.assertLess(ended.mib, MIB)
                    listener.close()


if __name__ == "__main__":
    unittest.main()
