"""The lab's MongoDB for tests: projects of their own with a user of their own, and what they leave behind."""
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from support import EXAMPLE, Engine, Skep

APP_FILES = ("Dockerfile", ".dockerignore", "requirements.txt", "kittenapi.py", "gunicorn.conf.py", "healthcheck.py")
MEMBERS = ("mongo01", "mongo02", "mongo03")
KINDS = {"service": "/services", "secret": "/secrets", "config": "/configs"}


class Lab:
    """The lab's engines and its database, looked at without skep."""

    def __init__(self, environment):
        self.environment, self.engine = environment, Engine(environment)
        self.nodes = environment["NODES"].split(",")

    def on(self, node):
        """The engine of one node."""
        return Engine({"DOCKER_HOST": "unix://" + self.environment["SOCKET_" + node]})

    def objects(self):
        """("service", name), ("secret", name) and ("config", name) of everything there is."""
        found = set()
        for kind, path in KINDS.items():
            found |= {(kind, one["Spec"]["Name"]) for one in self.engine.get(path)}
        return found

    def one_shots(self, stack):
        """What a database step of this stack made and has not taken away, containers on every node included."""
        label = f"skep.oneshot={stack}"
        found = {(kind, one["Spec"]["Name"]) for kind, path in KINDS.items()
                 for one in self.engine.get(path, label=[label])}
        for node in self.nodes:
            everything = self.on(node).call(
                "GET", '/containers/json?all=1&filters=%7B%22label%22%3A%5B%22' + label.replace("=", "%3D") + '%22%5D%7D')
            found |= {("container", f"{node}:{one['Names'][0]}") for one in everything}
        return found

    def member(self, name="mongo01"):
        """(node, container) of a database member that runs."""
        for node in self.nodes:
            for one in self.on(node).get("/containers/json", label=[f"com.docker.swarm.service.name=mongo_{name}"]):
                if one["State"] == "running":
                    return node, one["Id"]
        raise RuntimeError(f"{name} does not run")

    def mongosh(self, script, seconds=120):
        """What `script` prints in mongosh. It comes in by standard input: nothing of it stands in an argv."""
        node, container = self.member()
        done = subprocess.run(
            [self.environment["DOCKER_CLI"], "-H", "unix://" + self.environment["SOCKET_" + node], "exec", "-i", container,
             "mongosh", "--quiet", "--norc", "--nodb", "--file", "/dev/stdin"],
            input=script, capture_output=True, text=True, timeout=seconds)
        if done.returncode:
            raise RuntimeError(f"mongosh: {done.stdout} {done.stderr}")
        return done.stdout.strip()

    def as_admin(self, script, seconds=120):
        """With `admin`, a database handle of the administrator, on the primary."""
        return self.mongosh("""
            var password = require('fs').readFileSync('/run/secrets/mongo_admin_password', 'utf8').trim();
            var admin = new Mongo('mongodb://admin:' + encodeURIComponent(password) +
                '@mongo01,mongo02,mongo03/admin?replicaSet=rs&authSource=admin').getDB('admin');
            """ + script, seconds)

    def with_uri(self, uri, script):
        """With `client`, a connection by `uri`."""
        return self.mongosh(f"var client = new Mongo({json.dumps(uri)});\n{script}")

    def roles(self, user):
        """["readWrite@db", …], or None when there is no such user."""
        said = json.loads(self.as_admin(f"print(JSON.stringify(admin.getUser({json.dumps(user)})))"))
        return said and sorted(f"{r['role']}@{r['db']}" for r in said["roles"])

    def wait_for_primary(self, seconds=240):
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self.as_admin("print(admin.runCommand({hello: 1}).primary)", 60)
            except (RuntimeError, subprocess.TimeoutExpired):
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)

    def wait_for_no_primary(self, seconds=90):
        """As mongo01 sees it: it steps down some 10 s after most members are gone."""
        deadline = time.monotonic() + seconds
        question = "print('primary: ' + (new Mongo('mongodb://localhost').getDB('admin').runCommand({hello: 1}).primary || 'none'))"
        while self.mongosh(question) != "primary: none":
            if time.monotonic() > deadline:
                raise RuntimeError("the replica set still has a primary")
            time.sleep(1)


