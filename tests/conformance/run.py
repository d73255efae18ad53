#!/usr/bin/env python3
"""What `docker stack deploy` sends for a Compose file is what `skep deploy` must send.

Each case file is deployed by both against a recording engine (recorder.py); the bodies of what they create are made
comparable (ids by name, keys in any order) and compared.

    run.py SKEP                     compare skep with the real docker CLI ($DOCKER_CLI, else `docker` in PATH), or,
                                    where there is none, with the bodies recorded in recorded/
    run.py SKEP --recorded          compare with recorded/ in any case
    run.py --record                 write recorded/ anew from the docker CLI

Lines in a case file that begin with `# network:`, `# secret:`, `# config:` name what the swarm has already, `# label:
NAME=VALUE` is a label of its nodes, and `# env: NAME=VALUE` sets a variable. `differences.json` is the closed list of differences that are meant.
Prints cases, equal, different; exits 1 when one differs that the list does not allow, or a case cannot run.
"""
import argparse
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from recorder import Recorder, id_of  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE / "cases"
RECORDED = HERE / "recorded"
STACK = "app"
TIMEOUT = 60
# skep's own records and lock: they are no part of the stack.
OWN = ("skep.",)


def header(path):
    """What the comments of a case file ask for: externals by kind, variables, labels of the nodes."""
    externals = {"network": [], "secret": [], "config": []}
    pairs = {"env": {}, "label": {}}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("# "):
            continue
        key, colon, value = line[2:].partition(":")
        if key in externals and colon:
            externals[key] += value.split()
        elif key in pairs and colon:
            name, _, content = value.strip().partition("=")
            pairs[key][name] = content
    return externals, pairs["env"], pairs["label"]


def created(requests):
    """Bodies of what was created, by kind and name; ids replaced by names."""
    names = {}
    for request in requests:
        parts = request["path"].strip("/").split("/")
        if request["method"] == "POST" and parts[-1] == "create" and request["body"]:
            kind, name = parts[0], request["body"].get("Name", "")
            names[id_of(kind[:-1], name)] = name
    out = {}
    for request in requests:
        parts = request["path"].strip("/").split("/")
        if request["status"] == 501:
            raise RuntimeError(f"unknown route {request['method']} {request['path']}")
        if request["method"] != "POST" or parts[-1] != "create":
            continue
        body = request["body"]
        if not body.get("Name", "").startswith(OWN):
            out[f"{parts[0]}/{body['Name']}"] = canonical(body, names)
    return out


def canonical(value, names):
    """Ids by name; places of this checkout by @CASES@; SecretID and ConfigID left out (the name says it); references
    to secrets and configs sorted, since docker sends two to one object in a random order; ports sorted, since its
    sort leaves those of one published port in any order."""
    if isinstance(value, dict):
        result = {k: canonical(v, names) for k, v in value.items() if k not in ("SecretID", "ConfigID", "CheckDuplicate")}
        if isinstance(value.get("Data"), str):
            result["Data"] = base64.b64decode(value["Data"]).decode("utf-8", "surrogateescape")
        return result
    if isinstance(value, list):
        items = [canonical(item, names) for item in value]
        if items and all(isinstance(i, dict) and ("SecretName" in i or "ConfigName" in i) for i in items):
            items.sort(key=lambda i: (i.get("SecretName") or i.get("ConfigName"), (i.get("File") or {}).get("Name", "")))
        if items and all(isinstance(i, dict) and "TargetPort" in i for i in items):
            items.sort(key=lambda i: (i.get("PublishedPort", 0), i["TargetPort"], i.get("Protocol", "")))
        return items
    if isinstance(value, str):
        value = names.get(value, value)
        return value.replace(str(CASES), "@CASES@").replace(str(HERE), "@CONFORMANCE@")
    return value


def known_ids(externals):
    return {id_of(kind, name): name for kind, names in externals.items() for name in names}


