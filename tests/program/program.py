"""What tests of the program as a process share: a folder with a project, a home of its own, and engines that misbehave."""
import collections
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SKEP = shutil.which(os.environ.get("SKEP", "skep")) or "skep"
MEASURE = """import os, sys
pid = os.fork()
if pid == 0: os.execv(sys.argv[2], sys.argv[2:])
_, status, usage = os.wait4(pid, 0)
os.write(int(sys.argv[1]), b"%d" % usage.ru_maxrss)
status = os.waitstatus_to_exitcode(status)
os._exit(status if status >= 0 else 128 - status)"""
STATUSES = {0, 1, 2, 3, 4, 5, 6, 130}  # docs: the table of exit statuses
COMPOSE = "services:\n  web:\n    image: registry.example.com/web:1\n"
DATABASE = """mongodb:
  hosts: [mongo01]
  replica_set: rs
  network: backend
  admin: {user: admin, password: {env: ADMIN_PASSWORD}}
  users:
    kitten: {database: kittens, roles: [readWrite], deliver: [{service: web, env: MONGODB_URI}]}
"""

# Every verb that asks an engine, with what it needs on the command line.
VERBS = {
    "ls": [], "status": [], "logs": [], "history": [], "history show": ["1"], "diff": [], "deploy": [], "release": [],
    "build": [], "push": [], "rollback": ["1"], "scale": ["web=2"], "restart": [], "run": ["web", "--", "true"],
    "auth refresh": [], "rm": [], "unlock": [], "mongo ensure": [], "mongo rotate": [], "mongo status": [],
    "node label": ["docker01", "a=b"], "doctor": [], "version": ["--engine"],
}


Ended = collections.namedtuple("Ended", "status out err mib")


class ProgramTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.top = pathlib.Path(temporary.name)
        (self.top / "home").mkdir()
        self.docker = self.top / "home/.docker"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.top / "home"), "ADMIN_PASSWORD": "root-password"}
        self.write("skep.yml", "stack: shop\ntemplate: ./stack.yml\n" + DATABASE)
        self.write("stack.yml", COMPOSE)

    def write(self, name, text):
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def start(self, *args, **how):
        environment = {**self.environment, **how.pop("environment", {})}
        how = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "errors": "replace", **how}
        return subprocess.Popen([SKEP, *args], cwd=how.pop("cwd", self.top), env=environment, **how)

    def skep(self, *args, timeout=30, **how):
        """Runs it to its end, which has a status of the table. Gives (status, standard output, standard error)."""
        process = self.start(*args, **how)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.fail(f"skep {' '.join(args)} was still running after {timeout} s")
        self.assertIn(process.returncode, STATUSES, (args, out, err))
        return process.returncode, out or "", err or ""

    def measured(self, *args, timeout=30, **how):
        """The same, with the most memory that it had, in MiB. What the kernel counts of a child begins with what its parent
        has: a small parent stands between."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as usage:
            environment = {**self.environment, **how.pop("environment", {})}
            process = subprocess.Popen([sys.executable, "-ISc", MEASURE, str(usage.fileno()), SKEP, *args], cwd=self.top, env=environment,
                                       stdin=subprocess.DEVNULL, stdout=out, stderr=err, pass_fds=[usage.fileno()],
                                       start_new_session=True, **how)
            try:
                process.wait(timeout)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                self.fail(f"skep {' '.join(args)} was still running after {timeout} s")
            for file in (out, err, usage):
                file.seek(0)
            said = [file.read(10 << 20).decode(errors="replace") for file in (out, err)]
            self.assertIn(process.returncode, STATUSES, (args, said))
            return Ended(process.returncode, *said, int(usage.read()) // 1024)


class BadEngine:
    """Listens on a unix socket and gives each connection to `serve(connection)` in a thread."""

    def __init__(self, folder, serve):
        self.path = str(pathlib.Path(folder) / "bad.sock")
        self.serve, self.over = serve, threading.Event()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(64)

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.listener.close()
        os.unlink(self.path)

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.handle, args=(connection,), daemon=True).start()

    def handle(self, connection):
        try:
            self.serve(connection, self.over)
        except OSError:
            pass
        finally:
            connection.close()


class TcpServer:
    """The same on 127.0.0.1; `seen` holds the heads of the requests."""

    def __init__(self, serve):
        self.serve, self.over, self.seen = serve, threading.Event(), []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=BadEngine.accept, args=(self,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.listener.close()

    def handle(self, connection):
        try:
            head = read_head(connection)
            self.seen.append(head)
            if head:
                self.serve(connection, self.over)
        except OSError:
            pass
        finally:
            connection.close()


def read_head(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(65536)
        if not more:
            return b""
        head += more
    return head


def silent(_, over):
    over.wait()


def dripping(connection, over):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nApi-Version: 1.45\r\nContent-Length: 1000000\r\n\r\n")
    while not over.is_set():
        connection.sendall(b" ")
        time.sleep(0.3)


def answering(answer):
    """Answers each request by answer(first line) → (status, body); a _ping by itself."""
    def serve(connection, _):
        data = b""
        while True:
            while b"\r\n\r\n" not in data:
                more = connection.recv(65536)
                if not more:
                    return
                data += more
            head, _, data = data.partition(b"\r\n\r\n")
            line = head.split(b"\r\n")[0].decode()
            length = next((int(h.split(b":")[1]) for h in head.lower().split(b"\r\n") if h.startswith(b"content-length:")), 0)
            while len(data) < length:
                data += connection.recv(65536)
            data = data[length:]
            status, body = (200, b"OK") if "/_ping" in line else answer(line)
            connection.sendall(b"HTTP/1.1 %d X\r\nApi-Version: 1.45\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)
    return serve
