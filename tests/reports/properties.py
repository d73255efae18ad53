#!/usr/bin/env python3
"""The same text is read the same way however many files there are, and what `skep config` prints means what it printed.

    properties.py SKEP [--mutated N] [--seed N] [--keep FOLDER]

Of each case file of tests/conformance (cases and refused), and of N files with something else put into one of them (300;
the whole run has 10000), half of them with a mistake of tests/mutate, half with another value that may stand there:

    overlay    `lint` and `config` of the file, and of the file with one more behind it that names its services and says
               nothing of them; the same with --compat docker, where the second file names none (docker sorts lists of a
               service that two files have)
    include    of a file that includes it
    extends    `config` of a file whose services extend its services
    config     what `config` prints, printed again by `config`, in YAML and in JSON

Two outputs that should be the same and are not are DIFFERENT. A file that is refused counts by its messages. Prints the
counts; exits 1 when one is different. The same seed makes the same files; --keep writes those that are different.
"""
import argparse
import collections
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "mutate"))
sys.path.insert(0, str(HERE.parent / "conformance"))
import mistakes  # noqa: E402
import positions  # noqa: E402
import run as conformance  # noqa: E402

CASES, REFUSED = conformance.CASES, conformance.REFUSED
TIMEOUT = 60
SHOWN = 10

# What else may stand at a place, by the path of the table of keys; texts that can stand in a flow map too.
TEXTS = [r'"a$$b"', r'"$${X}"', r'"${NONE:-{\"level\":\"info\"}}"', r'"${NODE:-{{.Node.Hostname}}}"', "2001-12-14", "0440", "1.50",
         "yes", '""', '"a: b #c"', r'"two\nlines\n"', '" x "', '"{{.Task.Slot}}"', r'"\ttab"', r'"\u0085x"', "'it''s'", "56:56", '"$$"', "null"]
ITEMS = ['"A=a$$b"', '"B"', r'"C=${NONE:-{\"a\":{}}}"', '"D=2001-12-14"', '"x-e=1"']
TRUTH = ['"true"', '"yes"', '"${NONE:-on}"', "false", '"no"']
NUMBERS = ['"3"', "3.0", '"${NONE:-2}"', "0", '"-1"', "070"]
TIMES = ['"1m30s"', "90s", '"-5s"', "1.5h", '"${NONE:-2s}"', "0s"]
SIZES = ['"64m"', "1024", "1.5g", '"-1"', '"${NONE:-64M}"', '"0"']
MODES = ["0440", '"0440"', '"${NONE:-288}"', "440", '"99999"', '"77777"', '"440"']
PORTS = ['"127.0.0.1:80:80"', '"[::1]:81:81"', '"0.0.0.0:82:82"', '"8000-8003:9000-9003/udp"', '"53:53/UDP"', "8080", '"9-11"',
         '{target: 80, published: "8080", host_ip: 127.0.0.1}', "{target: 80, published: 81, mode: host, protocol: udp}",
         '"${NONE:-90}:80"', '"0:80"', "{target: 80, host_ip: 0.0.0.0}"]
MOUNTS = ['"./a:/b:z"', '"~/a:/b"', '"/a:/b:ro,rslave"', "/anonymous", "{type: bind, source: ./x, target: /y}", '"/a:/b:nocopy"',
          "{type: tmpfs, target: /t, tmpfs: {size: 64m}}", '"..:/up:ro"', '"/a:/b:cached,ro"', "{type: bind, source: ~/x, target: /z}"]
COMMANDS = ["\"a 'b c' $$d\"", '[a, "$$b", c d]', '"a \'b"', "[]", '"a # b"', "serve --port=80"]
SWAPS = {
    "services.*.ports.[]": PORTS,
    "services.*.volumes.[]": MOUNTS,
    "services.*.environment.[]": ITEMS,
    "services.*.labels.[]": ITEMS,
    "services.*.deploy.labels.[]": ITEMS,
    "services.*.command": COMMANDS,
    "services.*.entrypoint": COMMANDS,
    "services.*.healthcheck.test": COMMANDS,
    "services.*.secrets.[].mode": MODES,
    "services.*.configs.[].mode": MODES,
    "services.*.ports.[].published": ['"8080"', "8081", '"8080-8090"', '"${NONE:-8082}"', "0"],
    "services.*.ports.[].target": NUMBERS,
    "services.*.extra_hosts.[]": ['"a=[::1]"', '"b:10.0.0.1"', '"none"', '"c=10.0.0.2"'],
    "services.*.extra_hosts.*": ["[10.0.0.1, '[::1]']", '"::1"', "5", "null"],
    "services.*.build": [".", "./nowhere", "{dockerfile: D}", "{context: ., args: [A, B=$$]}", "'https://example.com/x.git'"],
    "services.*.tmpfs": ["/run", '["/run:size=64m,mode=1777", /tmp]', '"/run:noexec"'],
    "services.*.tmpfs.[]": ["/run", '"/tmp:size=1m"', '"/run:noexec"'],
    "services.*.networks.[]": ["default", "x-net"],
    "services.*.depends_on.[]": ["nobody", "x-nobody"],
    "version": ['"2.4"', '"3.8"', '"9"', "3.10", '"3"'],
}
BY_KEY = {**dict.fromkeys(mistakes.BOOLEANS, TRUTH), **dict.fromkeys(mistakes.INTEGERS, NUMBERS), **dict.fromkeys(mistakes.DURATIONS, TIMES),
          **dict.fromkeys(mistakes.SIZES, SIZES)}


