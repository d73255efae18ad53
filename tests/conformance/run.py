#!/usr/bin/env python3
"""What `docker stack deploy` sends for a Compose file is what `skep deploy` must send; what docker refuses, skep refuses.

Each case file is deployed by both against a recording engine (recorder.py); the bodies of what they create are made
comparable (ids by name, keys in any order) and compared. skep deploys each file twice: as it reads it itself, where
`differences.json` is the closed list of differences that are meant, and with `--compat docker`, where none is.

    run.py SKEP                     compare skep with the real docker CLI ($DOCKER_CLI, else `docker` in PATH), or,
                                    where there is none, with the bodies recorded in recorded/. With the CLI also: after docker's own
                    deploy, `skep diff` finds nothing to change
    run.py SKEP --recorded          compare with recorded/ in any case
    run.py --record                 write recorded/ anew from the docker CLI
    run.py SKEP --case NAME …       only these

cases/*.yml are files that docker takes. Lines that begin with `# network:`, `# secret:`, `# config:` name what the swarm
has already; `# label: NAME=VALUE` is a label of its nodes; `# env: NAME=VALUE` sets a variable; `# and: FILE` is one more
-c, relative to cases/; `# api: 1.43` is the newest API that the engine speaks, `# resolve: always` lets images be looked
up (the engine knows a digest of each, but of those under away.example). refused/*.yml are files that docker refuses;
there a line `# skep: TEXT` is a line that skep must print (without the file's folder), `# skep takes it: WHY` says that
skep takes the file for a reason, but with --compat docker. What docker prints is in recorded/refused.json.

Prints cases, equal, different by the list, different; and the same of --compat docker and of what is refused. Exits 1
when one differs that the list does not allow, when an entry of the list is no difference any more, or when a case cannot
run.
"""
import argparse
import base64
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from recorder import API_VERSION, Recorder, id_of  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE / "cases"
REFUSED = HERE / "refused"
RECORDED = HERE / "recorded"
STACK = "app"
TIMEOUT = 120
AT_ONCE = max(2, os.cpu_count() or 2)
# skep's own records and lock: they are no part of the stack.
OWN = ("skep.",)
MODES = ("none", "docker")


class Failed(Exception):
    """A tool that did not end well; its own words."""


def header(path):
    """What the comments of a case file ask for: externals by kind, variables, labels of the nodes, further files, the
    engine's API, whether images are looked up, and what skep must say."""
    asked = {"network": [], "secret": [], "config": [], "and": [], "env": {}, "label": {}, "skep": [], "skep takes it": [],
             "api": API_VERSION, "resolve": "never"}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("# "):
            continue
        key, colon, value = line[2:].partition(":")
        if not colon or key not in asked:
            continue
        if key in ("env", "label"):
            name, _, content = value.strip().partition("=")
            asked[key][name] = content
        elif key in ("api", "resolve"):
            asked[key] = value.strip()
        else:
            asked[key] += value.split() if key in ("network", "secret", "config", "and") else [value.strip()]
    return asked


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
            raise Failed(f"unknown route {request['method']} {request['path']}")
        if request["method"] != "POST" or parts[-1] != "create":
            continue
        body = request["body"]
        if not body.get("Name", "").startswith(OWN):
            out[f"{parts[0]}/{body['Name']}"] = canonical(body, names)
    return out


def canonical(value, names):
    """Every key that was sent. Ids by name; places of this checkout by @CASES@; references to secrets and configs
    sorted, since docker sends two to one object in a random order; ports sorted, since its sort leaves those of one
    published port in any order."""
    if isinstance(value, dict):
        result = {k: canonical(v, names) for k, v in value.items()}
        if isinstance(value.get("Data"), str):
            result["Data"] = content(value["Data"])
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


def content(data):
    """What a secret or config holds: its text; as it was sent where it is none."""
    try:
        return base64.b64decode(data).decode("utf-8")
    except UnicodeDecodeError:
        return f"base64:{data}"


