#!/usr/bin/env python3
"""scenarios.json on the real engine: what skep says of each, held against what the engine says.

Needs a lab that is up (LAB_NAME) and the program (SKEP). As a program it prints a row for each scenario; with --docker also
what `docker stack deploy --detach=false` says of the same file in the same state (60 s, then it "hangs"):

  LAB_NAME=demo SKEP=build/dev/cmd/skep tests/swarm/test_scenarios.py [--docker] [NAME…]
"""
import argparse
import concurrent.futures
import json
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
SLEEP = "exec sleep 100000"
BOOM = "echo boom at start; exit 3"
# What the engine does where nothing is said; after a way back such a field may be left out.
ENGINE_DEFAULTS = {"UpdateConfig": {"Parallelism": 1, "FailureAction": "pause", "Monitor": 5000000000, "MaxFailureRatio": 0,
                                    "Order": "stop-first"}}
PATIENCE = 60  # seconds that docker gets
# Rows about how long a release looks; the others say it, so that all of them do not take half an hour more.
HOLD_BY_THEMSELVES = ("healthy", "slow start", "never healthy", "crash within the monitor time", "crash after the monitor time",
                      "late crash", "slow health check")


def stack(registry, command=SLEEP, image=None, deploy=None, more="", top="", grace="0s"):
    deploy = {"replicas": 2, "update_config": {"monitor": "5s", "failure_action": "pause"}, **(deploy or {})}
    if deploy.get("mode") == "global":
        del deploy["replicas"]
    deploy = {key: value for key, value in deploy.items() if value is not None}
    return (f"services:\n  app:\n    image: {image or registry + '/busybox:1'}\n"
            f"    command: {json.dumps(['sh', '-c', command])}\n    stop_grace_period: {grace}\n"
            f"    deploy: {json.dumps(deploy)}\n{more}{top}")


def health(test, period="1s", **more):
    check = {"test": ["CMD-SHELL", test], "interval": "1s", "timeout": "2s", "retries": 2, "start_period": period, **more}
    return f"    healthcheck: {json.dumps(check)}\n"


def update(**config):
    return {"update_config": {"failure_action": "pause", **config}}


AGAIN = {"restart_policy": {"condition": "any", "delay": "1s"}}


def routed(rule):
    """A service of its own behind the router `scene`."""
    return {"labels": {"traefik.enable": "true", "traefik.http.routers.scene.rule": rule, "traefik.http.routers.scene.service": "scene",
                       "traefik.http.services.scene.loadbalancer.server.port": "80"}}


def service(name, image, command=SLEEP, **deploy):
    return (f"  {name}:\n    image: {image}\n    command: {json.dumps(['sh', '-c', command])}\n    stop_grace_period: 0s\n"
            f"    deploy: {json.dumps(deploy)}\n")


def identifier(name):
    return re.sub("[^a-zA-Z0-9]+", "_", name)