@dataclasses.dataclass
class File:
    name: str
    text: str
    env: dict
    more: list  # further -c


def case_files():
    result = []
    for path in sorted([*CASES.glob("*.yml"), *REFUSED.glob("*.yml")]):
        asked = conformance.header(path)
        result.append(File(path.stem, path.read_text(encoding="utf-8"), asked["env"], [str(CASES / more) for more in asked["and"]]))
    return result


def places(node, path, free):
    """(path of the table, key, node) of each value."""
    for entry in node.entries:
        if entry.key == "<<":
            continue
        named = path in mistakes.NAMES or free
        here = (path + "." if path else "") + ("*" if named else entry.key)
        below = not named and entry.key in mistakes.FREE
        yield here, "" if named else entry.key, entry.value
        yield from places(entry.value, here, below)
    for item in node.items:
        yield path + ".[]", "", item
        yield from places(item, path + ".[]", False)


def swapped(text, rng):
    """The text with another value somewhere that may stand there, or None."""
    found = [(path, key, node) for path, key, node in places(positions.read(text), "", False) if node.kind != "alias"]
    special = [one for one in found if one[0] in SWAPS or one[1] in BY_KEY]
    found = special if special and rng.random() < 0.7 else [one for one in found if one[2].kind == "scalar"]
    if not found:
        return None
    path, key, node = rng.choice(found)
    new = rng.choice(SWAPS.get(path) or BY_KEY.get(key) or TEXTS)
    return text[:node.start] + (" " if node.kind == "null" else "") + new + text[node.end:]


def mutants(files, count, rng):
    """As many different texts as are asked for."""
    known, readable = {}, []
    for file in files:
        try:
            mistakes.seen_keys(positions.read(file.text), "", known)
            readable.append(file)
        except (ValueError, IndexError, TypeError):  # no form that positions.py knows
            continue
    readable = [file for file in readable if not file.more]
    seen, made = set(), 0
    while made < count:
        file = readable[made % len(readable)] if rng.random() < 0.5 else rng.choice(readable)
        if rng.random() < 0.5:
            text = swapped(file.text, rng)
        else:
            found = mistakes.Finder(file.text, rng, known).find()
            text = rng.choice(found).apply(file.text) if found else None
        if text is None or text in seen or text == file.text:
            continue
        seen.add(text)
        made += 1
        yield File(f"{file.name}-{made}", text, file.env, [])