def deploy(command, path, workdir):
    """Runs one deploy against a fresh recorder. Gives what was created, or raises with the tool's own words."""
    externals, env, labels = header(path)
    socket = os.path.join(workdir, "engine.sock")
    home = os.path.join(workdir, "home")
    os.makedirs(home, exist_ok=True)
    variables = {"PATH": os.environ["PATH"], "HOME": home, "DOCKER_CONFIG": home, **env}
    with Recorder(socket, externals, labels) as recorder:
        done = subprocess.run([*command(socket), "-c", str(path), "--resolve-image", "never", "--detach", STACK],
                              env=variables, cwd=workdir, capture_output=True, text=True, timeout=TIMEOUT, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"exit {done.returncode}: {(done.stderr or done.stdout).strip()}")
        out = created(recorder.requests)
    return replace_ids(out, known_ids(externals))


def replace_ids(value, names):
    if isinstance(value, dict):
        return {k: replace_ids(v, names) for k, v in value.items()}
    if isinstance(value, list):
        return [replace_ids(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def differences(path, a, b):
    """Every place where the two differ, as a JSON pointer: (path, docker's, skep's)."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(set(a) | set(b)):
            yield from differences(path + "/" + key.replace("~", "~0").replace("/", "~1"), a.get(key, "<absent>"), b.get(key, "<absent>"))
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for index, (left, right) in enumerate(zip(a, b)):
            yield from differences(f"{path}/{index}", left, right)
    elif a != b or type(a) is not type(b) and not {type(a), type(b)} <= {int, float}:
        yield path, a, b


def docker_cli():
    return os.environ.get("DOCKER_CLI") or shutil.which("docker")


def docker_version(cli):
    return subprocess.run([cli, "--version"], capture_output=True, text=True, check=True).stdout.strip()


def record(cases, workdir):
    cli = docker_cli()
    version = docker_version(cli)
    RECORDED.mkdir(exist_ok=True)
    failed = 0
    for path in cases:
        try:
            bodies = deploy(lambda socket: [cli, "-H", f"unix://{socket}", "stack", "deploy"], path, workdir)
        except RuntimeError as problem:
            print(f"FAILED {path.stem}: {problem}")
            failed += 1
            continue
        text = json.dumps({"made_by": version, "bodies": bodies}, indent=1, sort_keys=True, ensure_ascii=False)
        (RECORDED / f"{path.stem}.json").write_text(text + "\n", encoding="utf-8")
    print(f"recorded {len(cases) - failed} of {len(cases)} cases from {version}")
    return 1 if failed else 0


def wanted(path, cli, workdir):
    if cli:
        return deploy(lambda socket: [cli, "-H", f"unix://{socket}", "stack", "deploy"], path, workdir)
    return json.loads((RECORDED / f"{path.stem}.json").read_text(encoding="utf-8"))["bodies"]


def compare(cases, skep, cli, workdir):
    differing = json.loads((HERE / "differences.json").read_text(encoding="utf-8"))["differences"]
    allowed = {(d["case"], d["path"]) for d in differing if "none" in d["compat"]}
    equal, meant, bad = 0, 0, 0
    for path in cases:
        try:
            left = wanted(path, cli, workdir)
            right = deploy(lambda socket: [skep, "-H", f"unix://{socket}", "deploy"], path, workdir)
        except (RuntimeError, subprocess.TimeoutExpired, OSError) as problem:
            print(f"FAILED {path.stem}: {problem}")
            bad += 1
            continue
        found = list(differences("", left, right))
        new = [d for d in found if (path.stem, d[0]) not in allowed]
        equal += not found
        meant += bool(found) and not new
        bad += bool(new)
        for place, docker, ours in new:
            print(f"DIFFERENT {path.stem}: {place}\n  docker: {json.dumps(docker)}\n  skep:   {json.dumps(ours)}")
    against = docker_version(cli) if cli else "recorded bodies"
    print(f"conformance against {against}: {len(cases)} cases, {equal} equal, {meant} different by the list, {bad} different")
    return 1 if bad or not cases else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("skep", nargs="?")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--recorded", action="store_true")
    parser.add_argument("--case", action="append", default=[], help="only this one")
    args = parser.parse_args()
    cases = sorted(path for path in CASES.glob("*.yml") if not args.case or path.stem in args.case)
    with tempfile.TemporaryDirectory(prefix="skep-conf-") as workdir:
        if args.record:
            return record(cases, workdir)
        if not args.skep:
            parser.error("the path of skep is missing")
        return compare(cases, os.path.abspath(args.skep), None if args.recorded else docker_cli(), workdir)


if __name__ == "__main__":
    sys.exit(main())