class Scene:
    """One scenario: the stack before, the stack to deploy, and what happens in the middle."""

    def __init__(self, environment, row, folder):
        self.environment, self.row, self.top = environment, row, pathlib.Path(folder)
        self.name = f"scene{TABLE.index(row)}"  # several scenes are played side by side
        self.app, self.holder = f"{self.name}_app", f"{self.name}-holder"
        self.engine = support.Engine(environment)
        self.skep = support.Skep(environment, self.top)
        self.registry = environment["REGISTRY"]
        self.before = stack(self.registry, "true old; " + SLEEP)
        self.after = stack(self.registry, "true new; " + SLEEP)
        self.during, self.state, self.verb, self.more = None, None, "deploy", {}
        self.args = () if row["name"] in HOLD_BY_THEMSELVES else support.HOLD
        self.threads, self.undo = [], []
        self.others = []  # how runs beside the one that is looked at ended

    def write(self, text):
        (self.top / "stack.yml").write_text(text, encoding="utf-8")

    def deploy(self, text, *args, verb="deploy", **environment):
        self.write(text)
        return self.skep(verb, "-c", "stack.yml", self.name, "-o", "json", *args, **environment)

    def begin(self, text):
        """A release that works: what there is before the one that is looked at."""
        self.done(self.deploy(text, "--hold", "0s"), 0)

    def spec(self):
        service = self.engine.service(self.app)
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
            "late crash": lambda: stack(r, new + "sleep 8; echo boom late; exit 3",
                                        deploy={"replicas": 1, **AGAIN, **update(monitor="5s")}),
            # Good at the first look, and of those that do not hear SIGTERM: it runs on for its stop grace.
            "slow health check": lambda: stack(r, new + "touch /good; (sleep 3; rm /good) & " + SLEEP, grace="3s",
                                               deploy={"replicas": 1, **AGAIN, **update(monitor="2s")},
                                               more=health("test -e /good", "0s", interval="2s", retries=3)),
            "template refused": lambda: stack(r, new + SLEEP, more='    environment: {WHERE: "{{.Node.Nonsense}}"}\n'),
            "shared router": lambda: stack(r, new + SLEEP, deploy=routed("Host(`scene.example.com`)"),
                                           more=service("blue", r + "/busybox:1", **routed("Host(`scene.example.com`)"))),
            "shared router, another rule": lambda: stack(r, new + SLEEP, deploy=routed("Host(`scene.example.com`)"),
                                                         more=service("blue", r + "/busybox:1", **routed("Host(`blue.example.com`)"))),
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
            "only a label": lambda: stack(r, "true old; " + SLEEP, deploy={"labels": {"some": "label"}}),
        }
        if self.row["name"] in simple:
            self.after = simple[self.row["name"]]()
        elif not hasattr(self, method):
            raise RuntimeError(f"nothing is written for the scenario {self.row['name']}")
        getattr(self, method, lambda: None)()

    def set_port_taken(self):
        self.write(f"services:\n  app:\n    image: {self.registry}/busybox:1\n    command: [sleep, '100000']\n    stop_grace_period: 0s\n"
                   "    ports: [{target: 80, published: 8123, mode: host}]\n    deploy: {mode: global, update_config: {monitor: 1s}}\n")
        self.done(self.skep("deploy", *support.HOLD, "-c", "stack.yml", self.holder), 0)
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
        self.begin(stack(self.registry, "true old; " + SLEEP, deploy=policy))
        self.done(self.deploy(stack(self.registry, BOOM, deploy=policy), *support.HOLD), 4)
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

    def set_job_fails_Swarm_tries_it_again(self):
        self.before = None
        self.after = stack(self.registry, BOOM, deploy={"mode": "replicated-job", "replicas": 1, **AGAIN, "update_config": None})

    def set_job_still_runs(self):
        self.before = None
        self.after = stack(self.registry, SLEEP, more="    volumes: [{type: bind, source: /no/such/folder, target: /data}]\n" + service(
            "job", self.registry + "/busybox:1", "sleep 25", mode="replicated-job", restart_policy={"condition": "none"}))

    def set_hanging_helper(self):
        image = self.registry + "/busybox:2"
        lab_images.push(self.environment, "busybox", image)
        self.after = stack(self.registry, "true new; " + SLEEP, image=image)
        programs = self.top / "programs"
        programs.mkdir()
        (programs / "config.json").write_text(json.dumps({"credHelpers": {self.registry: "hangs"}}), encoding="utf-8")
        helper = programs / "docker-credential-hangs"
        helper.write_text("#!/bin/sh\nexec sleep 1000\n", encoding="utf-8")
        helper.chmod(0o700)
        self.more = {"DOCKER_CONFIG": str(programs), "PATH": f"{programs}:{self.environment['PATH']}"}

    def set_shared_image(self):
        """The registry has an older one under the name."""
        image = f"{self.registry}/scene-shared"
        lab_images.push(self.environment, "busybox", image + ":latest")
        (self.top / "app").mkdir()
        (self.top / "app/Dockerfile").write_text(f"FROM {self.registry}/busybox:1\nRUN echo {self.top} > /built\n", encoding="utf-8")
        self.before, self.verb = None, "release"
        self.after = stack(self.registry, "true new; " + SLEEP, image=image, more="    build: ./app\n" + service("beside", image + ":latest"))

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
        self.begin(self.before)
        self.before = None
        beside = support.Skep(self.environment, other)
        thread = threading.Thread(target=lambda: self.others.append(beside("deploy", "-c", "stack.yml", self.name)))
        thread.start()
        self.threads.append(thread)
        deadline = time.monotonic() + 30
        while "true first" not in json.dumps(self.spec()) and time.monotonic() < deadline:
            time.sleep(0.1)

    def set_paused_at_the_start(self):
        self.begin(self.before)
        self.before = None
        self.change_by_hand(BOOM, "paused")

    def set_docker_in_between(self):
        self.begin(self.before)
        self.before = None
        self.write(stack(self.registry, "true by hand; " + SLEEP))
        subprocess.run([self.environment["DOCKER_CLI"], "stack", "deploy", "--detach=false", "-c", "stack.yml", self.name], cwd=self.top,
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
            for attempt in range(5):  # the engine writes to its nodes too
                node = self.node(chosen)
                try:
                    self.engine.call("POST", f"/nodes/{node['ID']}/update?version={node['Version']['Index']}",
                                     {**node["Spec"], "Labels": labels})
                    return
                except RuntimeError as error:
                    if attempt == 4 or "out of sequence" not in str(error):
                        raise
        kept = self.node(chosen)["Spec"]["Labels"]
        label({**kept, "scene": "yes"})
        self.after = stack(self.registry, "true new; " + SLEEP, deploy={"placement": {"constraints": ["node.labels.scene == yes"]}})
        self.during = lambda: label(kept)
        self.undo.append(lambda: label(kept))

    def change_by_hand(self, command, state, **config):
        """Of a stack that is there; comes back when the engine says that state of the update."""
        service = self.engine.service(self.app)
        spec = service["Spec"]
        spec["TaskTemplate"]["ContainerSpec"]["Args"] = ["sh", "-c", command]
        spec.update(config)
        self.engine.call("POST", f"/services/{service['ID']}/update?version={service['Version']['Index']}", spec)
        self.wait_for_update(state)

    def wait_for_update(self, state):
        deadline = time.monotonic() + 180
        while (self.engine.service(self.app).get("UpdateStatus") or {}).get("State") != state:
            if time.monotonic() > deadline:
                raise RuntimeError(f"the update is not {state}")
            time.sleep(0.2)

    def set_updating_at_the_start(self):
        self.begin(self.before)
        self.before = None
        self.change_by_hand("true by hand; " + SLEEP, "updating", UpdateConfig={"Parallelism": 1, "Delay": 15 * 10**9, "Monitor": 5 * 10**9})

    def set_rolling_back_at_the_start(self):
        self.begin(self.before)
        self.before = None
        # The engine rolls back when the task ends within its monitor time: long enough for a machine that is busy.
        self.change_by_hand(BOOM, "rollback_started", UpdateConfig={"Parallelism": 1, "FailureAction": "rollback", "Monitor": 30 * 10**9},
                            RollbackConfig={"Parallelism": 1, "Monitor": 15 * 10**9})

    def leave_paused(self):
        """A release that its user did not want to be taken back."""
        self.begin(self.before)
        self.before, self.state = None, self.spec()
        self.done(self.deploy(stack(self.registry, "true bad; " + BOOM), *support.HOLD, "--no-rollback"), 5)
        self.wait_for_update("paused")

    set_paused_with_a_way_back = leave_paused

    def set_paused_with_a_way_back_bad_again(self):
        self.leave_paused()
        self.after = stack(self.registry, "true worse; " + BOOM)

    def set_paused_and_resumed(self):
        self.leave_paused()
        self.args = (*support.HOLD, "--resume")

    # --- running it --------------------------------------------------------------------------------------------------

    @staticmethod
    def done(done, status):
        if done.returncode != status:
            raise RuntimeError(f"exit {done.returncode} instead of {status}: {done.stdout}{done.stderr}")

    def clear(self):
        for name in (self.name, self.holder):
            self.skep("rm", name)

    def put_right(self):
        """What the scenario did to the swarm itself."""
        for step in self.undo:
            step()

    def prepare(self):
        self.clear()
        self.set_up()
        if self.before:
            self.begin(self.before)
        self.state = self.state or self.spec()
        self.tasks = set(self.engine.running(self.app)) if self.state else set()
        if self.during:
            self.threads.append(threading.Timer(3, self.during))
            self.threads[-1].start()

    def run(self):
        """(problems, outcome) of skep."""
        self.prepare()
        began = time.monotonic()
        done = self.deploy(self.after, *self.args, verb=self.verb, **self.more)
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
            left = [one["Spec"]["Name"] for one in self.engine.get("/services", label=[f"com.docker.stack.namespace={self.name}"])]
            return [f"{', '.join(left)} is still there"] if left else []
        if wanted == "one image":
            images = [self.engine.service(f"{self.name}_{name}")["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] for name in ("app", "beside")]
            digests = {image.partition("@")[2] for image in images}
            return [] if len(digests) == 1 and "" not in digests else [f"they run {images}"]
        if wanted in ("old", "new"):
            args = json.dumps(spec["TaskTemplate"]["ContainerSpec"].get("Args"))
            if f"true {wanted};" not in args:
                return [f"the service runs {args} and not the {wanted} one"]
            mode = spec["Mode"]
            count = mode["Replicated"]["Replicas"] if "Replicated" in mode else 3
            # Of a node that is down nobody knows; its tasks may go on saying "running".
            ready = {node["ID"] for node in self.engine.get("/nodes") if node["Status"]["State"] == "ready"}
            running = [task for task in self.engine.running(self.app).values() if task["NodeID"] in ready]
            if len(running) != count:
                return [f"{len(running)} of {count} tasks run"]
            if wanted == "old":
                return self.differences(spec)
        if wanted == "same tasks" and set(self.engine.running(self.app)) != self.tasks:
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
            done = subprocess.run([self.environment["DOCKER_CLI"], "stack", "deploy", "--detach=false", "-c", "stack.yml", self.name],
                                  cwd=self.top, env={**self.environment, **self.more}, capture_output=True, text=True, timeout=PATIENCE)
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
    """Where all are asked for, two are played at a time: they mostly wait. Those that touch what others stand on
    are played alone."""
    ALONE = ("manager restarted", "node lost in the rollout", "shared router, another rule")
    all_of_them = False

    @classmethod
    def setUpClass(cls):
        cls.environment = lab()
        cls.pool = concurrent.futures.ThreadPoolExecutor(2)
        cls.played = {}
        if cls.all_of_them:
            cls.played = {row["name"]: cls.pool.submit(scene, cls.environment, row, "run") for row in TABLE if row["name"] not in cls.ALONE}

    @classmethod
    def tearDownClass(cls):
        cls.pool.shutdown(cancel_futures=True)

    def hold(self, row):
        if row["name"] in self.played:
            problems, _ = self.played[row["name"]].result()
        else:
            concurrent.futures.wait(self.played.values())
            problems, _ = scene(self.environment, row, "run")
        self.assertEqual(problems, [], "\n".join(problems))


def load_tests(_loader, tests, _pattern):
    """unittest asks here for the whole module only, not for tests by name."""
    Scenarios.all_of_them = True
    return tests


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
