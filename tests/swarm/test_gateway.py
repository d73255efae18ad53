#!/usr/bin/env python3
"""What skep's preflight says of two services with traefik labels, held against what a real traefik makes of them.

Needs a lab that is up with its gateway (LAB_NAME) and the program (SKEP). For each row of CASES the first service runs, skep is
asked about the second (`diff`: "", "warned" or "refused"), and then docker, which does not look, deploys that too; what is
still there says traefik's own API. As a program it prints the table.

  LAB_NAME=demo SKEP=build/dev/cmd/skep tests/swarm/test_gateway.py
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import typing
import unittest
import urllib.request

import lab_images
import support

GATEWAYS, FIRST, SECOND = "tablegate", "tableone", "tabletwo"
# Beside the lab's own gateway, which takes what is enabled: name → port of its API, what it chooses, the network it is on.
OWN = {"outer": (8091, "outer", "frontend"), "inner": (8092, "inner", "frontend"),
       "left": (8093, "nets", f"{GATEWAYS}_left"), "right": (8094, "nets", f"{GATEWAYS}_right")}
REFUSED, WARNED = "is defined otherwise by service", "which of the two answers is chance"


class Case(typing.NamedTuple):
    """Labels without "traefik."; in each # is the case's name. `stays`: whether `what` is in the API of the `gateways`."""
    first: dict
    second: dict
    says: str
    stays: bool
    what: str = "routers/#"
    gateways: tuple = ("lab",)
    networks: tuple = ("frontend", "frontend")
    replicas: int = 1  # of the second


def web(rule="Host(`#.example`)", port="80", **more):
    """A router and its service, both of the case's name, enabled."""
    named = {"http.routers.#.rule": rule, "http.services.#.loadbalancer.server.port": port, "enable": "true"}
    more = {"http." + key.replace("__", ".#."): value for key, value in more.items()}
    return {key: value for key, value in {**named, **more}.items() if value is not None}


def tcp(rule, port="1"):
    """Without TLS there is only HostSNI(`*`)."""
    return {"tcp.routers.#.rule": rule, "tcp.routers.#.tls": "true", "tcp.services.#.loadbalancer.server.port": port, "enable": "true"}


def chosen(label, **more):
    """Not enabled, for gateways that take all with a label."""
    return {**web(**more), "enable": None, "constraint-label": label}


def without(labels, *keys):
    return {key: value for key, value in labels.items() if key not in keys}


