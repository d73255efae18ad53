#!/usr/bin/env python3
"""What the engine holds after `skep deploy -c FILE NAME` is what it holds after `docker stack deploy -c FILE NAME`.

Needs a lab that is up (LAB_NAME) and the program (SKEP). Each file of stacks/ is deployed by docker's own CLI, read from
the engine, removed, deployed by skep under the same name, and read again. Nothing is left out but what IGNORED lists;
ids of networks, secrets and configs are compared by the names that they stand for. Then every single leaf of what was
read is changed and removed in turn, and the comparison has to see it: it cannot be blind anywhere.
"""
import copy
import json
import pathlib
import re
import subprocess
import tempfile
import time
import unittest

import databases
import lab_images
import support

STACKS = pathlib.Path(__file__).resolve().parent / "stacks"
NAME = "twin"
# What differs from one deploy to the next, whoever makes it: ids, times, versions, and addresses that the engine gave out.
IGNORED = [r"/ID", r"/Version/Index", r"/CreatedAt", r"/UpdatedAt", r"/Endpoint/VirtualIPs/\d+/Addr",
           r"/JobStatus/JobIteration/Index", r"/JobStatus/LastExecution"]
IGNORED_PATH = re.compile("|".join(f"(?:{path})" for path in IGNORED))
ENDED = ("complete", "shutdown", "failed", "rejected", "orphaned", "remove")
# Made anew by the engine for each network.
NETWORK_OWN = ("Id", "Created", "Peers", "Containers", "Services", "Status")
# The keys of the Compose file that the stacks are to use between them.
KEYS = """image command entrypoint environment env_file labels healthcheck test interval timeout retries start_period disable
configs secrets source target mode uid gid volumes type read_only bind propagation tmpfs size volume nocopy networks aliases
ports published protocol logging driver options stop_grace_period stop_signal deploy replicas endpoint_mode resources limits
cpus memory pids reservations restart_policy condition delay max_attempts window update_config parallelism failure_action
monitor max_failure_ratio order rollback_config placement constraints preferences spread max_replicas_per_node user
working_dir hostname init tty stdin_open cap_add cap_drop sysctls ulimits soft hard extra_hosts dns dns_search isolation
depends_on driver_opts attachable internal ipam config subnet external name file template_driver""".split()


def leaves(value, path=""):
    """(path, value) of everything that holds nothing more; an empty map or list is one too."""
    if value and isinstance(value, dict):
        for key in sorted(value):
            yield from leaves(value[key], f"{path}/{key}")
    elif value and isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}/{index}")
    else:
        yield path, value


