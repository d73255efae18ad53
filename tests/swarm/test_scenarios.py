#!/usr/bin/env python3
"""scenarios.json on the real engine: what skep says of each, held against what the engine says.

Needs a lab that is up (LAB_NAME) and the program (SKEP). As a program it prints a row for each scenario; with --docker also
what `docker stack deploy --detach=false` says of the same file in the same state (60 s, then it "hangs"):

  LAB_NAME=demo SKEP=build/dev/cmd/skep tests/swarm/test_scenarios.py [--docker] [NAME…]
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import lab_images
import support

TABLE = json.loads(pathlib.Path(__file__).with_name("scenarios.json").read_text(encoding="utf-8"))
NAME = "scene"
APP = f"{NAME}_app"
PORT_HOLDER = "holder"
SLEEP = "exec sleep 100000"
BOOM = "echo boom at start; exit 3"
# What the engine does where nothing is said; after a way back such a field may be left out.
ENGINE_DEFAULTS = {"UpdateConfig": {"Parallelism": 1, "FailureAction": "pause", "Monitor": 5000000000, "MaxFailureRatio": 0,
                                    "Order": "stop-first"}}
PATIENCE = 60  # seconds that docker gets


def stack(registry, command=SLEEP, image=None, deploy=None, more="", top=""):
    deploy = {"replicas": 2, "update_config": {"monitor": "5s", "failure_action": "pause"}, **(deploy or {})}
    if deploy.get("mode") == "global":
        del deploy["replicas"]
    deploy = {key: value for key, value in deploy.items() if value is not None}
    return (f"services:\n  app:\n    image: {image or registry + '/busybox:1'}\n"
            f"    command: {json.dumps(['sh', '-c', command])}\n    stop_grace_period: 0s\n"
            f"    deploy: {json.dumps(deploy)}\n{more}{top}")


def health(test, period="1s"):
    return f"    healthcheck: {json.dumps({'test': ['CMD-SHELL', test], 'interval': '1s', 'timeout': '2s', 'retries': 2, 'start_period': period})}\n"


def update(**config):
    return {"update_config": {"failure_action": "pause", **config}}


def identifier(name):
    return re.sub("[^a-zA-Z0-9]+", "_", name)


class Scene:
    """One scenario: the stack before, the stack to deploy, and what happens in the middle."""

    def __init__(self, environment, row, folder):
        self.environment, self.row, self.top = environment, row, pathlib.Path(folder)
        self.engine = support.Engine(environment)
        self.skep = support.Skep(environment, self.top)
        self.registry = environment["REGISTRY"]
        self.before = stack(self.registry, "true old; " + SLEEP)
        self.after = stack(self.registry, "true new; " + SLEEP)
        self.during, self.state, self.args, self.verb = None, None, [], "deploy"
        self.threads, self.undo = [], []
        self.others = []  # how runs beside the one that is looked at ended

    def write(self, text):
        (self.top / "stack.yml").write_text(text, encoding="utf-8")

    def deploy(self, text, *args):
        self.write(text)
        return self.skep(self.verb, "-c", "stack.yml", NAME, "-o", "json", *args)

    def spec(self):
        service = self.engine.service(APP)
        return service and service["Spec"]

    # --- each scenario: changes before, after or during -------------------------------------------------------------

    def set_up(self):
        r, new = self.registry, "true new; "
        method = "set_" + identifier(self.row["name"])
        simple = {
            "healthy": lambda: stack(r, new + SLEEP, more=health("true")),
            "slow start": lambda: stack(r, new + "sleep 12; touch /good; " + SLEEP, more=health("test -e /good", "30s")),
            "never healthy": lambda: stack(r, new + SLEEP, more=health("echo no good; false")),
            "crash at start": lambda: stack(r, new + BOOM),
            "crash within the monitor time": lambda: stack(r, new + "sleep 4; echo boom later; exit 3", deploy=update(monitor="8s")),
            "crash after the monitor time": lambda: stack(r, new + "sleep 30; exit 3", deploy={"replicas": 1, **update(monitor="2s")}),
            "image missing": lambda: stack(r, new + SLEEP, image=r + "/busybox:nosuch"),
            "image gone": lambda: stack(r, new + SLEEP, image=r + "/busybox@sha256:" + "0" * 64),
            "no suitable node": lambda: stack(r, new + SLEEP, deploy={"placement": {"constraints": ["node.labels.nosuch == yes"]}}),
            "no room": lambda: stack(r, new + SLEEP, deploy={"resources": {"reservations": {"cpus": "900"}}}),
            "port taken": lambda: stack(r, new + SLEEP, deploy={"mode": "global"}, more="    ports: [{target: 80, published: 8123, mode: host}]\n"),
            "out of memory": lambda: stack(r, new + "head -c 64m /dev/zero | tail", deploy={"resources": {"limits": {"memory": "8M"}}}),
            "bad mount": lambda: stack(r, new + SLEEP, more="    volumes: [{type: bind, source: /no/such/folder, target: /data}]\n"),
            "config missing": lambda: stack(r, new + SLEEP, more="    configs: [nosuchconfig]\n", top="configs: {nosuchconfig: {external: true}}\n"),
            "update paused": lambda: stack(r, new + 'test "$$SLOT" = 1 || { ' + BOOM + "; }; " + SLEEP, more='    environment: {SLOT: "{{.Task.Slot}}"}\n'),
            "engine rolls back": lambda: stack(r, new + BOOM, deploy=update(monitor="5s", failure_action="rollback")),
            "replicas 0": lambda: stack(r, new + SLEEP, deploy={"replicas": 0}),
            "one-shot completes": lambda: stack(r, new + "echo done", deploy={"replicas": 1, "restart_policy": {"condition": "none"}}),
            "job completes": lambda: stack(r, new + "echo done", deploy={"mode": "replicated-job", "replicas": 1, "update_config": None}),
            "failure_action continue": lambda: stack(r, new + BOOM, deploy=update(monitor="5s", failure_action="continue")),
            "template refused": lambda: stack(r, new + SLEEP, more="    environment: {NODE: '{{.Node.Hostnam}}'}\n"),
            "only a label": lambda: stack(r, "true old; " + SLEEP, deploy={"labels": {"some": "label"}}),
        }
        if self.row["name"] in simple:
            self.after = simple[self.row["name"]]()
        elif not hasattr(self, method):
            raise RuntimeError(f"nothing is written for the scenario {self.row['name']}")
        getattr(self, method, lambda: None)()

    def set_shared_image(self):
        """`app` names the image that `builder` builds; the registry has an older one under that name."""
        name = f"{self.registry}/shared-{os.urandom(4).hex()}"
        lab_images.push(self.environment, "busybox", f"{name}:latest")
        (self.top / "Dockerfile").write_text(f"FROM {self.registry}/busybox:1\nRUN echo new > /new\n", encoding="utf-8")
        builder = f"  builder: {{image: {name}, build: ., command: [sh, -c, {json.dumps(SLEEP)}], stop_grace_period: 0s}}\n"
        self.after = stack(self.registry, "test -e /new || exit 3; true new; " + SLEEP, image=f"{name}:latest", top=builder)
        self.verb = "release"

    def set_port_taken(self):
        self.write(f"services:\n  app:\n    image: {self.registry}/busybox:1\n    command: [sleep, '100000']\n    stop_grace_period: 0s\n"
                   "    ports: [{target: 80, published: 8123, mode: host}]\n    deploy: {mode: global, update_config: {monitor: 1s}}\n")
        self.done(self.skep("deploy", "-c", "stack.yml", PORT_HOLDER), 0)
        self.before = stack(self.registry, "true old; " + SLEEP, deploy={"mode": "global"})

    def set_global_without_a_node(self):
        self.before = stack(self.registry, "true old; " + SLEEP, deploy={"mode": "global"})
        self.after = stack(self.registry, "true new; " + SLEEP, deploy={"mode": "global", "placement": {"constraints": ["node.labels.nosuch == yes"]}})

    def set_rollback_fails_too(self):
        """What was there starts only while a folder of the nodes holds a file."""
        folder = self.top / "flag"
        folder.mkdir()
        (folder / "ok").touch()
        volumes = f"    volumes: [{{type: bind, source: {folder}, target: /flag}}]\n"
        deploy = {**update(monitor="5s", failure_action="rollback"), "restart_policy": {"condition": "any", "delay": "1s"}}
        self.before = stack(self.registry, "true old; test -e /flag/ok || exit 4; " + SLEEP, deploy=deploy, more=volumes)
        self.after = stack(self.registry, "true new; " + BOOM, deploy=deploy, more=volumes)
        self.during = (folder / "ok").unlink

    def set_stale_rollback(self):
        policy = update(monitor="5s", failure_action="rollback")
        self.done(self.deploy(stack(self.registry, "true old; " + SLEEP, deploy=policy)), 0)
        self.done(self.deploy(stack(self.registry, BOOM, deploy=policy)), 4)
        self.before = None
        self.after = stack(self.registry, "true new; " + SLEEP, deploy=policy)

    def set_replicas_0(self):
        self.before = None

    def set_one_shot_completes(self):
        self.before = None

    def set_one_shot_fails(self):
        self.before = None
        self.after = stack(self.registry, BOOM, deploy={"replicas": 1, "restart_policy": {"condition": "none"}})

    def set_job_completes(self):
        self.before = None

    def set_job_fails(self):
        self.before = None
        self.after = stack(self.registry, BOOM, deploy={"mode": "replicated-job", "replicas": 1, "restart_policy": {"condition": "none"}, "update_config": None})

    def set_job_runs_again(self):
        job = {"mode": "replicated-job", "replicas": 1, "update_config": None}
        self.before = stack(self.registry, "echo one", deploy=job)
        self.after = stack(self.registry, "echo two", deploy=job)

    def set_manager_restarted(self):
        def restart():
            for verb in ("kill", "start"):
                self.lab(verb, "docker01")
        self.after = stack(self.registry, "true new; " + SLEEP, deploy=update(monitor="5s", delay="5s"))
        self.during = restart

    def set_second_deploy_in_the_middle(self):
        first = stack(self.registry, "true first; " + SLEEP, deploy=update(monitor="5s", delay="10s"))
        other = self.top / "other"
        other.mkdir()
        (other / "stack.yml").write_text(first, encoding="utf-8")
        self.done(self.deploy(self.before), 0)
        self.before = None
        beside = support.Skep(self.environment, other)
        thread = threading.Thread(target=lambda: self.others.append(beside("deploy", "-c", "stack.yml", NAME)))
        thread.start()
        self.threads.append(thread)
        deadline = time.monotonic() + 30
        while "true first" not in json.dumps(self.spec()) and time.monotonic() < deadline:
            time.sleep(0.1)

    def set_paused_at_the_start(self):
        self.done(self.deploy(self.before), 0)
        self.before = None
        self.change_by_hand(BOOM, "paused")

    def set_docker_in_between(self):
        self.done(self.deploy(self.before), 0)
        self.before = None
        self.write(stack(self.registry, "true by hand; " + SLEEP))
        subprocess.run([self.environment["DOCKER_CLI"], "stack", "deploy", "--detach=false", "-c", "stack.yml", NAME], cwd=self.top,
                       env=self.environment, check=True, capture_output=True, timeout=120)

    def lab(self, *args):
        subprocess.run([str(support.TOP / "tests/lab/lab"), *args, "--name", self.environment["LAB_NAME"]], check=True, capture_output=True)

    def node(self, hostname):
        return next(node for node in self.engine.get("/nodes") if node["Description"]["Hostname"] == hostname)

    def set_node_lost_in_the_rollout(self):
        lost = self.environment["WORKERS"].split(",")[-1]

        def bring_back():
            self.lab("start", lost)
            support.wait_until(120, lambda: self.node(lost)["Status"]["State"] == "ready")
        self.before = stack(self.registry, "true old; " + SLEEP, deploy={"replicas": 3})
        self.after = stack(self.registry, "true new; " + SLEEP, deploy={"replicas": 3, **update(monitor="5s")})
        self.during = lambda: self.lab("kill", lost)
        self.undo.append(bring_back)

    def set_label_lost_in_the_rollout(self):
        chosen = self.environment["WORKERS"].split(",")[0]

        def label(labels):
            node = self.node(chosen)
            self.engine.call("POST", f"/nodes/{node['ID']}/update?version={node['Version']['Index']}", {**node["Spec"], "Labels": labels})
        kept = self.node(chosen)["Spec"]["Labels"]
        label({**kept, "scene": "yes"})
        self.after = stack(self.registry, "true new; " + SLEEP, deploy={"placement": {"constraints": ["node.labels.scene == yes"]}})
        self.during = lambda: label(kept)
        self.undo.append(lambda: label(kept))

    def change_by_hand(self, command, state, **config):
        """Of a stack that is there; comes back when the engine says that state of the update."""
        service = self.engine.service(APP)
        spec = service["Spec"]
        spec["TaskTemplate"]["ContainerSpec"]["Args"] = ["sh", "-c", command]
        spec.update(config)
        self.engine.call("POST", f"/services/{service['ID']}/update?version={service['Version']['Index']}", spec)
        self.wait_for_update(state)

    def wait_for_update(self, state):
        deadline = time.monotonic() + 180
        while (self.engine.service(APP).get("UpdateStatus") or {}).get("State") != state:
            if time.monotonic() > deadline:
                raise RuntimeError(f"the update is not {state}")
            time.sleep(0.2)

    def set_updating_at_the_start(self):
        self.done(self.deploy(self.before), 0)
        self.before = None
        self.change_by_hand("true by hand; " + SLEEP, "updating", UpdateConfig={"Parallelism": 1, "Delay": 15 * 10**9, "Monitor": 5 * 10**9})

    def set_rolling_back_at_the_start(self):
        self.done(self.deploy(self.before), 0)
        self.before = None
        # The engine rolls back when the task ends within its monitor time: long enough for a machine that is busy.
        self.change_by_hand(BOOM, "rollback_started", UpdateConfig={"Parallelism": 1, "FailureAction": "rollback", "Monitor": 30 * 10**9},
                            RollbackConfig={"Parallelism": 1, "Monitor": 15 * 10**9})

    def leave_paused(self):
        """A release that its user did not want to be taken back."""
        self.done(self.deploy(self.before), 0)
        self.before, self.state = None, self.spec()
        self.done(self.deploy(stack(self.registry, "true bad; " + BOOM), "--no-rollback"), 5)
        self.wait_for_update("paused")

    set_paused_with_a_way_back = leave_paused

    def set_paused_with_a_way_back_bad_again(self):
        self.leave_paused()
        self.after = stack(self.registry, "true worse; " + BOOM)

    def set_paused_and_resumed(self):
        self.leave_paused()
        self.args = ["--resume"]

    # --- running it --------------------------------------------------------------------------------------------------

    @staticmethod
    def done(done, status):
        if done.returncode != status:
            raise RuntimeError(f"exit {done.returncode} instead of {status}: {done.stdout}{done.stderr}")

    def clear(self):
        for name in (NAME, PORT_HOLDER):
            self.skep("rm", name)

    def put_right(self):
        """What the scenario did to the swarm itself."""
        for step in self.undo:
            step()

    def prepare(self):
        self.clear()
        self.set_up()
        if self.before:
            self.done(self.deploy(self.before), 0)
        self.state = self.state or self.spec()
        self.tasks = set(self.engine.running(APP)) if self.state else set()
        if self.during:
            self.threads.append(threading.Timer(3, self.during))
            self.threads[-1].start()

    def run(self):
        """(problems, outcome) of skep."""
        self.prepare()
        began = time.monotonic()
        done = self.deploy(self.after, *self.args)
        seconds = time.monotonic() - began
        for thread in self.threads:
            thread.join()
        outcome = json.loads(done.stdout.strip().splitlines()[-1]) if done.stdout.strip() else {}
        outcome["measured"] = seconds
        problems = []
        # Where two ends are possible, what is said must be what is there.
        if outcome.get("exit") == self.row.get("or", {}).get("exit"):
            self.row = {**self.row, **self.row["or"]}
        for key in ("exit", "result", "cause"):
            if outcome.get(key) != self.row[key]:
                problems.append(f"{key} {outcome.get(key)!r} instead of {self.row[key]!r}")
        if done.returncode != self.row["exit"]:
            problems.append(f"exit status {done.returncode}")
        if self.row.get("says", "") not in done.stdout + done.stderr:
            problems.append(f"it does not say {self.row['says']!r}")
        problems += [f"the run beside it ended with {other.returncode}: {other.stdout}" for other in self.others if other.returncode]
        problems += self.truth()
        if problems:
            problems.append(done.stdout[-3000:] + done.stderr[-2000:])
        return problems, outcome

    def truth(self):
        """What is wrong with what the engine holds now."""
        wanted = self.row.get("now")
        spec = self.spec()
        if wanted == "nothing":
            return [] if spec is None else ["the service is still there"]
        if wanted in ("old", "new"):
            args = json.dumps(spec["TaskTemplate"]["ContainerSpec"].get("Args"))
            if f"true {wanted};" not in args:
                return [f"the service runs {args} and not the {wanted} one"]
            mode = spec["Mode"]
            count = mode["Replicated"]["Replicas"] if "Replicated" in mode else 3
            # Of a node that is down nobody knows; its tasks may go on saying "running".
            ready = {node["ID"] for node in self.engine.get("/nodes") if node["Status"]["State"] == "ready"}
            running = [task for task in self.engine.running(APP).values() if task["NodeID"] in ready]
            if len(running) != count:
                return [f"{len(running)} of {count} tasks run"]
            if wanted == "old":
                return self.differences(spec)
        if wanted == "same tasks" and set(self.engine.running(APP)) != self.tasks:
            return ["tasks were restarted"]
        return []

    def differences(self, spec):
        """To the service of before, but for its tasks' template, whose command was looked at."""
        now, before = {**ENGINE_DEFAULTS, **spec}, {**ENGINE_DEFAULTS, **self.state}
        return [f"{key} is {now.get(key)} and was {before.get(key)}" for key in sorted({*now, *before})
                if key != "TaskTemplate" and now.get(key) != before.get(key)]

    def docker(self):
        """What docker says of the same."""
        self.prepare()
        self.write(self.after)
        began = time.monotonic()
        try:
            done = subprocess.run([self.environment["DOCKER_CLI"], "stack", "deploy", "--detach=false", "-c", "stack.yml", NAME],
                                  cwd=self.top, env=self.environment, capture_output=True, text=True, timeout=PATIENCE)
            said = f"exit {done.returncode}"
        except subprocess.TimeoutExpired:
            said = "hangs"
        for thread in self.threads:
            thread.join()
        return said, time.monotonic() - began


