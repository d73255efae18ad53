#!/usr/bin/env python3
"""A recording engine: answers on a unix socket as a Swarm manager would, and writes down every request.

It keeps what is created (so that a client finds it again) and nothing else: no task ever runs. Ids are made from
names, so that bodies recorded from two clients can be compared by names. An unknown route answers 501 and is
recorded, so that a case fails loudly instead of quietly testing nothing.

    recorder.py SOCKET OUT.jsonl [--network NAME]... [--secret NAME]... [--config NAME]... [--api VERSION]
"""
import argparse
import base64
import hashlib
import http.server
import json
import os
import re
import signal
import socketserver
import threading
import urllib.parse

API_VERSION = "1.50"
TIME = "2024-01-01T00:00:00.000000000Z"
NAMESPACE = "com.docker.stack.namespace"


def id_of(kind, name):
    """25 characters, like Swarm's own ids."""
    digest = hashlib.sha256(f"{kind}/{name}".encode()).hexdigest()
    return digest[:25] if kind != "network" else digest[:25]


class State:
    """What the recording engine knows: objects by kind and name, and the requests it has seen."""

    KINDS = ("network", "secret", "config", "service")

    def __init__(self, externals=None, labels=None):
        self.nodes = [node(1, "manager", labels or {}), node(2, "worker", labels or {}), node(3, "worker", labels or {})]
        self.lock = threading.Lock()
        self.requests = []
        self.secret_data = {}
        self.objects = {kind: {} for kind in self.KINDS}
        self.index = 10
        for name in ("bridge", "host", "none"):  # every engine has them
            driver = "null" if name == "none" else name
            self.objects["network"][name] = {**self.make("network", name, {"Driver": driver}), "Scope": "local"}
        for kind, names in (externals or {}).items():
            for name in names:
                self.objects[kind][name] = self.make(kind, name, {"Name": name, "Labels": {}})

    def make(self, kind, name, spec):
        self.index += 1
        if kind == "network":
            return {"Id": id_of(kind, name), "Name": name, "Created": TIME, "Scope": "swarm",
                    "Driver": spec.get("Driver") or "overlay", "Labels": spec.get("Labels") or {},
                    "IPAM": spec.get("IPAM") or {"Driver": "default", "Config": []}, "Internal": bool(spec.get("Internal")),
                    "Attachable": bool(spec.get("Attachable")), "Ingress": False, "EnableIPv6": False,
                    "ConfigFrom": {"Network": ""}, "ConfigOnly": False, "Containers": None,
                    "Options": spec.get("Options") or {}}
        spec = dict(spec)
        if kind == "secret":  # an engine keeps it and never gives it back
            self.secret_data[name] = spec.pop("Data", None)
        thing = {"ID": id_of(kind, name), "Version": {"Index": self.index}, "CreatedAt": TIME, "UpdatedAt": TIME,
                 "Spec": spec}
        if kind == "service":
            thing["Endpoint"] = {"Spec": spec.get("EndpointSpec") or {}}
        return thing

    def find(self, kind, key):
        for name, thing in self.objects[kind].items():
            if key in (name, thing.get("ID"), thing.get("Id")):
                return thing
        return None


def labels_of(kind, thing):
    return (thing.get("Labels") if kind == "network" else thing["Spec"].get("Labels")) or {}


def name_of(kind, thing):
    return thing["Name"] if kind == "network" else thing["Spec"]["Name"]


def wanted(filters, key):
    """Docker sends {"label": {"a=b": true}} or {"label": ["a=b"]}."""
    value = filters.get(key) or []
    return list(value)


def matches(kind, thing, filters):
    labels = labels_of(kind, thing)
    for label in wanted(filters, "label"):
        key, equals, value = label.partition("=")
        if key not in labels or (equals and labels[key] != value):
            return False
    names = wanted(filters, "name")
    if names and not any(name_of(kind, thing).startswith(name) for name in names):
        return False
    ids = wanted(filters, "id")
    return not ids or (thing.get("ID") or thing.get("Id")) in ids


INFO = {"ID": "recorder", "Name": "docker01", "ServerVersion": "28.2.2", "OSType": "linux", "Architecture": "x86_64",
        "Driver": "overlay2", "Swarm": {"NodeID": "node01", "NodeAddr": "127.0.0.1", "LocalNodeState": "active",
                                        "ControlAvailable": True, "Error": "", "Managers": 1, "Nodes": 1,
                                        "Cluster": {"ID": "cluster01"}}}
def node(number, role, labels):
    """One of the swarm's nodes; every one carries the labels that a case asks for."""
    name = f"docker{number:02}"
    made = {"ID": f"node{number:02}", "Version": {"Index": 9}, "CreatedAt": TIME, "UpdatedAt": TIME,
            "Spec": {"Labels": labels, "Role": role, "Availability": "active"},
            "Description": {"Hostname": name, "Platform": {"Architecture": "x86_64", "OS": "linux"},
                            "Resources": {"NanoCPUs": 64_000_000_000, "MemoryBytes": 1 << 40, "GenericResources": [
                                {"DiscreteResourceSpec": {"Kind": "gpu", "Value": 8}},
                                {"DiscreteResourceSpec": {"Kind": "ssd", "Value": 8}}]},
                            "Engine": {"EngineVersion": "28.2.2"}},
            "Status": {"State": "ready", "Addr": f"127.0.0.{number}"}}
    if role == "manager":
        made["ManagerStatus"] = {"Leader": True, "Reachability": "reachable", "Addr": "127.0.0.1:2377"}
    return made


