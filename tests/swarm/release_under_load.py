#!/usr/bin/env python3
"""Releases new code of kittenapi while load.py asks 20 times a second through the gateway, and counts what was lost.

  LAB_NAME=demo SKEP=build/skep tests/swarm/release_under_load.py --scenario all --runs 3

  good         new code that works: no request fails, exit 0
  crash-start  code that ends at its start: no request fails, exit 4
  crash-late   code that dies 10 s after it was healthy: at most 2 requests fail, exit 4
  rotate       new code, then `skep mongo rotate`, then `skep rollback` to the release from before both: no request fails

After a crash, the crash's own log line must stand in skep's output, and each service must be back on its digest of before,
with healthy tasks that answer with the code of before. A row for each run goes to stdout, and what was wrong below it.
Exits 1 when any run was worse than its bound.
"""
import argparse
import concurrent.futures
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import support

HOST = "kittenapi.example.com"
LOAD = pathlib.Path(__file__).with_name("load.py")
LEAD = 3  # seconds of load before the release
TAIL = 25  # and after it: an old task answers for 20 s after SIGTERM, which is when a gateway that kept it would show

CRASH_AT_START = '\nraise SystemExit("boom at start")\n'
# Our own health check says when Docker's has succeeded; the master is the container's first process, so all of it dies.
CRASH_LATE = '''

def die_later():
    import time
    while not os.path.exists("/dev/shm/healthy"):
        time.sleep(0.05)
    time.sleep(10)
    os.write(2, b"boom after 10 s\\n")
    os._exit(1)


import threading
threading.Thread(target=die_later, daemon=True).start()
'''


class Scenario:
    def __init__(self, exit_status, allowed, log, gunicorn="", on_healthy=False, back=False):
        self.exit_status, self.allowed, self.log, self.back = exit_status, allowed, log, back
        self.gunicorn, self.on_healthy = gunicorn, on_healthy


SCENARIOS = {"good": Scenario(0, 0, None),
             "crash-start": Scenario(4, 0, "boom at start", CRASH_AT_START),
             "crash-late": Scenario(4, 2, "boom after 10 s", CRASH_LATE, on_healthy=True),
             "rotate": Scenario(0, 0, None, back=True)}


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise RuntimeError(f"{path.name} has changed: {old!r} is there {text.count(old)} times")
    path.write_text(text.replace(old, new), encoding="utf-8")


def write_variant(folder, scenario, version, template):
    """A copy of the example whose /health answers with this version, and which dies as the scenario wants."""
    shutil.copytree(support.EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", ".env"))
    replace(folder / "kittenapi.py", 'response.media = {"status": "ok"}',
            f'response.media = {{"status": "ok", "version": "{version}"}}')
    with open(folder / "gunicorn.conf.py", "a", encoding="utf-8") as file:
        file.write(scenario.gunicorn)
    if template:
        replace(folder / "skep.yml", "template: web", f"template: {os.path.abspath(template)}")
    if scenario.on_healthy:
        replace(folder / "healthcheck.py", "    sys.exit(0 if response.status == 200 else 1)",
                '    if response.status == 200:\n        open("/dev/shm/healthy", "w").close()\n'
                "    sys.exit(0 if response.status == 200 else 1)")
    return folder


class Gateway:
    def __init__(self, address):
        self.address = address

    def call(self, method, path):
        connection = http.client.HTTPConnection(self.address, timeout=10)
        try:
            connection.request(method, path, headers={"Host": HOST})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def versions(self, count=12):
        """What the tasks behind the gateway say they are."""
        found = set()
        for _ in range(count):
            status, body = self.call("GET", "/health")
            found.add(json.loads(body).get("version") if status == 200 else f"status {status}")
        return found

    def clear(self):
        """Each run starts with no kitten: a list that grows from run to run would be what is measured."""
        deadline = time.monotonic() + 120
        while True:  # what a run before this one broke must not count in this one
            status, body = self.call("GET", "/kittens")
            if status == 200:
                break
            if time.monotonic() > deadline:
                raise RuntimeError(f"the gateway answers {status} before the run")
            time.sleep(1)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda kitten: self.call("DELETE", f"/kittens/{kitten['id']}"), json.loads(body)))