def scene(environment, row, method):
    # Not below /tmp: a folder that nodes bind.
    with tempfile.TemporaryDirectory(prefix="skep-scene-", dir="/var/tmp") as folder:
        one = Scene(environment, row, folder)
        try:
            return getattr(one, method)()
        finally:
            one.put_right()
            one.clear()


def lab():
    environment = support.lab_environment()
    lab_images.push(environment, "busybox", environment["REGISTRY"] + "/busybox:1")
    return environment


class Scenarios(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.environment = lab()

    def hold(self, row):
        problems, _ = scene(self.environment, row, "run")
        self.assertEqual(problems, [], "\n".join(problems))


for each in TABLE:
    setattr(Scenarios, "test_" + identifier(each["name"]), lambda self, row=each: self.hold(row))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docker", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    environment = lab()
    row_form = "{:<30} {:>4} {:<10} {:<10} {:>7}  {:<8} {}"
    print(row_form.format("scenario", "exit", "result", "cause", "seconds", "", "docker" if options.docker else ""))
    broken = 0
    for row in TABLE:
        if options.names and row["name"] not in options.names:
            continue
        try:
            problems, outcome = scene(environment, row, "run")
        except (RuntimeError, subprocess.SubprocessError) as problem:
            problems, outcome = [str(problem)], {"measured": 0}
        docker = ""
        if options.docker:
            said, seconds = scene(environment, row, "docker")
            docker = f"{said} after {seconds:.0f} s"
        print(row_form.format(row["name"], str(outcome.get("exit")), str(outcome.get("result")), str(outcome.get("cause")),
                              f"{outcome['measured']:.1f}", "WRONG" if problems else "right", docker), flush=True)
        for problem in problems:
            print("    " + problem.replace("\n", "\n    "))
        broken += bool(problems)
    print(f"{len(options.names or TABLE) - broken} right, {broken} wrong")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