SWARM = {"ID": "cluster01", "Version": {"Index": 8}, "CreatedAt": TIME, "UpdatedAt": TIME, "Spec": {"Name": "default"}}
VERSION = {"Version": "28.2.2", "MinAPIVersion": "1.24", "Os": "linux", "Arch": "amd64"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Docker/28.2.2 (linux)"

    def log_message(self, *args):  # quiet: the recording is the log
        pass

    def address_string(self):
        return "unix"

    def body(self):
        if "chunked" in (self.headers.get("Transfer-Encoding") or ""):
            data = b""
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                data += self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    return data
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status, value=None):
        data = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Api-Version", self.server.api)
        self.send_header("Ostype", "linux")
        self.send_header("Swarm", "active/manager")
        self.send_header("Builder-Version", "2")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def handle_any(self):
        url = urllib.parse.urlsplit(self.path)
        path = re.sub(r"^/v[0-9.]+", "", url.path)
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        raw = self.body()
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            body = {"not json": raw.decode("utf-8", "replace")}
        state = self.server.state
        with state.lock:
            status, value = self.route(state, self.command, path, query, body)
            state.requests.append({"method": self.command, "path": path, "query": query, "body": body,
                                   "status": status})
        self.answer(status, value)

    do_GET = do_HEAD = do_POST = do_DELETE = handle_any

    def route(self, state, method, path, query, body):
        if path == "/_ping":
            return 200, "OK"
        fixed = {"/info": INFO, "/version": {**VERSION, "ApiVersion": self.server.api}, "/swarm": SWARM, "/nodes": state.nodes, "/tasks": []}
        if method == "GET" and path in fixed:
            return 200, fixed[path]
        found = re.fullmatch(r"/distribution/(.+)/json", path)
        if method == "GET" and found and found.group(1).startswith("away.example/"):
            return 500, {"message": "Get \"https://away.example/v2/\": dial tcp: lookup away.example: no such host"}
        if method == "GET" and found:
            name = found.group(1)
            if ":" not in name.rsplit("/", 1)[-1]:  # what docker asks for by its tag, too
                name += ":latest"
            digest = "sha256:" + hashlib.sha256(name.encode()).hexdigest()
            return 200, {"Descriptor": {"mediaType": "application/vnd.oci.image.index.v1+json", "digest": digest,
                                        "size": 1000}, "Platforms": [{"architecture": "amd64", "os": "linux"}]}
        found = re.fullmatch(r"/(network|secret|config|service)s(?:/([^/]+))?(/update)?", path)
        if not found:
            return 501, {"message": f"the recorder does not know {method} {path}"}
        kind, key, update = found.groups()
        filters = json.loads(query.get("filters") or "{}")
        if method == "GET" and key is None:
            return 200, [t for t in state.objects[kind].values() if matches(kind, t, filters)]
        if method == "POST" and key == "create":
            return self.create(state, kind, body)
        thing = state.find(kind, urllib.parse.unquote(key or ""))
        if thing is None:
            return 404, {"message": f"{kind} {key} not found"}
        if method == "GET":
            return 200, thing
        name = name_of(kind, thing)
        if method == "DELETE":
            del state.objects[kind][name]
            return 200, None
        if method == "POST" and update and query.get("version") != str(thing.get("Version", {}).get("Index")):
            return self.refused_update(state, kind, name, body)
        if method == "POST" and update:
            if kind == "config":  # its data cannot be changed, and need not be sent
                body = {**body, "Data": thing["Spec"].get("Data")}
            state.objects[kind][name] = state.make(kind, name, body)
            return 200, {"Warnings": None} if kind == "service" else None
        return 501, {"message": f"the recorder does not know {method} {path}"}

    def refused_update(self, state, kind, name, body):
        """A stale version: for other content than the secret's an engine says so instead."""
        if kind == "secret" and (body or {}).get("Data") not in (None, state.secret_data.get(name)):
            return 400, {"message": "rpc error: code = InvalidArgument desc = only updates to Labels are allowed"}
        return 500, {"message": "rpc error: code = Unknown desc = update out of sequence"}

    def create(self, state, kind, body):
        name = (body or {}).get("Name") or ""
        if not name or name in state.objects[kind]:
            return 409 if name else 400, {"message": f"{kind} {name} cannot be created"}
        if kind in ("secret", "config"):
            base64.b64decode(body.get("Data") or "", validate=True)
        state.objects[kind][name] = state.make(kind, name, body)
        return 201, {"Id" if kind == "network" else "ID": id_of(kind, name)}


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64


class Recorder:
    """`with Recorder(socket, externals, labels, api) as r: …; r.requests`; externals is {"network": [...], "secret": [...],
    …}, labels are those of every node, api is the newest version of the API that it speaks."""

    def __init__(self, path, externals=None, labels=None, api=API_VERSION):
        self.path = path
        self.api = api
        self.state = State(externals, labels)

    @property
    def requests(self):
        return self.state.requests

    def __enter__(self):
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.server = Server(self.path, Handler)
        self.server.state = self.state
        self.server.api = self.api
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *exc):
        self.server.shutdown()
        self.server.server_close()
        os.unlink(self.path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("socket")
    parser.add_argument("out")
    for kind in ("network", "secret", "config"):
        parser.add_argument(f"--{kind}", action="append", default=[])
    parser.add_argument("--api", default=API_VERSION)
    args = parser.parse_args()
    externals = {kind: getattr(args, kind) for kind in ("network", "secret", "config")}
    done = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: done.set())
    signal.signal(signal.SIGINT, lambda *_: done.set())
    with Recorder(args.socket, externals, api=args.api) as recorder:
        done.wait()
        with open(args.out, "w", encoding="utf-8") as out:
            for request in recorder.requests:
                out.write(json.dumps(request, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
