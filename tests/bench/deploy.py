#!/usr/bin/env python3
"""How long a deploy takes and how much memory, beside `docker stack deploy` on the same engine.

  LAB_NAME=demo tests/bench/deploy.py SKEP [--before PROGRAM] [--sizes 10,100,1000] [--runs 3]

Needs a lab that is up; SKEP is best the release build (tests/build.sh release skep). All services have `replicas: 0`: what is
measured is what the two programs do, not how fast a lab starts a thousand containers; reads and writes are the same.
docker runs with its defaults and so returns after its last write; skep also watches until all is healthy. Each figure is the
median of the runs, taken in turn; "all new" is run twice for 1,000 services. With a slow registry, each question for a
digest (GET /distribution) is held back for 200 ms between the program and the engine. With --before an older skep stands
in docker's place: is this one as fast as that? It measures and says; it never fails on a figure.
"""
import argparse
import base64
import http.client
import os
import pathlib
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "swarm"))
import lab_images  # noqa: E402
import support  # noqa: E402

NAME = "bench"
SLOW = 0.2
GOALS = {"unchanged": 1 / 10, "all new": 1 / 2, "one image": 1 / 30, "100 images": 1 / 6}
AS_BEFORE = 1.03
ROW = "{:<34} {:>9} {:>9} {:>7}  {:<26} {:>7} {:>7}"


class SlowRegistry(support.Proxy):
    """An engine whose registry takes its time."""

    def lets_through(self, method, path, client):
        if path.startswith("/distribution/"):
            time.sleep(SLOW)
        return True


class Bench:
    def __init__(self, skep, before, runs):
        self.environment = support.lab_environment()
        self.engine = support.Engine(self.environment)
        self.beside = "before" if before else "docker"
        docker = [self.environment["DOCKER_CLI"], "stack", "deploy", "--with-registry-auth"]
        self.programs = {"skep": [skep, "deploy", "-q"], self.beside: [before, "deploy", "-q"] if before else docker}
        self.skep, self.runs = skep, runs
        holder = tempfile.TemporaryDirectory()
        self.holder, self.top = holder, pathlib.Path(holder.name)

    def push_images(self):
        """busybox:1, and the same image under a hundred more tags."""
        registry = self.environment["REGISTRY"]
        lab_images.push(self.environment, "busybox", registry + "/busybox:1")
        login = f"{self.environment['REGISTRY_USER']}:{lab_images.password(self.environment)}"
        headers = {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()}
        connection = http.client.HTTPSConnection(registry, context=ssl.create_default_context(cafile=self.environment["REGISTRY_CA"]))
        kinds = ("application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json",
                 "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
        connection.request("GET", "/v2/busybox/manifests/1", headers={**headers, "Accept": ", ".join(kinds)})
        answer = connection.getresponse()
        manifest, kind = answer.read(), answer.getheader("Content-Type")
        for number in range(100):
            connection.request("PUT", f"/v2/busybox/manifests/t{number}", body=manifest, headers={**headers, "Content-Type": kind})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 201:
                raise SystemExit(f"deploy.py: the registry answered {answer.status} to the tag t{number}")
        connection.close()

    def write_stack(self, size, images):
        one = ("  s{0}:\n    image: {1}/busybox:{2}\n    command: [sleep, '100000']\n    environment: {{NUMBER: '{0}', PLACE: here}}\n"
               "    networks: [net]\n    deploy: {{replicas: 0, endpoint_mode: dnsrr}}\n")
        services = "".join(one.format(number, self.environment["REGISTRY"], f"t{number % images}" if images > 1 else "1")
                           for number in range(size))
        (self.top / "stack.yml").write_text(f"services:\n{services}networks: {{net: {{}}}}\n", encoding="utf-8")

    def clear(self):
        subprocess.run([self.skep, "rm", "-q", NAME], env=self.environment, capture_output=True)  # nothing may be there
        left = self.engine.get("/services", label=[f"com.docker.stack.namespace={NAME}"])
        if left:
            raise SystemExit(f"deploy.py: {len(left)} services are left")

    def run(self, tool, host):
        """(seconds, MiB) of one deploy. Memory through time(1), as in start.py."""
        report = self.top / "peak"
        environment = {**self.environment, "DOCKER_HOST": host}
        began = time.monotonic()
        done = subprocess.run(["/usr/bin/time", "-f", "%M", "-o", str(report), *self.programs[tool], "-c", "stack.yml", NAME],
                              cwd=self.top, env=environment, capture_output=True, text=True)
        seconds = time.monotonic() - began
        if done.returncode:
            raise SystemExit(f"deploy.py: {tool} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return seconds, int(report.read_text().split()[-1]) / 1024

    def measure(self, size, images=1, host=None):
        """{(tool, what): (seconds, MiB)}"""
        host = host or self.environment["DOCKER_HOST"]
        self.write_stack(size, images)
        found = {}
        for turn in range(2 if size >= 1000 else self.runs):
            for tool in list(self.programs)[::-1 if turn % 2 else 1]:  # who is first has the emptier engine
                self.clear()
                found.setdefault((tool, "all new"), []).append(self.run(tool, host))
                for _ in range(self.runs if turn < 2 else 0):
                    found.setdefault((tool, "unchanged"), []).append(self.run(tool, host))
        self.clear()
        return {key: tuple(statistics.median(column) for column in zip(*rows)) for key, rows in found.items()}


def show(label, what, found, goal, beside):
    (ours, our_size), (theirs, their_size) = found["skep", what], found[beside, what]
    goal, name = (AS_BEFORE, f"{AS_BEFORE}") if beside == "before" else (goal, f"1/{1 / goal:.0f}")
    verdict = "within" if ours <= theirs * goal else "NOT within"
    print(ROW.format(f"{label}, {what}", f"{theirs:.2f}", f"{ours:.2f}", f"{ours / theirs:.3f}", f"{verdict} the goal, {name}",
                     f"{their_size:.0f}", f"{our_size:.0f}"), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("skep")
    parser.add_argument("--before", metavar="PROGRAM")
    parser.add_argument("--sizes", default="10,100,1000")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    bench = Bench(os.path.abspath(options.skep), options.before and os.path.abspath(options.before), options.runs)
    bench.push_images()
    sizes = [int(size) for size in options.sizes.split(",")]
    print(f"deploy on engine {bench.environment['ENGINE']}, replicas: 0, median of {options.runs}; "
          f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(ROW.format("", bench.beside + " s", "skep s", "ratio", "", "MiB", "MiB"))
    by_size = {}
    for size in sizes:
        by_size[size] = bench.measure(size)
        for what in ("unchanged", "all new"):
            show(f"{size} services", what, by_size[size], GOALS[what], bench.beside)
    with SlowRegistry(bench.engine.socket, str(bench.top / "slow.sock")) as proxy:
        for images in (1, 100):
            found = bench.measure(100, images, "unix://" + proxy.path)
            label = "one image" if images == 1 else "100 images"
            for what in ("unchanged", "all new"):
                show(f"100 services, {label}, 200 ms", what, found, GOALS[label], bench.beside)
    for tool in (bench.beside, "skep"):
        for what in ("unchanged", "all new"):
            each = ", ".join(f"{by_size[size][tool, what][0] / size * 1000:.1f} at {size}" for size in sizes)
            print(f"milliseconds a service, {tool}, {what}: {each}")


if __name__ == "__main__":
    main()