OWN_SERVICE = {"http.services.#.loadbalancer.server.port": None, "http.services.#-2.loadbalancer.server.port": "80"}
CASES = {
    "same": Case(web(), web(), "", True),
    "ports": Case(web(port="80"), web(port="8080"), "", True),
    "rule": Case(web(), web(rule="Host(`#.other`)"), "refused", False),
    "spaces": Case(web(), web(rule="Host( `#.example` )"), "refused", False),
    "unlinked": Case({**without(web(), "http.services.#.loadbalancer.server.port"), "http.services.#-1.loadbalancer.server.port": "80"},
                     {**web(), **OWN_SERVICE}, "refused", False),
    "linked": Case(web(), web(routers__service="#"), "", True),
    "provider": Case(web(routers__service="#"), web(routers__service="#@swarm"), "refused", False),
    "points": Case(web(routers__entrypoints="web,websecure"), web(routers__entryPoints="web, websecure"), "", True),
    "order": Case(web(routers__entrypoints="web,websecure"), web(routers__entrypoints="websecure,web"), "refused", False),
    "tls": Case({**web(routers__tls="true"), "http.routers.#.tls.domains[0].main": "#.example"},
                {**web(), "http.routers.#.tls.domains[0].main": "#.example"}, "", True),
    "zero": Case(web(routers__priority="0"), web(), "", True),
    "chain": Case(web(routers__middlewares="#"), web(), "refused", False),
    "health": Case({**web(), "http.services.#.loadbalancer.healthcheck.path": "/a"},
                   {**web(), "http.services.#.loadbalancer.healthcheck.path": "/b"}, "refused", False, "services/#"),
    "default": Case({**web(), "http.services.#.loadbalancer.passhostheader": "true"}, web(), "", True, "services/#"),
    "ware": Case({**web(), "http.middlewares.#.headers.customrequestheaders.a": "b"},
                 {**web(), "http.middlewares.#.headers.customrequestheaders.a": "b"}, "", True, "middlewares/#"),
    "wares": Case({**web(), "http.middlewares.#.basicauth.users": "a:$apr1$x"},
                  {**web(), "http.middlewares.#.basicauth.users": "a:$apr1$y"}, "refused", False, "middlewares/#"),
    "case": Case(web(), {"http.routers.UPPER-#.rule": "Host(`#.other`)", "http.services.UPPER-#.loadbalancer.server.port": "80",
                         "http.routers.upper-#.priority": "7", "enable": "true"}, "", True, "routers/UPPER-#"),
    "cases": Case({**web(), "http.routers.Ab-#.rule": "Host(`#.a`)", "http.routers.Ab-#.service": "#", "http.routers.#.service": "#"},
                  {**web(), "http.routers.ab-#.rule": "Host(`#.b`)", "http.routers.ab-#.service": "#", "http.routers.#.service": "#"},
                  "", True, "routers/ab-#"),
    "names": Case(web(), {"http.routers.other-#.rule": "Host(`#.example`)", "http.services.other-#.loadbalancer.server.port": "80",
                          "enable": "true"}, "warned", True, "routers/other-#"),
    "first": Case(web(), {"http.routers.other-#.rule": "Host(`#.example`)", "http.services.other-#.loadbalancer.server.port": "80",
                          "http.routers.other-#.priority": "1000", "enable": "true"}, "", True, "routers/other-#"),
    "off": Case(web(), {**web(rule="Host(`#.other`)"), "enable": "false"}, "", True),
    "unsaid": Case(web(), without(web(rule="Host(`#.other`)"), "enable"), "", True),
    "none": Case(web(), web(rule="Host(`#.other`)"), "", True, replicas=0),
    "choice": Case(web(), {**web(rule="Host(`#.other`)"), "http.services.more-#.loadbalancer.server.port": "80"}, "", True),
    "tcp": Case(tcp("HostSNI(`#.a`)"), tcp("HostSNI(`#.b`)"), "refused", False, "tcpRouters/#"),
    "tcpsame": Case(tcp("HostSNI(`#.a`)"), tcp("HostSNI(`#.a`)", port="2"), "", True, "tcpRouters/#"),
    "apart": Case(chosen("outer"), chosen("inner", rule="Host(`#.other`)"), "", True, gateways=("outer", "inner")),
    "together": Case(chosen("outer"), chosen("outer", rule="Host(`#.other`)"), "refused", False, gateways=("outer",)),
    # A network is how a gateway reaches a service, not how it chooses: both gateways read both services.
    "nets": Case(chosen("nets"), chosen("nets", rule="Host(`#.other`)"), "refused", False, gateways=("left", "right"),
                 networks=(f"{GATEWAYS}_left", f"{GATEWAYS}_right")),
    "netsame": Case(chosen("nets"), chosen("nets"), "", True, gateways=("left", "right"),
                    networks=(f"{GATEWAYS}_left", f"{GATEWAYS}_right")),
}


def gateways_file(registry, node):
    services, networks = {}, {"frontend": {"external": True}, "left": {"driver": "overlay"}, "right": {"driver": "overlay"}}
    for name, (port, label, network) in OWN.items():
        services[name] = {
            "image": f"{registry}/traefik:v3.6.14",
            "command": ["--providers.swarm=true", f"--providers.swarm.network={network}", "--providers.swarm.refreshSeconds=2",
                        f"--providers.swarm.constraints=Label(`traefik.constraint-label`, `{label}`)", "--entryPoints.web.address=:80",
                        "--api.insecure=true", "--global.checkNewVersion=false", "--global.sendAnonymousUsage=false"],
            "networks": [network.removeprefix(GATEWAYS + "_")],
            "ports": [{"target": 8080, "published": port, "mode": "host"}],
            "volumes": ["/var/run/docker.sock:/var/run/docker.sock:ro"],
            "deploy": {"endpoint_mode": "dnsrr", "placement": {"constraints": [f"node.hostname == {node}"]}}}
    return {"version": "3.8", "services": services, "networks": networks}


def stack_file(names, side, image):
    services, networks = {}, {}
    for name in names:
        case = CASES[name]
        network = case.networks[side]
        networks[network] = {"external": True}
        labels = {f"traefik.{key}".replace("#", name): value.replace("#", name).replace("$", "$$")
                  for key, value in (case.first, case.second)[side].items() if value is not None}
        services[name] = {"image": image, "command": ["sleep", "100000"], "stop_grace_period": "0s", "networks": [network],
                          "deploy": {"endpoint_mode": "dnsrr", "replicas": case.replicas if side else 1, "labels": labels}}
    return {"version": "3.8", "services": services, "networks": networks}


