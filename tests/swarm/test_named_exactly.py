#!/usr/bin/env python3
"""Right after a deploy the diff is empty; one field changed by hand on the live service, and the diff names exactly it.

Needs a lab that is up (LAB_NAME) and the program (SKEP). Each file of stacks/, then each case of the conformance run that
this swarm takes, is deployed by skep; then every leaf of every live spec is changed with `POST /services/ID/update`, and
`skep diff` has to name that field and nothing else, as drift and in the plan. A field (by its path, without what stands in
brackets) that a file before has tried is not tried again. What the engine refuses or drops is counted; every field must
have been taken once, but for those of NOT_CHANGED, each with its reason.
"""
import copy
import json
import os
import pathlib
import random
import re
import sys
import tempfile
import time
import unittest

import lab_images
import support
from test_same_as_docker import STACKS, descend, leaves

CONFORMANCE = pathlib.Path(__file__).resolve().parent.parent / "conformance"
sys.path.insert(0, str(CONFORMANCE))
from run import CASES, header  # noqa: E402

NAME = "exact"
# Fields that a hand cannot change alone.
NOT_CHANGED = {
    r"Name": "501: a service cannot be renamed",
    r"Labels\[com\.docker\.stack\.namespace\]": "the service would belong to no stack any more",
    r"Labels\[com\.docker\.stack\.image\]": "goes with the image: another reference of the same digest is no difference",
    r"Mode\..*Job.*": "any write runs a job again",
    r"TaskTemplate\.Runtime": "container is all there is",
    r"TaskTemplate\.ForceUpdate": "a restart that was asked for is no difference",
    r"TaskTemplate\.Networks\.Target": "an id; the list of networks is compared by names",
    r"TaskTemplate\.ContainerSpec\.(Secrets|Configs)\.(SecretID|ConfigID|SecretName|ConfigName)": "id and name go together",
    r"TaskTemplate\.ContainerSpec\.Privileges\.CredentialSpec\.Config": "an id",
    r"TaskTemplate\.ContainerSpec\.Mounts\.Type": "its options go with it",
    r"TaskTemplate\.ContainerSpec\.Mounts\.Consistency": "only a Mac knows it",
    r"TaskTemplate\.ContainerSpec\.Isolation": "only Windows knows another",
}
MAPS = ("Labels", "Options", "Sysctls", "DriverOpts")
# Compared as a whole, in any order.
WHOLE = ("Platforms", "GenericResources", "Preferences")
OTHER = [(r"\.Condition$", {"any": "on-failure"}, "any"), (r"\.FailureAction$", {"pause": "continue"}, "pause"),
         (r"\.Order$", {"stop-first": "start-first"}, "stop-first"), (r"\.PublishMode$", {"ingress": "host"}, "ingress"),
         (r"\.Protocol$", {"tcp": "udp"}, "tcp"), (r"EndpointSpec\.Mode$", {"vip": "dnsrr"}, "vip"),
         (r"\.Propagation$", {"rprivate": "rshared"}, "rprivate"), (r"\.Capability(Add|Drop)$", {}, "CAP_SYS_TIME"),
         (r"\.Nameservers$", {}, "8.8.4.4"), (r"\.Test$", {"CMD": "CMD-SHELL"}, None)]


def path_of(pointer):
    """A leaf's place as the diff names it, without what stands in brackets; a map's key stays, for NOT_CHANGED."""
    parts = pointer.strip("/").split("/")
    out = []
    for index, part in enumerate(parts):
        if out and out[-1] in MAPS:
            return ".".join(out) + "[" + "/".join(parts[index:]) + "]"
        if not part.isdigit():
            out.append(part)
    return ".".join(out)


def bare(path):
    return re.sub(r"\[.*?\](?=\.|$)", "", path)