class Cluster:
    def __init__(self, environment):
        self.environment = environment
        self.engine = support.Engine(environment)

    def services(self):
        """The stack's services: name → image with digest."""
        found = self.engine.get("/services", label=["com.docker.stack.namespace=kittenapi"])
        return {s["Spec"]["Name"]: s["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] for s in found}

    def healthy(self, name):
        """How many running tasks their own node calls healthy, and how many the service wants."""
        nodes = {n["ID"]: n["Description"]["Hostname"] for n in self.engine.get("/nodes")}
        states = []
        for task in self.engine.running(name).values():
            node = support.Engine({"DOCKER_HOST": self.environment["SOCKET_" + nodes[task["NodeID"]]]})
            container = task["Status"]["ContainerStatus"]["ContainerID"]
            states.append(node.call("GET", f"/containers/{container}/json")["State"]["Health"]["Status"])
        wanted = self.engine.service(name)["Spec"]["Mode"]["Replicated"]["Replicas"]
        return states.count("healthy"), wanted


class Run:
    def __init__(self, environment, name, folder, options):
        self.environment, self.name, self.scenario, self.folder = environment, name, SCENARIOS[name], folder
        self.requests, self.template = options.requests, options.template
        self.cluster, self.gateway = Cluster(environment), Gateway(environment["GATEWAY"])
        self.problems = []

    def expect(self, good, problem):
        if not good:
            self.problems.append(problem)

    def start_load(self, stop):
        command = [sys.executable, str(LOAD), "--connect", self.environment["GATEWAY"], "--host", HOST, "--requests",
                   str(self.requests), "--stop-file", str(stop), "--allow", str(self.scenario.allowed)]
        with open(self.folder / "load.json", "w", encoding="utf-8") as out:
            # The one who counts must not be late because the machine is busy.
            return subprocess.Popen(["nice", "-n", "-5", *command], stdout=out)

    def release(self, version):
        variant = write_variant(self.folder / "kittenapi", self.scenario, version, self.template)
        skep = support.Skep(self.environment, variant)
        before = self.uri()
        done = skep.release()
        output = done.stdout + done.stderr
        if self.scenario.back and done.returncode == 0:
            released = [r for r in json.loads(skep("history", "-o", "json").stdout) if r["state"] == "released"]
            for args in (("mongo", "rotate", "--env-file", os.path.join(self.environment["LAB_DIR"], "env")),
                         ("rollback", f"r{released[-2]['release']}")):
                done = skep(*args)
                output += done.stdout + done.stderr
                if done.returncode:
                    break
            self.expect(self.uri() != before, "the credential is the old one")
        (self.folder / "skep.log").write_text(output, encoding="utf-8")
        return done.returncode, output

    def uri(self):
        container = self.cluster.engine.service("kittenapi_kittenapi")["Spec"]["TaskTemplate"]["ContainerSpec"]
        return next(one for one in container["Env"] if one.startswith("MONGODB_URI="))

    def __call__(self, version):
        self.gateway.clear()
        images, versions = self.cluster.services(), self.gateway.versions()
        stop = self.folder / "stop"
        load = self.start_load(stop)
        try:
            time.sleep(LEAD)
            busy, began = os.getloadavg()[0], time.monotonic()
            status, output = self.release(version)
            took = time.monotonic() - began
            self.judge(status, output, images, versions, version)
            time.sleep(TAIL)
            stop.touch()
            load.wait(600)
        finally:
            if load.poll() is None:
                load.kill()
                load.wait()
        result = json.loads((self.folder / "load.json").read_text(encoding="utf-8"))
        self.expect(result["sent"] >= self.requests, f"only {result['sent']} requests were sent")
        if result["failed"] > self.scenario.allowed:
            shown = "; ".join(f"{f['kind']} at {f['t']:.1f} s: {f['error']} after {f['seconds']:.1f} s"
                              for f in result["failures"][:5])
            self.problems.append(f"{result['failed']} requests failed: {shown}")
        self.judge_versions(versions, version)
        return {**result, "exit": status, "took": took, "busy": max(busy, os.getloadavg()[0])}

    def judge(self, status, output, images, versions, version):
        """What must hold when skep has ended, and not only later."""
        self.expect(status == self.scenario.exit_status, f"exit {status} instead of {self.scenario.exit_status}")
        now = self.cluster.services()
        for name in images:
            healthy, wanted = self.cluster.healthy(name)
            self.expect(healthy == wanted, f"{name}: {healthy} of {wanted} tasks are healthy")
        digests = ({name: image.partition("@")[2] for name, image in found.items()} for found in (images, now))
        if self.scenario.log or self.scenario.back:
            self.expect((self.scenario.log or "") in output, f"skep does not show the log line {self.scenario.log!r}")
            before, after = digests
            self.expect(before == after, f"the digests are not those of before: {before} {after}")
        else:
            before, after = digests
            self.expect(before != after, "the digest is the old one")

    def judge_versions(self, versions, version):
        wanted = versions if self.scenario.log or self.scenario.back else {version}
        found = self.gateway.versions()
        self.expect(found == wanted, f"behind the gateway is {found} and not {wanted}")


COLUMNS = "{:<8} {:<12} {:>3}  {:>8} {:>6} {:>8} {:>5} {:>8} {:>5}  {}"


def row(engine, name, number, result, problems):
    print(COLUMNS.format(engine, name, number, result["sent"], result["failed"], f"{result['slowest']:.2f}",
                         result["exit"], f"{result['took']:.1f}", f"{result['busy']:.1f}",
                         "BROKEN" if problems else "held"))
    for problem in problems:
        print("    " + problem)
    sys.stdout.flush()


def start(environment, folder, template):
    """The release that all others replace: code that works, healthy, known to the gateway, alone.

    --resume: a run of this script that was cut off may have left a paused update."""
    variant = write_variant(folder / "first", SCENARIOS["good"], f"first-{time.time():.0f}", template)
    done = support.Skep(environment, variant).release("--resume")
    if done.returncode != 0:
        raise SystemExit(f"the first release failed with {done.returncode}:\n{done.stdout}{done.stderr}")
    time.sleep(TAIL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="all", choices=[*SCENARIOS, "all"])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--requests", type=int, default=1500, help="at least so many a run (default 1500)")
    parser.add_argument("--keep", metavar="FOLDER", help="leave each run's skep.log and load.json there")
    parser.add_argument("--template", metavar="FOLDER", help="measure this template instead of the built-in web")
    options = parser.parse_args()
    environment = support.lab_environment()
    names = list(SCENARIOS) if options.scenario == "all" else [options.scenario]
    broken = False
    with tempfile.TemporaryDirectory() as temporary:
        top = pathlib.Path(options.keep or temporary)
        start(environment, pathlib.Path(temporary), options.template)
        print(COLUMNS.format("engine", "scenario", "run", "requests", "failed", "slowest", "exit", "seconds", "load", ""))
        for name in names:
            for number in range(1, options.runs + 1):
                folder = top / f"{name}-{number}"
                folder.mkdir(parents=True)
                run = Run(environment, name, folder, options)
                result = run(f"{name}-{number}-{time.time():.0f}")
                row(environment["ENGINE"], name, number, result, run.problems)
                broken = broken or bool(run.problems)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