class Project:
    """A copy of kittenapi under a name of its own: stack, host, database and user."""

    def __init__(self, lab, name, mongodb=None, deliver=None, replicas=1, values=None):
        self.lab, self.name, self.replicas, self.values = lab, name, replicas, values or {}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=name + "-"))
        app = self.folder / "app"
        app.mkdir()
        for file in APP_FILES:
            shutil.copy(EXAMPLE / file, app / file)
        self.user = {"database": name, "roles": ["readWrite"],
                     "deliver": deliver or [{"service": "kittenapi", "env": "MONGODB_URI"}]}
        self.mongodb = {"hosts": list(MEMBERS), "replica_set": "rs", "network": "backend",
                        "admin": {"user": "admin", "password": {"secret": "mongo_admin_password"}},
                        "users": {name: self.user}, **(mongodb or {})}
        self.skep = Skep(lab.environment, self.folder)
        self.write()

    def write(self):
        # What is JSON is YAML.
        values = {"image": "${REGISTRY:?}/sirrtea/kittenapi", "build": "./app", "service": "kittenapi", "port": 8080,
                  "host": f"{self.name}.example.com", "minimal": True, "replicas": self.replicas, "networks": ["frontend", "backend"],
                  "placement": ["node.role == worker"], **self.values}
        project = {"stack": self.name, "template": "web", "values": values, "mongodb": self.mongodb}
        (self.folder / "skep.yml").write_text(json.dumps(project, indent=1))

    def release(self, *args, **environment):
        return self.skep.release(*args, **environment)

    def start(self, *args):
        """A release that goes on."""
        return subprocess.Popen(
            [os.environ.get("SKEP", "skep"), "release", "--env-file", os.path.join(self.lab.environment["LAB_DIR"], "env"), *args],
            cwd=self.folder, env=self.lab.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    @property
    def service(self):
        return f"{self.name}_kittenapi"

    def spec(self):
        return self.lab.engine.service(self.service)["Spec"]["TaskTemplate"]["ContainerSpec"]

    def uri(self):
        """What was delivered by environment."""
        return next(e for e in self.spec()["Env"] if e.startswith("MONGODB_URI=")).removeprefix("MONGODB_URI=")

    def http(self, method, path, body=None):
        host, port = self.lab.environment["GATEWAY"].rsplit(":", 1)
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        try:
            connection.request(method, path, body=body and json.dumps(body),
                               headers={"Host": f"{self.name}.example.com", "Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()

    def wait_http(self, method, path, body=None, seconds=90):
        """The first 2xx: the gateway learns of a service up to 15 s late."""
        if method != "GET":
            self.wait_http("GET", "/kittens", seconds=seconds)  # so that nothing is sent twice
        deadline = time.monotonic() + seconds
        while True:
            try:
                status, text = self.http(method, path, body)
            except (OSError, http.client.HTTPException) as problem:
                status, text = 0, str(problem)
            if 200 <= status < 300:
                return json.loads(text)
            if time.monotonic() > deadline:
                raise AssertionError(f"{method} {path} of {self.name}: {status} {text[:300]}")
            time.sleep(0.5)

    def remove(self):
        """Everything of it, the database and the user included."""
        try:
            done = self.skep("rm", timeout=300)
            if done.returncode and "there is no stack" not in done.stdout + done.stderr:
                raise AssertionError(f"skep rm {self.name}: {done.stdout}{done.stderr}")
            name = json.dumps(self.name)
            self.lab.as_admin(f"if (admin.getUser({name})) admin.dropUser({name}); admin.getSiblingDB({name}).dropDatabase();")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