def changed(path, value):
    """Other values for a leaf, the likeliest first."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, float):
        return [value / 2 if value else 0.5]
    if isinstance(value, int):
        step = 1_000_000 if value > 1_000_000 else 1
        return [value + step, value - step]
    for pattern, map_, otherwise in OTHER:
        if re.search(pattern, path):
            other = map_.get(value, otherwise)
            return [other if other is not None else value + "x"]
    if path.endswith(".Image") and "@sha256:" in value:
        return [value[:-1] + ("0" if value[-1] != "0" else "1")]
    if value.isdigit():
        return [str(int(value) + 1)]
    return [value + "x"]


class NamedExactly(unittest.TestCase):
    maxDiff = None
    tried, refused, dropped, named = set(), {}, {}, {}

    @classmethod
    def setUpClass(cls):
        cls.environment = support.lab_environment()
        cls.environment["IMAGE"] = cls.environment["REGISTRY"] + "/busybox:1"
        cls.engine = support.Engine(cls.environment)
        lab_images.push(cls.environment, "busybox", cls.environment["IMAGE"])
        for kind in ("secret", "config"):
            if not cls.engine.get(f"/{kind}s", name=[f"same_outside_{kind}"]):
                made = cls.engine.call("POST", f"/{kind}s/create", {"Name": f"same_outside_{kind}", "Data": "c2FtZQ=="})
                cls.addClassCleanup(cls.engine.call, "DELETE", f"/{kind}s/{made['ID']}")
        cls.skep = support.Skep(cls.environment, STACKS, support.HOLD)
        cls.skep("rm", NAME)
        cls.addClassCleanup(cls.skep, "rm", NAME)

    def update(self, service, spec):
        """The engine's own writes of a status move the version too."""
        for left in range(20, 0, -1):
            version = self.service(service["ID"])["Version"]["Index"]
            try:
                return self.engine.call("POST", f"/services/{service['ID']}/update?version={version}", spec)
            except RuntimeError as error:
                if "out of sequence" not in str(error) or left == 1:
                    raise
            time.sleep(0.2)

    def service(self, identity):
        return self.engine.call("GET", f"/services/{identity}")

    def diff(self, skep, args):
        done = skep("diff", "-o", "json", "--resume", *args)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout.strip().splitlines()[-1])

    def leaf(self, skep, args, identity, pointer, value):
        """Changes one leaf, looks, and puts it back. True: it was taken and named."""
        path = path_of(pointer)
        for other in changed(path, value):
            before = self.service(identity)
            spec = copy.deepcopy(before["Spec"])
            place, key = descend(spec, pointer.strip("/").split("/"))
            place[key] = other
            try:
                self.update(before, spec)
            except RuntimeError as error:
                self.refused[bare(path)] = str(error)
                continue
            try:
                taken = self.service(identity)
                if taken["Spec"] == before["Spec"]:
                    self.dropped[bare(path)] = f"{value!r} → {other!r}"
                    continue
                self.seen(self.diff(skep, args), taken["Spec"]["Name"], path, f"{pointer}: {value!r} → {other!r}")
            finally:
                self.update(self.service(identity), before["Spec"])
            self.named[bare(path)] = f"{value!r} → {other!r}"
            return True
        return False

    def seen(self, result, service, path, what):
        writes = [action for stage in result["stages"] for action in stage["actions"] if action.get("changes")]
        self.assertEqual([write["name"] for write in writes], [service], what)
        drifted = result["drift"]["services"]
        self.assertEqual([one["service"] for one in drifted], [service], what)
        for changes in (writes[0]["changes"], drifted[0]["changes"]):
            self.assertEqual(len(changes), 1, f"{what}: {changes}")
            found = bare(changes[0]["path"])
            whole = any(bare(path).startswith(found + ".") and found.endswith(name) for name in WHOLE)
            self.assertTrue(found == bare(path) or whole, f"{what}: {changes}")

    def every_leaf(self, skep, args):
        empty = self.diff(skep, args)
        self.assertEqual(empty["stages"], [], "right after a deploy")
        self.assertEqual(empty["drift"]["services"], [], "right after a deploy")
        for listed in self.engine.get("/services", label=[f"com.docker.stack.namespace={NAME}"]):
            if any("Job" in mode for mode in listed["Spec"]["Mode"]):
                continue
            for pointer, value in leaves(listed["Spec"]):
                path = path_of(pointer)
                fixed = any(re.fullmatch(pattern, path) or re.fullmatch(pattern, bare(path)) for pattern in NOT_CHANGED)
                if fixed or value is None or value in ({}, []) or bare(path) in self.named:
                    continue
                self.tried.add(bare(path))
                self.leaf(skep, args, listed["ID"], pointer, value)

    def test_1_stacks(self):
        for path in sorted(STACKS.glob("*.yml")):
            with self.subTest(stack=path.name):
                done = self.skep("deploy", "-c", path.name, NAME)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.every_leaf(self.skep, ("-c", path.name, NAME))
                self.assertEqual(self.skep("rm", NAME).returncode, 0)
        print(f"\nstacks: {len(self.named)} fields named exactly", file=sys.stderr)

    def test_2_conformance_cases(self):
        ran, not_taken, cases = 0, {}, sorted(CASES.glob("*.yml"))
        if not support.LONG:
            seed = random.randrange(10**6)
            print(f"\na sample of the cases, seed {seed}", file=sys.stderr)
            cases = random.Random(seed).sample(cases, 8)
        for path in cases:
            asked = header(path)
            if any(asked[what] for what in ("network", "secret", "config", "label")):
                not_taken[path.name] = "needs what the swarm does not have"
                continue
            more = [word for name in asked["and"] for word in ("-c", str(CASES / name))]
            with tempfile.TemporaryDirectory() as folder, self.subTest(case=path.name):
                skep = support.Skep({**self.environment, **asked["env"]}, pathlib.Path(folder))
                args = ("-c", str(path), *more, "--resolve-image", "never", NAME)
                done = skep("deploy", "--detach", *args)
                try:
                    if done.returncode:
                        not_taken[path.name] = (done.stdout + done.stderr).strip().splitlines()[-1][:160]
                        continue
                    ran += 1
                    self.every_leaf(skep, args)
                finally:
                    self.skep("rm", NAME)
        print(f"\nconformance: {ran} cases ran, {len(not_taken)} were not taken", file=sys.stderr)
        for name, why in not_taken.items():
            print(f"  {name}: {why}", file=sys.stderr)
        self.assertGreater(ran, len(cases) // 3)

    def test_3_every_field_was_named(self):
        print(f"\n{len(self.named)} fields named exactly", file=sys.stderr)
        if os.environ.get("SKEP_FIELDS"):
            print("\n".join(sorted(self.named)), file=sys.stderr)
        never = {path: self.refused.get(path) or self.dropped.get(path) for path in sorted(self.tried - set(self.named))}
        self.assertEqual(never, {})


if __name__ == "__main__":
    unittest.main(verbosity=2)
