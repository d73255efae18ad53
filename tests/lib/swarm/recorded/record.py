#!/usr/bin/env python3
"""Records what a real engine makes of service specs: record.py SOCKET > ENGINE.json

Each spec is posted by ids and read back twice: as GET /services/ID says it, and with insertDefaults=true. The recording
holds the spec by names. Engines refuse some fields (a newer API's); those specs are left out, with the refusal.
"""
import copy
import http.client
import json
import socket
import sys
import urllib.parse


class Engine(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("engine")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def call(path, method, url, body=None):
    engine = Engine(path)
    engine.request(method, url, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
    answer = engine.getresponse()
    text = answer.read()
    return answer.status, json.loads(text) if text else None


def base():
    return {"Name": "echo", "TaskTemplate": {"ContainerSpec": {"Image": "nothing:1"}},
            "Mode": {"Replicated": {"Replicas": 0}}}


def container(**fields):
    spec = base()
    spec["TaskTemplate"]["ContainerSpec"].update(fields)
    return spec


def task(**fields):
    spec = base()
    spec["TaskTemplate"].update(fields)
    return spec


def top(**fields):
    return {**base(), **fields}


FILE = {"UID": "0", "GID": "0", "Mode": 292}


def specs():
    yield base()
    # As docker's CLI sends it for the shortest stack file.
    yield {"Name": "echo", "Labels": {"com.docker.stack.namespace": "s", "com.docker.stack.image": "nothing"},
           "TaskTemplate": {"ContainerSpec": {"Image": "nothing", "Labels": {"com.docker.stack.namespace": "s"},
                                              "Privileges": {"CredentialSpec": None, "SELinuxContext": None,
                                                             "NoNewPrivileges": False}},
                            "Resources": {}, "Placement": {}, "ForceUpdate": 0,
                            "Networks": [{"Target": "front", "Aliases": ["web"]}]},
           "Mode": {"Replicated": {}}, "EndpointSpec": {}}
    yield top(Labels={})
    yield top(Labels={"a": "", "b": "1"})
    for name, value in {
            "Labels": {"a": ""}, "Command": ["a", "b"], "Args": ["x", ""], "Hostname": "h", "Env": ["B=2", "A=1", "C", "D="],
            "Dir": "/d", "User": "u", "Groups": ["g", "f"], "StopSignal": "SIGINT", "TTY": True, "OpenStdin": True,
            "ReadOnly": True, "Hosts": ["1.2.3.4 b", "1.2.3.4 a"], "Isolation": "", "Sysctls": {"net.core.somaxconn": "1"},
            "CapabilityAdd": ["CAP_SYS_ADMIN", "CAP_KILL"], "CapabilityDrop": ["CAP_CHOWN"],
            "Ulimits": [{"Name": "nofile", "Soft": 1, "Hard": 2}, {"Name": "core", "Soft": 0, "Hard": 0}],
            "StopGracePeriod": 30000000000, "OomScoreAdj": 5, "DNSConfig": {"Nameservers": ["8.8.8.8"], "Search": ["s"],
                                                                         "Options": ["o"]},
            "Healthcheck": {"Test": ["CMD", "true"], "Interval": 1000000000, "Timeout": 2000000000, "Retries": 3,
                            "StartPeriod": 4000000000},
    }.items():
        yield container(**{name: value})
    for init in (True, False, None):
        yield container(Init=init)
    for grace in (0, 10000000000):
        yield container(StopGracePeriod=grace)
    yield container(Labels={}, Command=[], Args=[], Env=[], Mounts=[], Hosts=[], Secrets=[], Configs=[], DNSConfig={},
                    Healthcheck={}, Sysctls={}, CapabilityAdd=[], Ulimits=[], Privileges={})
    yield container(Healthcheck={"Test": ["NONE"]})
    yield container(Healthcheck={"Interval": 5000000000, "StartInterval": 2000000000})
    yield container(Privileges={"NoNewPrivileges": True})
    yield container(Privileges={"SELinuxContext": {"Disable": True}})
    yield container(Privileges={"SELinuxContext": {"User": "u", "Role": "r", "Type": "t", "Level": "l"}})
    yield container(Privileges={"CredentialSpec": {"Config": "", "File": "f.json", "Registry": ""}})
    yield container(Privileges={"CredentialSpec": {"Config": "conf", "File": "", "Registry": ""}},
                    Configs=[{"ConfigName": "conf", "Runtime": {}}])
    for mount in (
            {"Type": "volume", "Source": "v", "Target": "/d"},
            {"Type": "volume", "Target": "/d", "VolumeOptions": {}},
            {"Type": "volume", "Source": "v", "Target": "/d", "ReadOnly": True, "VolumeOptions": {
                "NoCopy": True, "Labels": {"a": ""}, "DriverConfig": {"Name": "nfs", "Options": {"o": ""}}}},
            {"Type": "volume", "Source": "v", "Target": "/d", "VolumeOptions": {"Subpath": "x"}},
            {"Type": "bind", "Source": "/s", "Target": "/d"},
            {"Type": "bind", "Source": "/s", "Target": "/d", "Consistency": "cached", "BindOptions": {}},
            {"Type": "bind", "Source": "/s", "Target": "/d", "BindOptions": {"Propagation": "rslave"}},
            {"Type": "bind", "Source": "/s", "Target": "/d", "BindOptions": {"NonRecursive": True}},
            {"Type": "tmpfs", "Target": "/d"},
            {"Type": "tmpfs", "Target": "/d", "TmpfsOptions": {"SizeBytes": 5, "Mode": 448}},
            {"Type": "npipe", "Source": "/s", "Target": "/d"}):
        yield container(Mounts=[mount])
    yield container(Mounts=[{"Type": "tmpfs", "Target": "/z"}, {"Type": "tmpfs", "Target": "/a"}])
    yield container(Secrets=[{"SecretName": "sec", "File": {"Name": "b", **FILE}},
                             {"SecretName": "sec", "File": {"Name": "a", **FILE, "Mode": 0}}])
    yield container(Configs=[{"ConfigName": "conf", "File": {"Name": "/b", **FILE}},
                             {"ConfigName": "conf", "File": {"Name": "/a", **FILE}}])
    for resources in ({}, {"Limits": {}}, {"Limits": {"NanoCPUs": 5000000, "MemoryBytes": 9000000, "Pids": 3}},
                      {"Limits": {"Pids": 3}}, {"Reservations": {"NanoCPUs": 5000000, "MemoryBytes": 9000000}},
                      {"Reservations": {"GenericResources": [{"DiscreteResourceSpec": {"Kind": "gpu", "Value": 1}},
                                                             {"NamedResourceSpec": {"Kind": "ssd", "Value": "a"}}]}}):
        yield task(Resources=resources)
    for policy in ({}, {"Condition": "none"}, {"Condition": "any"}, {"Condition": "on-failure", "MaxAttempts": 3},
                   {"Delay": 0}, {"Delay": 5000000000}, {"Window": 0}, {"Window": 1000000000}, {"MaxAttempts": 0}):
        yield task(RestartPolicy=policy)
    for placement in ({}, {"Constraints": ["node.role==worker", "node.labels.a != b"]}, {"Constraints": []},
                      {"Preferences": [{"Spread": {"SpreadDescriptor": "node.labels.z"}},
                                       {"Spread": {"SpreadDescriptor": "node.labels.a"}}]},
                      {"MaxReplicas": 2}, {"Platforms": [{"Architecture": "amd64", "OS": "linux"}, {"OS": "linux"}]}):
        yield task(Placement=placement)
    for networks in ([{"Target": "front"}], [{"Target": "front", "Aliases": ["b", "a"]}, {"Target": "back"}],
                     [{"Target": "back", "DriverOpts": {"com.docker.network.x": "1"}}]):
        yield task(Networks=networks)
    for driver in ({}, {"Name": "json-file"}, {"Name": "json-file", "Options": {"max-size": "1m"}}, {"Name": "none"}):
        yield task(LogDriver=driver)
    yield task(Runtime="container")
    yield task(ForceUpdate=3)
    for mode in ({}, {"Replicated": {}}, {"Replicated": {"Replicas": 0}}, {"Global": {}}, {"ReplicatedJob": {}},
                 {"ReplicatedJob": {"MaxConcurrent": 2}}, {"ReplicatedJob": {"TotalCompletions": 3}},
                 {"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 3}}, {"GlobalJob": {}}):
        yield top(Mode=mode)
    for section in ("UpdateConfig", "RollbackConfig"):
        for config in ({}, {"Parallelism": 1}, {"Parallelism": 0}, {"Parallelism": 2, "Delay": 1000000000},
                       {"Parallelism": 1, "Order": "start-first", "FailureAction": "continue"},
                       {"Parallelism": 1, "Monitor": 5000000000}, {"Parallelism": 1, "Monitor": 7000000000},
                       {"Parallelism": 1, "MaxFailureRatio": 0.5, "Order": "stop-first"},
                       {"Parallelism": 1, "MaxFailureRatio": 0.0, "Order": "", "FailureAction": "pause"}):
            yield top(**{section: config})
    for endpoint in ({}, {"Mode": ""}, {"Mode": "vip"}, {"Mode": "dnsrr"},
                     {"Ports": [{"TargetPort": 80}]},
                     {"Ports": [{"TargetPort": 80, "PublishedPort": 9080}, {"TargetPort": 53, "PublishedPort": 9053,
                                                                           "Protocol": "udp", "PublishMode": "host"}]},
                     {"Mode": "dnsrr", "Ports": [{"TargetPort": 80, "PublishedPort": 9080, "PublishMode": "host"}]}):
        yield top(EndpointSpec=endpoint)


def ensure(engine, kind, name, body):
    status, answer = call(engine, "POST", f"/{kind}/create", body)
    if status == 409:
        where = kind if kind != "networks" else "networks"
        status, answer = call(engine, "GET", f"/{where}/{name}")
    if status >= 300:
        raise SystemExit(f"{kind} {name}: {status} {answer}")
    return answer.get("ID") or answer.get("Id")


def with_ids(spec, ids):
    spec = copy.deepcopy(spec)
    inside = spec["TaskTemplate"]["ContainerSpec"]
    for network in spec["TaskTemplate"].get("Networks") or []:
        network["Target"] = ids["networks"][network["Target"]]
    for reference in inside.get("Secrets") or []:
        reference["SecretID"] = ids["secrets"][reference["SecretName"]]
    for reference in inside.get("Configs") or []:
        reference["ConfigID"] = ids["configs"][reference["ConfigName"]]
    credential = (inside.get("Privileges") or {}).get("CredentialSpec") or {}
    if credential.get("Config"):
        credential["Config"] = ids["configs"][credential["Config"]]
    return spec


def main(engine):
    ids = {"networks": {name: ensure(engine, "networks", name, {"Name": name, "Driver": "overlay"})
                        for name in ("front", "back")},
           "secrets": {"sec": ensure(engine, "secrets", "sec", {"Name": "sec", "Data": "eA=="})},
           "configs": {"conf": ensure(engine, "configs", "conf", {"Name": "conf", "Data": "eA=="})}}
    version = call(engine, "GET", "/version")[1]
    result = {"engine": version["Version"], "api": version["ApiVersion"], "ids": ids, "cases": [], "refused": []}
    for number, spec in enumerate(specs()):
        spec["Name"] = f"echo{number}"
        if spec["Mode"] != {"Replicated": {"Replicas": 0}}:
            spec["TaskTemplate"].setdefault("Placement", {})["Constraints"] = ["node.labels.none == here"]
        status, answer = call(engine, "POST", "/services/create", with_ids(spec, ids))
        if status != 201:
            result["refused"].append({"posted": spec, "status": status, "message": answer["message"]})
            continue
        path = "/services/" + answer["ID"]
        said = call(engine, "GET", path)[1]["Spec"]
        defaults = call(engine, "GET", path + "?insertDefaults=true")[1]["Spec"]
        call(engine, "DELETE", path)
        result["cases"].append({"posted": spec, "said": said, "with_defaults": defaults})
    json.dump(result, sys.stdout, indent=None, separators=(",", ":"), sort_keys=True)
    print()


if __name__ == "__main__":
    main(sys.argv[1])
