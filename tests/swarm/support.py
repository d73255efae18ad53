"""What the swarm tests share: the lab's environment, calls of skep, the engine's API, a recording proxy."""
import http.client
import json
import os
import pathlib
import random
import re
import socket
import subprocess
import threading
import time
import urllib.parse

TOP = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = TOP / "examples" / "kittenapi"
SKEP = os.environ.get("SKEP", "skep")
LONG = os.environ.get("SKEP_LONG", "no") == "yes"  # everything, else a sample
HOLDING = ("release", "deploy", "rollback", "scale", "restart")  # verbs that wait until tasks have held
HOLD = ("--hold", "5s")  # for a stack that is not about holding: a test has dozens of releases


def dice():
    """A generator of random numbers whose seed is printed; SKEP_SEED=N rolls them again."""
    seed = int(os.environ.get("SKEP_SEED") or random.randrange(10**6))
    print(f"SKEP_SEED={seed}", flush=True)
    return random.Random(seed)


def lab_environment(name=None):
    """KEY=VALUE of `lab env`, over this process's environment."""
    name = name or os.environ["LAB_NAME"]
    text = subprocess.run([str(TOP / "tests/lab/lab"), "env", "--name", name], check=True, capture_output=True,
                          text=True).stdout
    environment = dict(os.environ)
    environment.update(line.split("=", 1) for line in text.splitlines() if "=" in line)
    return environment


class Skep:
    """Runs skep in a folder; keeps what it printed. `hold` goes to each verb that takes it."""

    def __init__(self, environment, folder=EXAMPLE, hold=()):
        self.environment, self.folder, self.hold = environment, folder, hold

    def __call__(self, *args, timeout=900, **environment):
        verb = next((at for at, word in enumerate(args) if word in HOLDING), None)
        if verb is not None:
            args = (*args[:verb + 1], *self.hold, *args[verb + 1:])
        done = subprocess.run([SKEP, *args], cwd=self.folder, env={**self.environment, **environment},
                              capture_output=True, text=True, timeout=timeout)
        return done

    def release(self, *args, **environment):
        return self("release", "--env-file", os.path.join(self.environment["LAB_DIR"], "env"), *args, **environment)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


class Engine:
    """The engine's API, asked without skep."""

    def __init__(self, environment):
        self.socket = environment["DOCKER_HOST"].removeprefix("unix://")

    def call(self, method, path, body=None):
        connection = UnixConnection(self.socket)
        data = None if body is None else json.dumps(body)
        try:
            connection.request(method, path, body=data, headers={"Content-Type": "application/json"})
            answer = connection.getresponse()
            raw = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {raw[:300]!r}")
        return json.loads(raw) if raw else None

    def get(self, path, **filters):
        query = ("&" if "?" in path else "?") + "filters=" + urllib.parse.quote(json.dumps(filters)) if filters else ""
        return self.call("GET", path + query)

    def service(self, name):
        return next((s for s in self.get("/services") if s["Spec"]["Name"] == name), None)

    def running(self, name):
        """Tasks that run and should, by id."""
        return {t["ID"]: t for t in self.get("/tasks", service=[name])
                if t["DesiredState"] == "running" and t["Status"]["State"] == "running"}


class Proxy:
    """Listens on a unix socket, hands everything to the engine's, and writes down each request's method and path, when it
    came and the status of its answer (None while there is none)."""

    def __init__(self, target, path):
        self.target, self.path, self.requests, self.came, self.statuses = target, path, [], [], []
        self.lock, self.awaited = threading.Lock(), {}
        self.listener = socket.socket(socket.AF_UNIX)
        if os.path.exists(path):
            os.unlink(path)
        self.listener.bind(path)
        self.listener.listen(64)
        self.thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.close()
        os.unlink(self.path)

    def writes(self):
        """Requests that change something, or try to."""
        return [r for r in self.requests if r[0] not in ("GET", "HEAD")]

    def tried(self):
        """The same as (when, method, path, status)."""
        with self.lock:
            return [(when, method, path, status) for when, (method, path), status
                    in zip(self.came, self.requests, self.statuses) if method not in ("GET", "HEAD")]

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            engine = socket.socket(socket.AF_UNIX)
            engine.connect(self.target)
            threading.Thread(target=self._up, args=(client, engine), daemon=True).start()
            threading.Thread(target=self._pump, args=(engine, client), daemon=True).start()

    def _pump(self, source, sink):
        try:
            while data := source.recv(65536):
                self._note_status(sink, data)
                if not self.hands_back(sink):
                    return
                sink.sendall(data)
        except OSError:
            pass
        finally:
            for end in (sink, source):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def _note_status(self, client, data):
        """The first bytes after a request are its answer's first line: a connection has one request at a time."""
        with self.lock:
            number = self.awaited.get(client)
            if number is None or not data.startswith(b"HTTP/1.1 ") or data.startswith(b"HTTP/1.1 100"):
                return
            self.statuses[number] = int(data[9:12])
            del self.awaited[client]

    def _up(self, client, engine):
        """Requests pass through a reader that knows where each begins."""
        reader = client.makefile("rb")
        try:
            while True:
                head = []
                while True:
                    line = reader.readline()
                    head.append(line)
                    if line in (b"\r\n", b""):
                        break
                if head == [b""]:
                    return
                method, path = head[0].decode().split(" ")[:2]
                with self.lock:
                    self.awaited[client] = len(self.requests)
                    self.requests.append((method, re.sub(r"^/v1\.\d+", "", path)))
                    self.came.append(time.monotonic())
                    self.statuses.append(None)
                headers = {k.strip().lower(): v.strip() for k, _, v in (h.decode().partition(":") for h in head[1:])}
                if not self.lets_through(method, re.sub(r"^/v1\.\d+", "", path), client):
                    return
                engine.sendall(b"".join(head))
                if "upgrade" in headers:
                    while data := reader.read1(65536):
                        engine.sendall(data)
                    return
                if headers.get("transfer-encoding") == "chunked":
                    self._chunks(reader, engine)
                elif int(headers.get("content-length", 0)):
                    self._copy(reader, engine, int(headers["content-length"]))
        except OSError:
            pass
        finally:
            try:
                engine.shutdown(socket.SHUT_WR)
            except OSError:
                pass

    def hands_back(self, client):
        """The same for what the engine answers."""
        return True

    def lets_through(self, method, path, client):
        """A proxy that fails on purpose says False and closes."""
        return True

    @staticmethod
    def _copy(reader, engine, size):
        while size:
            data = reader.read1(min(size, 65536))
            if not data:
                return
            engine.sendall(data)
            size -= len(data)

    def _chunks(self, reader, engine):
        while True:
            line = reader.readline()
            engine.sendall(line)
            size = int(line.split(b";")[0], 16)
            self._copy(reader, engine, size + 2)
            if size == 0:
                return


def api(gateway, host, method, path, body=None):
    """(status, JSON) of an API behind the gateway."""
    connection = http.client.HTTPConnection(gateway, timeout=10)
    connection.request(method, path, body=None if body is None else json.dumps(body),
                       headers={"Host": host, "Content-Type": "application/json"})
    answer = connection.getresponse()
    raw = answer.read()
    connection.close()
    return answer.status, json.loads(raw) if raw else None


def wait_until(seconds, holds):
    """Asks every second until it holds; after `seconds` it goes on all the same, and the caller's own check speaks."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(1)
