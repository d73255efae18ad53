#!/usr/bin/env python3
"""Asks the engine's API and the gateway, without skep, whether kittenapi is released as it should be.

    verify_kittens.py --socket /path/docker.sock --gateway 10.77.0.11:80 [--kittens Thomas,Minka]

Prints one line for each fact; exits 1 when one of them is not so.
"""
import argparse
import http.client
import json
import re
import socket
import sys
import urllib.parse

STACK = "kittenapi"
SERVICE = "kittenapi_kittenapi"
HOST = "kittenapi.example.com"


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(self.path)


def engine(path, request):
    connection = UnixConnection(path)
    connection.request("GET", request)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"GET {request}: {answer.status} {body[:200]}")
    return json.loads(body)


def filters(**by):
    return urllib.parse.quote(json.dumps(by))


def gateway(address, path):
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("GET", path, headers={"Host": HOST})
    answer = connection.getresponse()
    return answer.status, answer.read()


def facts(args):
    services = [s for s in engine(args.socket, "/services?filters=" + filters(name=[SERVICE]))
                if s["Spec"]["Name"] == SERVICE]
    yield "the service is there", len(services) == 1, len(services)
    if not services:
        return
    spec = services[0]["Spec"]
    labels = spec["Labels"]
    yield "it wants 2 replicas", spec["Mode"] == {"Replicated": {"Replicas": 2}}, spec["Mode"]
    yield "it belongs to the stack", labels.get("com.docker.stack.namespace") == STACK, labels
    yield "traefik is told of it", labels.get("traefik.enable") == "true", labels
    rules = [v for k, v in labels.items() if re.fullmatch(r"traefik\.http\.routers\.[^.]+\.rule", k)]
    yield "traefik's rule names the host", rules == [f"Host(`{HOST}`)"], rules
    ports = [v for k, v in labels.items() if k.endswith(".loadbalancer.server.port")]
    yield "traefik's port is 8080", ports == ["8080"], ports
    task = spec["TaskTemplate"]
    image = task["ContainerSpec"]["Image"]
    yield "the image is pinned by digest", re.search(r"@sha256:[0-9a-f]{64}$", image) is not None, image
    constraints = task["Placement"].get("Constraints")
    yield "it is placed on usage=apps", constraints == ["node.labels.usage == apps"], constraints
    uris = [e for e in task["ContainerSpec"].get("Env", []) if e.startswith("MONGODB_URI=")]
    shape = (r"MONGODB_URI=mongodb://kittenapi:[A-Za-z0-9_-]{32}@mongo01:27017,mongo02:27017,mongo03:27017/kittenapi"
             r"\?replicaSet=rs&authSource=admin")
    yield "MONGODB_URI has the wanted form", len(uris) == 1 and re.fullmatch(shape, uris[0]) is not None, len(uris)
    networks = {n["Id"]: n["Name"] for n in engine(args.socket, "/networks")}
    attached = sorted(networks.get(n["Target"], n["Target"]) for n in task["Networks"])
    yield "it is on frontend and backend", attached == ["backend", "frontend"], attached

    tasks = [t for t in engine(args.socket, "/tasks?filters=" + filters(service=[SERVICE]))
             if t["DesiredState"] == "running" and t["Status"]["State"] == "running"]
    nodes = {n["ID"]: n for n in engine(args.socket, "/nodes")}
    yield "2 tasks run", len(tasks) == 2, len(tasks)
    hosts = sorted({nodes[t["NodeID"]]["Description"]["Hostname"] for t in tasks})
    if args.different_nodes:
        yield "they run on two different nodes", len(hosts) == 2, hosts
    unlabelled = [h for h in hosts for n in nodes.values()
                  if n["Description"]["Hostname"] == h and n["Spec"].get("Labels", {}).get("usage") != "apps"]
    yield "these nodes are labelled usage=apps", not unlabelled, unlabelled
    yield "they run the spec's image", all(t["Spec"]["ContainerSpec"]["Image"] == image for t in tasks), image

    status, body = gateway(args.gateway, "/kittens")
    yield "GET /kittens answers 200 through the gateway", status == 200, status
    names = sorted(k["name"] for k in json.loads(body)) if status == 200 else None
    if args.kittens is not None:
        yield "the kittens are there", names == sorted(args.kittens.split(",")), names


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--socket", required=True)
    parser.add_argument("--gateway", required=True)
    parser.add_argument("--kittens")
    parser.add_argument("--different-nodes", action="store_true")
    args = parser.parse_args()
    wrong = 0
    for fact, holds, seen in facts(args):
        print(f"{'ok ' if holds else 'NOT'} {fact}" + ("" if holds else f": {seen}"))
        wrong += not holds
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
