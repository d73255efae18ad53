"""Passwords are nowhere but where they were delivered: every place where one could show is read while and after skep runs,
and the same reading finds canaries that were put there."""
import base64
import json
import os
import pathlib
import re
import struct
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
import zlib

from databases import Lab, Project
from support import SKEP, UnixConnection, lab_environment

INTERVAL = 0.25
MOST_OF_A_FILE = 32 << 20
FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/run")


def spellings(secret):
    """The text as it is, in a URL, in JSON, and in base64 wherever in a longer text it begins."""
    found = {secret, urllib.parse.quote(secret, safe=""), json.dumps(secret)[1:-1]}
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + secret.encode()).decode()
        # Its first and last characters depend on the neighbours.
        found.add(encoded[(0, 2, 3)[shift]:len(encoded) // 4 * 4 - 4])
    return found


def leaves(value, place=""):
    """(place, text) of every key and value of a JSON document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{place}/(key)", key
            yield from leaves(inner, f"{place}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{place}/{number}")
    elif isinstance(value, str):
        yield place, value


def unframed(raw):
    """A log without the heads of its frames."""
    text = b""
    while len(raw) >= 8:
        size = struct.unpack(">I", raw[4:8])[0]
        text, raw = text + raw[8:8 + size], raw[8 + size:]
    return (text + raw).decode(errors="replace")


class Evidence:
    """What was seen, by place; the one search that both the passwords and the canaries go through."""

    def __init__(self):
        self.seen, self.lock = set(), threading.Lock()

    def add(self, place, text):
        with self.lock:
            self.seen.add((place, text))

    def add_json(self, place, document):
        for where, text in leaves(document):
            self.add(place + where, text)

    def search(self, secret):
        needles = spellings(secret)
        return {place for place, text in self.seen if any(needle in text for needle in needles)}

    def places(self, kind):
        return sum(place.startswith(kind + " ") for place, _ in self.seen)


class Watch:
    """Reads all places, again and again while the `with` block runs and once more at its end."""

    def __init__(self, lab, evidence, folders=()):
        self.lab, self.evidence, self.folders = lab, evidence, (*FOLDERS, *map(str, folders))
        self.ended, self.problems = threading.Event(), []

    def __enter__(self):
        self.began = time.time()
        self.files = self.listing()
        self.threads = [threading.Thread(target=self.again, args=(read, pause))
                        for read, pause in ((self.read_processes, 0.01), (self.read_engines, INTERVAL))]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()
        self.read_engines()
        self.read_service_logs()
        self.read_events()
        self.read_files()
        if self.problems:
            raise self.problems[0]

    def again(self, read, pause):
        try:
            while not self.ended.is_set():
                read()
                time.sleep(pause)
        except Exception as problem:  # handed to the thread that waits
            self.problems.append(problem)

    def run(self, name, argv, **options):
        """A program whose output is a place too; files that it has open for writing are as well."""
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **options)
        opened = threading.Thread(target=self.read_open_files, args=(process,))
        opened.start()
        text = process.communicate(timeout=600)[0]
        opened.join()
        self.evidence.add("output " + name, text)
        return process.returncode, text

    def read_processes(self):
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open(f"/proc/{entry}/cmdline", "rb") as file:
                        self.evidence.add("argv", file.read().replace(b"\0", b" ").decode(errors="replace"))
                except OSError:
                    pass  # it has ended

    def read_open_files(self, process):
        """A file that is written and removed again while it runs leaves no trace but this."""
        while process.poll() is None:
            try:
                for entry in os.scandir(f"/proc/{process.pid}/fd"):
                    path = os.readlink(entry.path)
                    flags = re.search(r"flags:\s*(\d+)", pathlib.Path(f"/proc/{process.pid}/fdinfo/{entry.name}").read_text())
                    if path.startswith("/") and not path.startswith(("/dev/", "/proc/")) and int(flags[1], 8) & 3:
                        with open(entry.path, "rb") as file:
                            self.evidence.add("open-file " + path, file.read(MOST_OF_A_FILE).decode(errors="replace"))
            except OSError:
                pass
            time.sleep(0.005)

    def raw(self, engine, path):
        connection = UnixConnection(engine.socket)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            data = answer.read()
            return data if answer.status < 300 else None
        finally:
            connection.close()

    def read_json(self, engine, path):
        """None where it is gone by now."""
        data = self.raw(engine, path)
        return None if data is None else json.loads(data)

    def read_engines(self):
        engine = self.lab.engine
        names = {}
        for service in engine.get("/services"):
            names[service["ID"]] = service["Spec"]["Name"]
            self.evidence.add_json("service " + service["Spec"]["Name"], service)
            single = self.read_json(engine, "/services/" + service["ID"])
            self.evidence.add_json("service " + service["Spec"]["Name"], single)
        for task in engine.get("/tasks"):
            self.evidence.add_json("task " + names.get(task["ServiceID"], "?"), task)
        for kind, path in (("node", "/nodes"), ("network", "/networks"), ("secret", "/secrets"), ("volume", "/volumes"),
                           ("image", "/images/json?all=1"), ("swarm", "/swarm"), ("info", "/info")):
            self.evidence.add_json(kind + " list", engine.get(path))
        for config in engine.get("/configs"):
            name = config["Spec"]["Name"]
            self.evidence.add_json("config " + name, config)
            data = base64.b64decode(config["Spec"].get("Data", ""))
            self.evidence.add(f"config {name} data", data.decode(errors="replace"))
            # A release record is compressed; where in the data that begins is not this test's business.
            for at in (i for i, byte in enumerate(data[:64]) if byte == 0x78):
                try:
                    self.evidence.add(f"config {name} decompressed", zlib.decompressobj().decompress(data[at:]).decode())
                except (zlib.error, UnicodeDecodeError):
                    pass
        for node in self.lab.nodes:
            self.read_containers(node)

    def read_containers(self, node):
        engine = self.lab.on(node)
        for one in engine.get("/containers/json?all=1"):
            service = one["Labels"].get("com.docker.swarm.service.name", "?")
            inspected = self.read_json(engine, f"/containers/{one['Id']}/json")
            self.evidence.add_json("container " + service, inspected)
            top = self.read_json(engine, f"/containers/{one['Id']}/top") if one["State"] == "running" else None
            self.evidence.add_json("top " + service, top)
            log = self.raw(engine, f"/containers/{one['Id']}/logs?stdout=1&stderr=1&since={int(self.began)}")
            if log:
                self.evidence.add("container-log " + service, unframed(log))

    def read_service_logs(self):
        for service in self.lab.engine.get("/services"):
            log = self.raw(self.lab.engine, f"/services/{service['ID']}/logs?stdout=1&stderr=1&details=1&since={int(self.began)}")
            self.evidence.add("service-log " + service["Spec"]["Name"], unframed(log or b""))
        for path in pathlib.Path(self.lab.environment["LAB_DIR"]).rglob("*.log"):
            if path.is_file() and path.stat().st_mtime >= self.began - 1:
                self.evidence.add(f"engine-log {path}", path.read_text(errors="replace"))

    def read_events(self):
        for node in self.lab.nodes:
            data = self.raw(self.lab.on(node), f"/events?since={int(self.began)}&until={int(time.time()) + 1}")
            self.evidence.add("event " + node, data.decode(errors="replace"))

    def listing(self):
        """(size, time) of each file; the lab's own folders are the engines' inside."""
        found = {}
        labs = os.path.dirname(self.lab.environment["LAB_DIR"])
        for top in self.folders:
            for folder, folders, files in os.walk(top):
                folders[:] = [f for f in folders if os.path.join(folder, f) != labs]
                for file in files:
                    path = os.path.join(folder, file)
                    try:
                        state = os.lstat(path)
                    except OSError:
                        continue
                    found[path] = (state.st_size, state.st_mtime_ns)
        return found

    def read_files(self):
        for path, state in self.listing().items():
            if self.files.get(path) != state and os.path.isfile(path) and not os.path.islink(path):
                try:
                    with open(path, "rb") as file:
                        self.evidence.add("file " + path, file.read(MOST_OF_A_FILE).decode(errors="replace"))
                except OSError:
                    pass  # another program's, and gone


class SecrecyTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(lab_environment())

    def setUp(self):
        self.before = self.lab.objects()

    def gone(self, project):
        project.remove()
        self.assertEqual(self.lab.objects(), self.before)

    def project(self, name, **settings):
        project = Project(self.lab, name, **settings)
        self.addCleanup(self.gone, project)
        return project

    def test_passwords_are_only_where_they_were_delivered(self):
        """Two releases: one that makes the user (text, -v), one that replaces its password (JSON)."""
        project = self.project("secrecy", mongodb={"admin": {"user": "admin", "password": {"env": "DB_ADMIN_PASSWORD"}}})
        admin = pathlib.Path(self.lab.environment["MONGO_ADMIN_PASSWORD_FILE"]).read_text().strip()
        evidence = Evidence()
        passwords = []
        for name, args in (("-v", ("release", "-v")), ("-o json", ("release", "--verify", "-o", "json", "-v"))):
            with tempfile.TemporaryDirectory(prefix="secrecy-home-") as home:
                environment = {**self.lab.environment, "HOME": home, "TMPDIR": home, "DB_ADMIN_PASSWORD": admin}
                with Watch(self.lab, evidence, [project.folder, home]) as watch:
                    status, text = watch.run(name, [SKEP, *args], cwd=project.folder, env=environment)
                    self.assertEqual(status, 0, text)
                    # Another look by other verbs, at what is there now.
                    for verb in ("status", "diff", "render", "mongo status", "logs", "ls"):
                        for form in ((), ("-o", "json")):
                            watch.run(verb + " ".join(form), [SKEP, *verb.split(), *form], cwd=project.folder, env=environment)
            passwords.append(urllib.parse.unquote(project.uri().split("//")[1].split("@")[0].split(":")[1]))
            if len(passwords) == 1:
                self.lab.as_admin(f"admin.changeUserPassword({json.dumps(project.name)}, 'changed-behind-its-back')")
        self.assertNotEqual(*passwords)

        for kind in ("service", "task", "config", "container", "container-log", "event", "output", "secret"):
            self.assertGreater(evidence.places(kind), 0, kind)
        one_shot = [place for place, _ in evidence.seen if place.startswith("service skep-secrecy-mongo-")]
        self.assertTrue(one_shot, "the database step was not seen at work")
        self.assertTrue(any("/skep-mongo.js" in text for place, text in evidence.seen if place == "argv"),
                        "no argv of the database step was seen")
        self.assertTrue(any(place.startswith("config skep.secrecy.r1 decompressed") for place, _ in evidence.seen))
        self.assertEqual(evidence.search(admin), set())
        delivered = re.compile(rf"(service {project.service}/(Spec|PreviousSpec)/TaskTemplate/ContainerSpec/Env/\d+"
                               rf"|task {project.service}/Spec/ContainerSpec/Env/\d+"
                               rf"|container {project.service}/Config/Env/\d+)")
        for password in passwords:
            found = evidence.search(password)
            self.assertIn(f"service {project.service}/Spec/TaskTemplate/ContainerSpec/Env/0", found)
            self.assertEqual({place for place in found if not delivered.fullmatch(place)}, set())

    def test_canaries_are_found(self):
        """One in each place; in some in another spelling."""
        kinds = ("service-label", "argv", "container-env", "log", "config", "record", "secret-label", "cwd", "home", "tmp",
                 "text", "json", "base64", "url", "gone-file")
        canary = {kind: f"canary/{kind}+{os.urandom(8).hex()}" for kind in kinds}
        evidence = Evidence()
        call = self.lab.engine.call
        with tempfile.TemporaryDirectory(prefix="canary-cwd-") as cwd, tempfile.TemporaryDirectory(prefix="canary-home-") as home:
            environment = {**self.lab.environment, "HOME": home}
            shared = tempfile.NamedTemporaryFile("w", prefix="canary-")
            self.addCleanup(shared.close)
            with Watch(self.lab, evidence, [cwd, home]) as watch:
                pathlib.Path(cwd, "a").write_text(canary["cwd"])
                pathlib.Path(home, "b").write_text(f"\0{base64.b64encode(b'x' + canary['home'].encode()).decode()}")
                shared.write(canary["tmp"])
                shared.flush()
                made = []
                self.addCleanup(lambda: [self.delete(path) for path in made])
                for name, data in (("canary-config", canary["config"].encode()),
                                   ("canary-record", b"\x01" + zlib.compress(canary["record"].encode()))):
                    made.append("/configs/" + call("POST", "/configs/create", {
                        "Name": name, "Labels": {}, "Data": base64.b64encode(data).decode()})["ID"])
                made.append("/secrets/" + call("POST", "/secrets/create", {
                    "Name": "canary-secret", "Labels": {"canary": canary["secret-label"]}, "Data": "eA=="})["ID"])
                service = {
                    "Name": "canary", "Labels": {"canary": canary["service-label"]},
                    "TaskTemplate": {"ContainerSpec": {
                        "Image": self.lab.environment["REGISTRY_OPEN"] + "/busybox:1",
                        "Labels": {"url": urllib.parse.quote(canary["url"], safe="")},
                        "Env": ["CANARY=" + canary["container-env"], "LOG=" + canary["log"],
                                "BASE64=" + base64.b64encode(("xy" + canary["base64"] + "z").encode()).decode()],
                        "Command": ["sh", "-c", 'echo "$LOG"; while :; do sleep 1; done', canary["argv"]]},
                        "LogDriver": {"Name": "json-file"}, "RestartPolicy": {"Condition": "none"}},
                    "Mode": {"Replicated": {"Replicas": 1}}, "EndpointSpec": {"Mode": "dnsrr"}}
                made.insert(0, "/services/" + call("POST", "/services/create", service)["ID"])
                deadline = time.monotonic() + 90
                while not self.lab.engine.running("canary"):
                    self.assertLess(time.monotonic(), deadline, "the canary's service does not start")
                    time.sleep(0.2)
                # What skep itself prints: the name of a file that is not there.
                for kind, form in (("text", ()), ("json", ("-o", "json"))):
                    watch.run(kind, [SKEP, "lint", "-f", canary[kind], *form], cwd=cwd, env=environment)
                watch.run("gone", ["sh", "-c", 'exec 9<>"$1"; rm "$1"; printf %s "$2" >&9; sleep 1', "sh", cwd + "/gone",
                                   canary["gone-file"]], cwd=cwd, env=environment)
                time.sleep(3)
        expected = {
            "service-label": ("service canary/Spec/Labels/canary",),
            "argv": ("argv", "service canary/Spec/TaskTemplate/ContainerSpec/Command/3", "top canary"),
            "container-env": ("container canary/Config/Env/0", "task canary/Spec/ContainerSpec/Env/0"),
            "log": ("container-log canary", "service-log canary"),
            "config": ("config canary-config data",),
            "record": ("config canary-record decompressed",),
            "secret-label": ("secret list/",),
            "cwd": (f"file {cwd}/a",),
            "home": (f"file {home}/b",),
            "tmp": (f"file {shared.name}",),
            "text": ("output text",),
            "json": ("output json",),
            "base64": ("container canary/Config/Env/2",),
            "url": ("container canary/Config/Labels/url", "event "),
            "gone-file": (f"open-file {cwd}/gone",),
        }
        self.assertEqual(set(expected), set(kinds))
        for kind, places in expected.items():
            found = evidence.search(canary[kind])
            for place in places:
                self.assertTrue(any(one.startswith(place) for one in found), f"{kind}: not found in {place}, but in {found}")
        self.assertEqual(evidence.search("canary/" + os.urandom(8).hex()), set())

    def delete(self, path):
        """What is in use by a task that ends goes a moment later."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.lab.engine.call("DELETE", path)
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def attempts(self, uri, own):
        """What each of them gives, or the name of its error. mongosh awaits a call only where it stands by itself."""
        attempts = {"write": "own.kittens.insertOne({_id: 77, name: 'Tom'}).acknowledged",
                    "read": "own.kittens.findOne({_id: 77}).name",
                    "otherWrite": "other.kittens.insertOne({_id: 1}).acknowledged",
                    "otherRead": "other.kittens.findOne({})",
                    "users": "client.getDB('admin').getUsers()",
                    "grant": f"client.getDB('admin').grantRolesToUser({json.dumps(own)}, ['root'])"}
        script = f"var own = client.getDB({json.dumps(own)}), other = client.getDB('of_somebody_else'), said = {{}};\n"
        for name, act in attempts.items():
            script += f"try {{ said.{name} = {act}; }} catch (error) {{ said.{name} = error.codeName; }}\n"
        return json.loads(self.lab.with_uri(uri, script + "print(JSON.stringify(said));"))

    def test_the_delivered_uri_opens_its_database_and_no_other(self):
        project = self.project("secrecyuri")
        done = project.release()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        said = self.attempts(project.uri(), project.name)
        self.assertEqual(said, {"write": True, "read": "Tom", "otherWrite": "Unauthorized", "otherRead": "Unauthorized",
                                "users": "Unauthorized", "grant": "Unauthorized"})


if __name__ == "__main__":
    unittest.main()