class Table:
    """Brings all rows up, and keeps what skep and traefik say of each."""

    def __init__(self, environment, folder):
        self.environment, self.top = environment, pathlib.Path(folder)
        self.engine, self.skep = support.Engine(environment), support.Skep(environment, self.top)
        self.address = environment["GATEWAY"].rsplit(":", 1)[0]
        self.image = environment["REGISTRY"] + "/busybox:1"
        self.said, self.words, self.rows = {}, {}, {}

    def docker(self, *args):
        return subprocess.run([self.environment["DOCKER_CLI"], *args], cwd=self.top, env=self.environment, capture_output=True,
                              text=True, timeout=300, check=False)

    def deploy(self, stack, content):
        (self.top / f"{stack}.yml").write_text(json.dumps(content), encoding="utf-8")
        done = self.docker("stack", "deploy", "--with-registry-auth", "--detach=true", "-c", f"{stack}.yml", stack)
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        wanted = {f"{stack}_{name}": one["deploy"].get("replicas", 1) for name, one in content["services"].items()}
        support.wait_until(240, lambda: all(len(self.engine.running(name)) == count for name, count in wanted.items()))
        missing = [name for name, count in wanted.items() if len(self.engine.running(name)) != count]
        if missing:
            raise RuntimeError(f"not running: {missing}")

    def remove(self):
        """Again and again: what is attached to a network takes its time to go."""
        def gone():
            for stack in (FIRST, SECOND, GATEWAYS):
                self.docker("stack", "rm", stack)
            return not any(one["Name"].startswith(GATEWAYS) for one in self.engine.get("/networks"))

        support.wait_until(90, gone)

    def ask(self, name):
        """"", "warned" or "refused"."""
        (self.top / "case.yml").write_text(json.dumps(stack_file([name], 1, self.image)), encoding="utf-8")
        done = self.skep("diff", "-c", "case.yml", SECOND)
        words = self.words[name] = done.stdout + done.stderr
        refused, warned = REFUSED in words, WARNED in words
        if done.returncode != (1 if refused else 0):
            raise RuntimeError(f"{name}: exit {done.returncode}: {words}")
        self.said[name] = "refused" if refused else "warned" if warned else ""

    def raw(self, gateway):
        port = 8080 if gateway == "lab" else OWN[gateway][0]
        with urllib.request.urlopen(f"http://{self.address}:{port}/api/rawdata", timeout=10) as answer:
            return json.load(answer)

    def stays(self, name, gateway):
        kind, item = CASES[name].what.replace("#", name).split("/")
        found = self.raw(gateway).get(kind, {}).get(item + "@swarm")
        return found is not None and found.get("status", "enabled") == "enabled"

    def run(self):
        self.remove()
        self.deploy(GATEWAYS, gateways_file(self.environment["REGISTRY"], self.environment["NODES"].split(",")[0]))
        self.deploy(FIRST, stack_file(CASES, 0, self.image))
        for name in CASES:
            self.ask(name)
        self.deploy(SECOND, stack_file(CASES, 1, self.image))
        time.sleep(18)  # the lab's gateway looks every 15 s
        for name, case in CASES.items():
            self.rows[name] = {gateway: self.stays(name, gateway) for gateway in case.gateways}


def played():
    """The table with what was said, taken down."""
    environment = support.lab_environment()
    lab_images.push(environment, "busybox", environment["REGISTRY"] + "/busybox:1")
    with tempfile.TemporaryDirectory() as folder:
        table = Table(environment, folder)
        try:
            table.run()
        finally:
            table.remove()
    return table


class GatewayTest(unittest.TestCase):
    def test_the_table(self):
        table = played()
        for name, case in CASES.items():
            with self.subTest(case=name):
                self.assertEqual(set(table.rows[name].values()), {case.stays}, f"traefik: {table.rows[name]}")
                self.assertEqual(table.said[name], case.says, table.words[name])
                self.assertEqual(case.says == "refused", not case.stays, "the table itself: skep refuses what traefik drops")
        self.assertNotIn("$apr1$", table.words["wares"])


def main():
    table, wrong = played(), 0
    for name, case in CASES.items():
        good = table.said[name] == case.says and set(table.rows[name].values()) == {case.stays}
        wrong += not good
        kept = ", ".join(f"{gateway}: {'kept' if there else 'dropped'}" for gateway, there in table.rows[name].items())
        print(f"{'' if good else 'WRONG ':6}{name:10} traefik {kept:32} skep {table.said[name] or 'silent'}")
    print(f"{len(CASES)} rows, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