def replace_ids(value, names):
    if isinstance(value, dict):
        return {k: replace_ids(v, names) for k, v in value.items()}
    if isinstance(value, list):
        return [replace_ids(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def run(command, path, asked=None, then=None):
    """Runs one deploy against a fresh recorder. Gives the exit status, what was created, and all that was printed; `then`
    is a second command for what the first one made, whose status and words take the place of the first one's."""
    asked = asked or header(path)
    externals = {kind: asked[kind] for kind in ("network", "secret", "config")}
    with tempfile.TemporaryDirectory(prefix="skep-conf-") as workdir:
        socket = os.path.join(workdir, "engine.sock")
        home = os.path.join(workdir, "home")
        os.makedirs(home)
        variables = {"PATH": os.environ["PATH"], "HOME": home, "DOCKER_CONFIG": home, **asked["env"]}
        files = [item for file in (path, *(CASES / more for more in asked["and"])) for item in ("-c", str(file))]
        call = {"env": variables, "cwd": workdir, "capture_output": True, "text": True, "timeout": TIMEOUT, "check": False}
        resolve = ["--resolve-image", asked["resolve"]]
        with Recorder(socket, externals, asked["label"], asked["api"]) as recorder:
            done = subprocess.run([*command(socket), *files, *resolve, "--detach", STACK], **call)
            bodies = created(recorder.requests)
            if then and done.returncode == 0:
                done = subprocess.run([*then(socket), *files, *resolve, STACK], **call)
    known = {id_of(kind, name): name for kind, names in externals.items() for name in names}
    return done.returncode, replace_ids(bodies, known), (done.stderr + done.stdout).strip()


def deploy(command, path):
    """What a deploy created; Failed with the tool's own words when it did not end well."""
    status, bodies, words = run(command, path)
    if status != 0:
        raise Failed(f"exit {status}: {words}")
    return bodies


def docker_command(cli):
    return lambda socket: [cli, "-H", f"unix://{socket}", "stack", "deploy"]


def skep_command(skep, mode):
    return lambda socket: [skep, "-H", f"unix://{socket}", "deploy", "--compat", mode]


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


def write_json(path, value):
    path.write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def in_parallel(function, things):
    """Of each thing what the function gives, or the exception that it ended with, in order."""
    def one(thing):
        try:
            return function(thing)
        except (Failed, subprocess.TimeoutExpired, OSError) as problem:
            return problem
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return list(zip(things, pool.map(one, things)))


def record(cases, refused):
    cli = docker_cli()
    version = docker_version(cli)
    RECORDED.mkdir(exist_ok=True)
    failed = 0
    for path, bodies in in_parallel(lambda path: deploy(docker_command(cli), path), cases):
        if isinstance(bodies, Exception):
            print(f"FAILED {path.stem}: {bodies}")
            failed += 1
        else:
            write_json(RECORDED / f"{path.stem}.json", {"made_by": version, "bodies": bodies})
    said = read_json(RECORDED / "refused.json")["said"] if (RECORDED / "refused.json").exists() else {}
    for path, result in in_parallel(lambda path: run(docker_command(cli), path), refused):
        if isinstance(result, Exception) or result[0] == 0:
            print(f"FAILED {path.stem}: {'docker takes it' if not isinstance(result, Exception) else result}")
            failed += 1
        else:
            said[path.stem] = shown(result[2])
    if refused:
        said = {name: words for name, words in said.items() if (REFUSED / f"{name}.yml").exists()}
        write_json(RECORDED / "refused.json", {"made_by": version, "said": said})
    print(f"recorded {len(cases)} cases and {len(refused)} refused files, {failed} failed, from {version}")
    return 1 if failed else 0


def shown(words):
    """Words of a tool without the places of this checkout."""
    return words.replace(f"{REFUSED}/", "").replace(f"{CASES}/", "").replace(str(HERE), "@CONFORMANCE@")


def bodies_of(tools, path, change=lambda bodies: bodies):
    """docker's bodies and skep's in each mode; `change` is for the self-test: what is done to skep's."""
    if tools["docker"]:
        docker = deploy(docker_command(tools["docker"]), path)
    else:
        docker = read_json(RECORDED / f"{path.stem}.json")["bodies"]
    ours = {}
    for mode in MODES:
        try:
            ours[mode] = change(deploy(skep_command(tools["skep"], mode), path))
        except Failed as problem:
            ours[mode] = problem
    return docker, ours


class Allowed:
    """The closed list: by mode, case and place. A place that ends in /* is everything below it; "refused" is that skep
    refuses a file that docker takes."""

    def __init__(self, entries):
        self.entries = [(mode, d["case"], d["path"]) for d in entries for mode in d["compat"]]
        self.used = set()

    def has(self, mode, case, place):
        for entry in self.entries:
            below = entry[2].endswith("/*") and place.startswith(entry[2][:-1])
            if entry[:2] == (mode, case) and (entry[2] == place or below):
                self.used.add(entry)
                return True
        return False

    def unused(self, cases):
        return [entry for entry in self.entries if entry[1] in cases and entry not in self.used]


def judge(mode, case, docker, ours, allowed):
    """"equal", "meant" or "different" of one case in one mode; prints each difference that is not meant."""
    if isinstance(ours, Exception) and allowed.has(mode, case, "refused"):
        return "meant"
    if isinstance(ours, Exception):
        print(f"FAILED {case} (--compat {mode}): {ours}")
        return "different"
    found = list(differences("", docker, ours))
    new = [d for d in found if not allowed.has(mode, case, d[0])]
    for place, theirs, own in new:
        print(f"DIFFERENT {case} (--compat {mode}): {place}\n  docker: {json.dumps(theirs)}\n  skep:   {json.dumps(own)}")
    return "different" if new else "meant" if found else "equal"


def compare(cases, tools, entries, change=lambda bodies: bodies):
    """Counts by mode and verdict, and whether an entry of the list has become idle."""
    allowed = Allowed(entries)
    counts = {mode: {"equal": 0, "meant": 0, "different": 0} for mode in MODES}
    for path, result in in_parallel(lambda path: bodies_of(tools, path, change), cases):
        if isinstance(result, Exception):
            print(f"FAILED {path.stem}: {result}")
            for mode in MODES:
                counts[mode]["different"] += 1
            continue
        docker, ours = result
        for mode in MODES:
            counts[mode][judge(mode, path.stem, docker, ours[mode], allowed)] += 1
    idle = allowed.unused({path.stem for path in cases})
    for mode, case, place in idle:
        print(f"IDLE {case} (--compat {mode}): {place} is in differences.json and does not differ")
    return counts, idle


def adoption(tools, path):
    """What `skep diff` finds after docker's own deploy, with nothing said of how the file is read; "" when nothing."""
    then = lambda socket: [tools["skep"], "-H", f"unix://{socket}", "diff", "--exit-code"]  # noqa: E731
    status, _, words = run(docker_command(tools["docker"]), path, then=then)
    return "" if status == 0 else f"exit {status}: {words}"


def look_at_adopted(cases, tools):
    wrong = 0
    for path, problem in in_parallel(lambda path: adoption(tools, path), cases):
        if problem:
            print(f"NOT ADOPTED {path.stem}: {problem}")
            wrong += 1
    return wrong


def refusal(tools, recorded, path):
    """What is wrong with how a file that docker refuses is taken; "" when nothing is."""
    asked = header(path)
    if tools["docker"]:
        status, _, words = run(docker_command(tools["docker"]), path, asked)
        if status == 0:
            return "docker takes it"
    elif path.stem not in recorded:
        return "docker's words are not recorded"
    status, bodies, words = run(skep_command(tools["skep"], "docker"), path, asked)
    if status == 0 or bodies:
        return f"--compat docker takes it: {words}"
    status, _, words = run(skep_command(tools["skep"], "none"), path, asked)
    takes = bool(asked["skep takes it"])
    if takes != (status == 0):
        return f"exit {status}: {words}"
    if not takes and not asked["skep"]:
        return f"the file does not say what skep must print: {shown(words)}"
    missing = [line for line in asked["skep"] if line not in shown(words)]
    return f"skep did not print {missing}, but: {shown(words)}" if missing else ""


def look_at_refused(refused, tools):
    recorded = read_json(RECORDED / "refused.json")["said"] if (RECORDED / "refused.json").exists() else {}
    wrong = 0
    for path, problem in in_parallel(lambda path: refusal(tools, recorded, path), refused):
        if problem:
            print(f"WRONG {path.stem}: {problem}")
            wrong += 1
    return wrong


def own_tests_of_docker():
    """docker_cli_tests.md: how many of docker/cli's own tests are asked here, of how many; names of files that are not there."""
    asked, all_tests, lost = 0, 0, []
    for line in (HERE / "docker_cli_tests.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != 4 or not cells[1].startswith("Test"):
            continue
        all_tests += 1
        if cells[2].startswith("not asked: "):
            continue
        asked += 1
        lost += [name for name in cells[2].split()
                 if not ((REFUSED if name.startswith("!") else CASES) / f"{name.lstrip('!')}.yml").exists()]
    return asked, all_tests, lost


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("skep", nargs="?")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--recorded", action="store_true")
    parser.add_argument("--case", action="append", default=[], help="only this one")
    args = parser.parse_args()
    wanted = lambda folder: sorted(p for p in folder.glob("*.yml") if not args.case or p.stem in args.case)  # noqa: E731
    cases, refused = wanted(CASES), wanted(REFUSED)
    if args.record:
        return record(cases, refused)
    if not args.skep:
        parser.error("the path of skep is missing")
    tools = {"skep": os.path.abspath(args.skep), "docker": None if args.recorded else docker_cli()}
    entries = read_json(HERE / "differences.json")["differences"]
    counts, idle = compare(cases, tools, entries)
    wrong = look_at_refused(refused, tools)
    foreign = look_at_adopted(cases, tools) if tools["docker"] else 0
    asked, all_tests, lost = own_tests_of_docker()
    for name in lost:
        print(f"LOST {name}: docker_cli_tests.md names it, and it is not there")
    if tools["docker"]:
        against = docker_version(tools["docker"])
    else:
        made_by = sorted({read_json(RECORDED / f"{path.stem}.json")["made_by"] for path in cases})
        against = f"bodies recorded from {', '.join(made_by)}"
    none, docker = counts["none"], counts["docker"]
    bad = none["different"] + docker["different"] + docker["meant"] + wrong + len(idle) + foreign + len(lost)
    print(f"docker/cli's own tests of loading and converting: {all_tests}, {asked} asked here, {all_tests - asked} not (docker_cli_tests.md)")
    print(f"refused by docker, and with --compat docker: {len(refused)} files, {len(refused) - wrong} as expected, {wrong} wrong")
    if tools["docker"]:
        print(f"deployed by docker, then `skep diff`: {len(cases)} stacks, {len(cases) - foreign} without a change, {foreign} with one")
    print(f"with --compat docker: {len(cases)} cases, {docker['equal']} equal, {docker['different'] + docker['meant']} different")
    print(f"conformance against {against}: {len(cases)} cases, {none['equal']} equal, {none['meant']} different by the list, "
          f"{bad} different")
    return 1 if bad or not (cases or refused) else 0


if __name__ == "__main__":
    sys.exit(main())