class Checker:
    def __init__(self, skep, keep):
        self.skep, self.keep = skep, keep
        self.local = threading.local()
        self.lock = threading.Lock()
        self.counts = collections.defaultdict(collections.Counter)
        self.shown = 0
        self.folders = tempfile.TemporaryDirectory(prefix="skep-properties-")

    def folder(self):
        """One of each thread, with the files that the cases name."""
        if not hasattr(self.local, "folder"):
            self.local.folder = pathlib.Path(tempfile.mkdtemp(dir=self.folders.name))
            (self.local.folder / "data").symlink_to(CASES / "data")
            (self.local.folder / "home").mkdir()
        return self.local.folder

    def run(self, env, *args, text=None):
        folder = self.folder()
        env = {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), **env}
        done = subprocess.run([self.skep, *args], cwd=folder, env=env, capture_output=True, text=True, input=text, timeout=TIMEOUT, check=False)
        if done.returncode not in (0, 2):
            raise RuntimeError(f"skep {' '.join(args)}: exit {done.returncode}: {done.stderr}")
        return done

    def lint(self, file, names, *flags, silent=()):
        """What is found, and whether it is good. Without findings of the file that says nothing: its version is the
        other's, which may be none."""
        done = self.run(file.env, "lint", "-o", "json", *files_of(names), "app", *flags)
        if not done.stdout:
            return done.stderr.replace(", over.yml", "")
        problems = json.loads(done.stdout)["problems"]
        for problem in problems:
            problem["also"] = [place for place in problem["also"] if place["file"] not in silent]
        return [p for p in problems if p["file"] not in silent]

    def config(self, file, names, *flags, text=None):
        done = self.run(file.env, "config", *files_of(names), *flags, text=text)
        return done.stdout if done.returncode == 0 else None

    def same(self, what, file, one, other):
        good = one == other
        with self.lock:
            self.counts[what]["same" if good else "different"] += 1
            if good:
                return
            self.shown += 1
            if self.keep:
                pathlib.Path(self.keep).mkdir(parents=True, exist_ok=True)
                pathlib.Path(self.keep, f"{file.name}.yml").write_text(file.text, encoding="utf-8")
            if self.shown <= SHOWN:
                print(f"DIFFERENT {file.name}: {what}\n--- one\n{as_text(one)}\n--- other\n{as_text(other)}\n--- file\n{file.text}", flush=True)

    def check(self, file):
        folder = self.folder()
        (folder / "f.yml").write_text(file.text, encoding="utf-8")
        names = ["f.yml", *file.more]
        listed = self.run(file.env, "config", "--no-interpolate", "--services", "--profile", "*", *files_of(["f.yml"]))
        if listed.returncode == 2 and "no service has the profile" in listed.stderr:
            listed = self.run(file.env, "config", "--no-interpolate", "--services", *files_of(["f.yml"]))
        services = listed.stdout.splitlines() if listed.returncode == 0 else []
        self.overlay(file, names, services)
        self.overlay_as_docker(file, names, services)
        good = self.again(file, names)
        if services and not file.more:
            self.included(file)
            if good:
                self.extended(file, services)

    def overlay(self, file, names, services):
        said = {name: {} for name in services}
        (self.folder() / "over.yml").write_text(json.dumps({"services": said} if services else {}), encoding="utf-8")
        both = [*names, "over.yml"]
        self.same("overlay, findings", file, self.lint(file, names), self.lint(file, both))
        self.same("overlay, model", file, self.config(file, names), self.config(file, both))

    def overlay_as_docker(self, file, names, services):
        version = re.search(r"^version:.*$", file.text, re.M)
        text = (version[0] + "\n" if version else "") + ("services: {}\n" if services else "{}\n" if not version else "")
        (self.folder() / "over.yml").write_text(text, encoding="utf-8")
        both, flags = [*names, "over.yml"], ("--compat", "docker")
        self.same("overlay as docker reads it, findings", file, self.lint(file, names, *flags), self.lint(file, both, *flags, silent=["over.yml"]))
        self.same("overlay as docker reads it, model", file, self.config(file, names, *flags), self.config(file, both, *flags))

    def again(self, file, names):
        """Whether the file is good: what is printed is read again, from a folder where nothing is."""
        printed = {form: self.config(file, names, "--format", form) for form in ("yaml", "json")}
        with self.lock:
            self.counts["files"]["good" if printed["yaml"] else "refused"] += 1
        if printed["yaml"] is None:
            return False
        for form, text in printed.items():
            self.same(f"config | config, {form}", file, text, self.config(file, ["-"], "--format", form, text=text))
        self.same("config --format json | config", file, printed["yaml"], self.config(file, ["-"], text=printed["json"]))
        return True

    def included(self, file):
        (self.folder() / "w.yml").write_text("include: [f.yml]\n", encoding="utf-8")
        found = self.lint(file, ["w.yml"])
        for problem in found if isinstance(found, list) else []:
            problem["file"] = problem["file"].replace("w.yml", "f.yml")
        self.same("include, findings", file, self.lint(file, ["f.yml"]), found)
        alone, inside = (self.config(file, [name], "--format", "json") for name in ("f.yml", "w.yml"))
        self.same("include, model", file, sections(alone), sections(inside))

    def extended(self, file, services):
        names = [name for name in services if not name.startswith("x-")]
        text = json.dumps({"services": {name: {"extends": {"file": "f.yml", "service": name}} for name in names}})
        (self.folder() / "e.yml").write_text(text, encoding="utf-8")
        alone, inside = (self.config(file, [name], "--format", "json") for name in ("f.yml", "e.yml"))
        self.same("extends, model", file, sections(alone, ("services",)), sections(inside, ("services",)))


def files_of(names):
    return [item for name in names for item in ("-c", name)]


def sections(text, wanted=("services", "networks", "volumes", "secrets", "configs")):
    """The sections that come from another file, without those that have nothing in them."""
    if text is None:
        return None
    root = json.loads(text)
    return {name: root[name] for name in wanted if root.get(name)}


def as_text(value):
    return value if isinstance(value, str) else json.dumps(value, indent=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("skep")
    parser.add_argument("--mutated", type=int, default=300, metavar="N")
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--keep", metavar="FOLDER")
    args = parser.parse_args()
    files = case_files()
    changed = list(mutants(files, args.mutated, random.Random(args.seed)))
    checker = Checker(os.path.abspath(args.skep), args.keep)
    with checker.folders, concurrent.futures.ThreadPoolExecutor(conformance.AT_ONCE) as pool:
        for _ in pool.map(checker.check, [*files, *changed]):
            pass
    total = checker.counts.pop("files")
    print(f"{len(files)} cases and {len(changed)} mutated ones (seed {args.seed}): {total['good']} good, {total['refused']} refused")
    for what, count in checker.counts.items():
        print(f"{what}: {count['same']} the same, {count['different']} different")
    return 1 if any(count["different"] for count in checker.counts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