def by_name(value, names):
    """Ids, wherever they stand, by the names of what they are."""
    if isinstance(value, dict):
        return {key: by_name(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [by_name(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def in_order(spec):
    """Secrets and configs sorted: docker sends two references to one object in a random order."""
    container = spec["TaskTemplate"]["ContainerSpec"]
    for key, name in (("Secrets", "SecretName"), ("Configs", "ConfigName")):
        if container.get(key):
            container[key].sort(key=lambda item, name=name: (item.get(name, ""), item["File"]["Name"]))
    return spec


def differences(left, right):
    """Paths of two recorded services, as `Recording.service` gives them, that are not the same."""
    a, b = dict(leaves(left)), dict(leaves(right))
    return sorted(path for path in a.keys() | b.keys() if not IGNORED_PATH.fullmatch(path)
                  and (path not in a or path not in b or a[path] != b[path] or type(a[path]) is not type(b[path])))


class Recording:
    """Services and objects of the stack as the engine has them."""

    def __init__(self, engine):
        label = [f"com.docker.stack.namespace={NAME}"]
        names = {n["Id"]: n["Name"] for n in engine.get("/networks")}
        for kind in ("secrets", "configs"):
            names.update({o["ID"]: o["Spec"]["Name"] for o in engine.get(f"/{kind}")})
        self.services = {}
        for listed in engine.get("/services", label=label):
            service = by_name(engine.get(f"/services/{listed['ID']}"), names)
            in_order(service["Spec"])
            self.services[service["Spec"]["Name"]] = service
        self.objects = {f"{kind}/{o['Spec']['Name']}": {"Spec": o["Spec"]} for kind in ("secrets", "configs")
                        for o in engine.get(f"/{kind}", label=label)}
        for listed in engine.get("/networks", label=label):
            network = engine.get(f"/networks/{listed['Id']}")
            for key in NETWORK_OWN:
                network.pop(key, None)
            network.get("Options", {}).pop("com.docker.network.driver.overlay.vxlanid_list", None)
            if listed["Name"] != f"{NAME}_inside":  # the one whose subnet its file asks for
                network["IPAM"]["Config"] = len(network["IPAM"]["Config"] or [])
            self.objects[f"networks/{listed['Name']}"] = network


def edited(value, path, change):
    """A copy with the leaf at path changed, or left out."""
    result = copy.deepcopy(value)
    place, keys = result, path.strip("/").split("/")
    place, keys = descend(place, keys)
    if change == "removed":
        del place[keys]
    else:
        old = place[keys]
        place[keys] = (not old if isinstance(old, bool) else old + 1 if isinstance(old, (int, float))
                       else old + "x" if isinstance(old, str) else "x")
    return result


def descend(place, keys):
    """The holder of a leaf and its key there; a key may itself hold a slash, so the longest that fits is taken."""
    if isinstance(place, list):
        index = int(keys[0])
        return (place, index) if len(keys) == 1 else descend(place[index], keys[1:])
    for size in range(len(keys), 0, -1):
        key = "/".join(keys[:size])
        if key in place:
            return (place, key) if size == len(keys) else descend(place[key], keys[size:])
    raise KeyError("/".join(keys))


class SameAsDocker(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.environment = support.lab_environment()
        cls.environment["IMAGE"] = cls.environment["REGISTRY"] + "/busybox:1"
        cls.engine = support.Engine(cls.environment)
        cls.skep = support.Skep(cls.environment, STACKS, support.HOLD)
        lab_images.push(cls.environment, "busybox", cls.environment["IMAGE"])
        cls.remove()
        for kind in ("secret", "config"):
            for old in cls.engine.get(f"/{kind}s", name=[f"same_outside_{kind}"]):
                cls.engine.call("DELETE", f"/{kind}s/{old['ID']}")
            made = cls.engine.call("POST", f"/{kind}s/create", {"Name": f"same_outside_{kind}", "Data": "c2FtZQ=="})
            cls.addClassCleanup(cls.engine.call, "DELETE", f"/{kind}s/{made['ID']}")
        cls.addClassCleanup(cls.remove)

    @classmethod
    def docker(cls, *args):
        done = subprocess.run([cls.environment["DOCKER_CLI"], *args], env=cls.environment, cwd=STACKS, capture_output=True,
                              text=True, timeout=300)
        if done.returncode:
            raise RuntimeError(f"docker {' '.join(args)}: {done.stdout}{done.stderr}")

    @classmethod
    def remove(cls):
        """Whatever of the stack is there, until it is gone."""
        done = cls.skep("rm", NAME)
        if done.returncode and "there is no stack" not in done.stderr:
            raise RuntimeError(f"skep rm: {done.stdout}{done.stderr}")
        cls.wait_until_gone()

    @classmethod
    def wait_until_gone(cls):
        label = [f"com.docker.stack.namespace={NAME}"]
        deadline = time.monotonic() + 120
        while True:
            left = [kind for kind in ("/services", "/networks", "/secrets", "/configs") if cls.engine.get(kind, label=label)]
            # Tasks that ended stay for a while, those of a job on Engine 20.10 for good.
            left += [task["ID"] for task in cls.engine.get("/tasks", label=label)
                     if task["Status"]["State"] not in ENDED and "JobIteration" not in task]
            if not left:
                return
            if time.monotonic() > deadline:
                raise RuntimeError(f"still there after two minutes: {left}")
            time.sleep(0.5)

    def by_docker(self, path):
        self.docker("stack", "deploy", "--with-registry-auth", "--detach=true", "-c", path.name, NAME)
        self.wait_for_jobs()
        recording = Recording(self.engine)
        self.remove()  # docker's own fails while a task still holds the stack's network
        return recording

    def by_skep(self, path):
        return self.deployed(self.skep, "-c", path.name, NAME)

    def deployed(self, skep, *args):
        done = skep("deploy", *args)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.wait_for_jobs()
        recording = Recording(self.engine)
        again = skep("diff", "--exit-code", *args)
        self.assertEqual(again.returncode, 0, f"right after a deploy, diff: {again.stdout}{again.stderr}")
        self.remove()
        return recording

    def wait_for_jobs(self):
        """JobStatus comes with a job's first execution."""
        deadline = time.monotonic() + 60
        for service in self.engine.get("/services", label=[f"com.docker.stack.namespace={NAME}"]):
            while any("Job" in mode for mode in service["Spec"]["Mode"]) and time.monotonic() < deadline:
                if "LastExecution" in self.engine.get(f"/services/{service['ID']}").get("JobStatus", {}):
                    break
                time.sleep(0.2)

    def compare(self, file):
        path = STACKS / file
        docker, skep = self.by_docker(path), self.by_skep(path)
        self.assertEqual(sorted(docker.services), sorted(skep.services))
        self.assertTrue(docker.services)
        for name, service in docker.services.items():
            found = differences(service, skep.services[name])
            told = {p: (dict(leaves(service)).get(p), dict(leaves(skep.services[name])).get(p)) for p in found}
            self.assertEqual(found, [], json.dumps(told, indent=1))
            self.seen_everywhere(service, skep.services[name])
        self.assertEqual(docker.objects, skep.objects)

    def test_with_a_database_user_the_delivered_entry_is_the_only_difference(self):
        path = STACKS / "web.yml"
        with tempfile.TemporaryDirectory() as folder:
            project = {"stack": NAME, "template": str(path), "mongodb": {
                "hosts": ["mongo01", "mongo02", "mongo03"], "replica_set": "rs", "network": "backend",
                "admin": {"user": "admin", "password": {"secret": "mongo_admin_password"}},
                "users": {NAME: {"database": NAME, "roles": ["readWrite"], "deliver": [{"service": "web", "env": "MONGODB_URI"}]}}}}
            (pathlib.Path(folder) / "skep.yml").write_text(json.dumps(project), encoding="utf-8")
            lab = databases.Lab(self.environment)
            self.addCleanup(lab.as_admin, f"if (admin.getUser('{NAME}')) admin.dropUser('{NAME}'); print(1)")
            docker = self.by_docker(path)
            skep = self.deployed(support.Skep(self.environment, pathlib.Path(folder), support.HOLD))
        self.assertEqual(sorted(docker.services), sorted(skep.services))
        for name, service in skep.services.items():
            variables = service["Spec"]["TaskTemplate"]["ContainerSpec"]["Env"]
            delivered = [one for one in variables if one.startswith(f"MONGODB_URI=mongodb://{NAME}:")]
            self.assertEqual(len(delivered), 1 if name == f"{NAME}_web" else 0)
            for one in delivered:
                variables.remove(one)
            self.assertEqual(differences(docker.services[name], service), [])
        self.assertEqual(docker.objects, skep.objects)

    def seen_everywhere(self, service, other):
        """Each leaf of docker's, changed and then removed, is a difference to skep's; but those that are ignored."""
        count = 0
        for path, value in leaves(service):
            if IGNORED_PATH.fullmatch(path):
                continue
            for change in ("changed", "removed"):
                found = differences(edited(service, path, change), other)
                self.assertTrue(found, f"{path} {change} ({value!r}) is not seen")
                count += 1
        self.assertGreater(count, 40)

    def test_files_use_forty_keys(self):
        text = "\n".join(re.sub(r"(^|\s)#.*", "", path.read_text(encoding="utf-8"), flags=re.M) for path in STACKS.glob("*.yml"))
        used = {key for key in KEYS if re.search(rf"(?:^|[\s{{,]){key}:(?=\s|$)", text, re.M)}
        self.assertEqual(sorted(set(KEYS) - used), [])
        self.assertGreaterEqual(len(used), 40)
        self.assertEqual(len(list(STACKS.glob("*.yml"))), 5)


for stack in sorted(STACKS.glob("*.yml")):
    setattr(SameAsDocker, f"test_{stack.stem}", lambda self, file=stack.name: self.compare(file))

if __name__ == "__main__":
    unittest.main(verbosity=2)
