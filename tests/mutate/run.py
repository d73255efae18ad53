#!/usr/bin/env python3
"""Good files with a mistake put in: `skep lint` must name the line of each, and what a misspelt word was meant to be.

    run.py SKEP [--seed N] [--most N] [--show | --elsewhere]

Takes every case file of tests/conformance/cases, the example, and the built-in templates; puts in one mistake at a time (a
misspelt key or value, a wrong type, a value out of range, a reference to nothing, a key twice) and lints. Then five files
with five mistakes each. Prints, per kind: files, those with an error at the right line, misspelt words, those with a hint
that names the word or one as near, and the files with errors at other lines too (consequences, which help nobody). The
same seed makes the same files. --most is how many of one kind a file gives (6); --show prints all messages, --elsewhere those of files with more than one
line.
Exits 1 when under 500 files are made, under 99 % have the right line, a hint is missing, or one of the 25 is.
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

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "conformance"))
import mistakes  # noqa: E402
import positions  # noqa: E402
import run as conformance  # noqa: E402

TOP = HERE.parent.parent
CASES = TOP / "tests/conformance/cases"
EXAMPLE = TOP / "examples/kittenapi"
TIMEOUT = 30
FEWEST, SHARE = 500, 0.99
KINDS = ("key", "enum", "type", "range", "reference", "duplicate")

# A project for the built-in templates that opens most of their sections.
PROJECT = """stack: app
template: ./template
values:
  image: registry.example.com/a/b
  networks: [one, two]
  health: "true"
  placement: [node.role == worker]
  env: {A: b}
  secrets: [s]
  command: serve
  resources: {limits: {memory: 64M}}
"""
WEB = """  port: 8080
  host: a.example.com
  health_path: /health
  max_per_node: 2
  tls: true
  cert_resolver: le
  middlewares: other
"""
# What the project above closes, of the sections that stand in the templates.
CLOSED = ("#migrate?", "#build?", "#health.none?", "^health?", "^placement?", "#minimal", "^middlewares?", "^tls")


@dataclasses.dataclass
class Good:
    name: str
    text: str  # what the mistakes are put into
    positions: str  # the same, as this program can read it
    target: str  # its name in the folder that skep is run in
    command: list
    folder: dict  # the other files there: name → text, or the path to link to
    env: dict


def compose(path, name):
    text = path.read_text(encoding="utf-8")
    env = conformance.header(path)["env"]
    return Good(name, text, text, "stack.yml", ["-c", "stack.yml", "app"], {"data": CASES / "data"}, env)


def open_sections(text):
    """A template whose tags are words and whose section lines and closed sections are comments, of the same length."""
    out, closed = [], []
    for line in text.splitlines(keepends=True):
        tag = re.match(r"\[\[([#^/])(.*?)\]\]", line)
        if tag and tag[1] in "#^" and (closed or tag[1] + tag[2] in CLOSED):
            closed.append(tag[2])
        hide = bool(tag or closed)
        if tag and tag[1] == "/" and closed and closed[-1] == tag[2]:
            closed.pop()
        line = "#" + line[1:] if hide and len(line) > 1 else line
        out.append(line.replace("[[", "__").replace("]]", "__"))
    return "".join(out)


def template(name, project):
    folder = TOP / "templates" / name
    text = (folder / "stack.yml").read_text(encoding="utf-8")
    more = {"template/template.yml": folder / "template.yml", "skep.yml": project}
    return Good("template " + name, text, open_sections(text), "template/stack.yml", [], more, {})


def example():
    text = (EXAMPLE / "skep.yml").read_text(encoding="utf-8")
    return Good("example", text, text, "skep.yml", [], {"Dockerfile": EXAMPLE / "Dockerfile"}, {})


def good_files():
    # Of several files laid over each other each mistake would have many places.
    files = [compose(path, path.stem) for path in sorted(CASES.glob("*.yml")) if not conformance.header(path)["and"]]
    files.append(compose(EXAMPLE / "stack.hand-written.yml", "hand-written"))
    return files + [template("web", PROJECT + WEB), template("worker", PROJECT), example()]


def lint_in(skep, good, files, form):
    """`skep lint` in a folder of its own with the good file's others and these: name → text."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in {**good.folder, **files}.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            if isinstance(content, pathlib.Path):
                path.symlink_to(content)
            else:
                path.write_text(content, encoding="utf-8")
        env = {"PATH": os.environ["PATH"], "HOME": folder, **good.env}
        return subprocess.run([skep, "lint", *form, *good.command], cwd=folder, env=env, capture_output=True, text=True,
                              timeout=TIMEOUT, check=False)


def lint(skep, good, text):
    """The problems that skep finds, or raises."""
    done = lint_in(skep, good, {good.target: text}, ["-o", "json"])
    if not done.stdout:  # a text that cannot be read at all is one error, on stderr
        return [{"severity": "error", "file": good.target, **whole(done)}]
    # A service that is not there may be of another stack, and the engine takes any mode of a port: warnings.
    return [p for p in json.loads(done.stdout)["problems"]
            if p["severity"] == "error" or re.search(r"\.depends_on$|\.ports\[\d+\]\.mode$", p["path"])]


def whole(done):
    """An error that ends the run, as a problem."""
    said = re.search(r"error: (.*)\n  at [^:]*:(\d+)", done.stderr)
    if done.returncode != 2 or not said:
        raise RuntimeError(f"exit {done.returncode}: {done.stderr.strip()}")
    return {"line": int(said[2]), "path": "", "message": said[1], "hint": done.stderr}


def named(problem):
    found = re.search(r'did you mean "(.*?)"\?', problem["hint"])
    return found[1] if found else ""


def hinted(mistake, problem):
    """Whether the hint names a word at a distance of at most 2 that is no farther than the one that was there."""
    meant = named(problem)
    near = min(mistakes.distance(mistake.word.lower(), word) for word in mistake.meant)
    return meant in mistake.meant or meant and mistakes.distance(mistake.word.lower(), meant) <= min(near, 2)


@dataclasses.dataclass
class Result:
    right: bool
    hint: bool
    elsewhere: list
    problems: list


def judge(mistake, text, problems, target):
    at = [p for p in problems if p["line"] == mistake.line(text) and p["file"].endswith(target)]
    hint = not mistake.word or any(hinted(mistake, p) for p in at)
    return Result(bool(at), hint, [p for p in problems if p not in at], problems)


def shown(good, mistake, problems):
    line = mistake.apply(good.text).splitlines()[mistake.line(good.text) - 1].strip()
    said = "\n".join(f"    {p['line']}: {p['path']}: {p['message']}" + (f"\n       hint: {p['hint']}" if p["hint"] else "")
                     for p in problems)
    return f"{good.name}:{mistake.line(good.text)}: {mistake.kind}: {line}\n{said or '    nothing'}"


def readable(files):
    """Files of which positions.py, which knows a part of YAML, tells the places; and the names of the others."""
    good, unread = [], []
    for one in files:
        try:
            positions.read(one.positions)
            good.append(one)
        except (TypeError, ValueError, IndexError, AttributeError):
            unread.append(one.name)
    return good, unread


def all_mistakes(files, most, rng):
    known = {}
    for good in files:
        mistakes.seen_keys(positions.read(good.positions), "", known)
    for good in files:
        found = mistakes.Finder(good.positions, rng, known).find()
        for kind in KINDS:
            # In a template, not what holds tags.
            of_kind = [m for m in found if m.kind == kind and "__" not in m.new + good.positions[m.start:m.end]]
            for mistake in rng.sample(of_kind, min(most, len(of_kind))):
                yield good, mistake


def good_of(skep, files):
    """Those without a mistake; a case file that has one must be among the listed differences from docker, or hold builds,
    which docker does not look at."""
    listed = {one["case"] for one in json.loads((CASES.parent / "differences.json").read_text())["differences"]} | {"build_ignored"}
    result = []
    for good in files:
        problems = lint(skep, good, good.text)
        if not problems:
            result.append(good)
        elif good.name not in listed:
            raise SystemExit(f"{good.name} is no good file: {problems[0]}")
    return result


def single(skep, files, args, rng):
    """One mistake a file. Gives whether all is as it must be."""
    made = list(all_mistakes(files, args.most, rng))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        lints = list(pool.map(lambda one: lint(skep, one[0], one[1].apply(one[0].text)), made))
    sums = {kind: collections.Counter() for kind in (*KINDS, "all")}
    for (good, mistake), problems in zip(made, lints):
        result = judge(mistake, good.text, problems, good.target)
        for total in (sums[mistake.kind], sums["all"]):
            total["files"] += 1
            total["right"] += result.right
            total["words"] += bool(mistake.word)
            total["hints"] += bool(mistake.word) and result.hint
            total["elsewhere"] += bool(result.elsewhere)
        if args.show or args.elsewhere and result.elsewhere or not result.right or not result.hint:
            print(("" if result.right and result.hint else "WRONG ") + shown(good, mistake, problems))
    print(f"{'mistake':<12}{'files':>8}{'right line':>12}{'misspelt':>10}{'hinted':>8}{'elsewhere too':>15}")
    for kind, total in sums.items():
        print(f"{kind:<12}{total['files']:>8}{total['right']:>12}{total['words']:>10}{total['hints']:>8}{total['elsewhere']:>15}")
    total = sums["all"]
    return total["files"] >= FEWEST and total["right"] >= SHARE * total["files"] and total["hints"] == total["words"]


def apart(chosen, mistake):
    """Whether a mistake neither touches another one's text nor hides in a part that another one makes unreadable."""
    for other in chosen:
        if not (mistake.end < other.start or other.end < mistake.start):
            return False
        if (mistake.path + ".").startswith(other.path + ".") or other.path.startswith(mistake.path + "."):
            return False
    return mistake.path.count(".") > 1


def five_of(good, known, rng):
    found = [m for m in mistakes.Finder(good.positions, rng, known).find() if m.new != "*nothing"]
    rng.shuffle(found)
    chosen = []
    for kind in (*KINDS, *KINDS):
        chosen += next(([m] for m in found if m.kind == kind and apart(chosen, m)), [])
        if len(chosen) == 5:
            return sorted(chosen, key=lambda m: m.start)
    return None


def several(skep, files, rng):
    """Five mistakes in each of five files. Gives whether all were reported, each at its line."""
    known = {}
    for good in files:
        mistakes.seen_keys(positions.read(good.positions), "", known)
    big = sorted((good for good in files if good.command), key=lambda good: -len(good.text))
    reported = made = 0
    for good, chosen in [(good, five) for good in big if (five := five_of(good, known, rng))][:5]:
        text, lines = good.text, []
        for mistake in reversed(chosen):
            text = mistake.apply(text)
        for index, mistake in enumerate(chosen):
            before = sum(m.new.count("\n") - good.text.count("\n", m.start, m.end) for m in chosen[:index])
            lines.append(mistake.line(good.text) + before)
        found = {problem["line"] for problem in lint(skep, good, text)}
        made += len(lines)
        reported += sum(line in found for line in lines)
        for mistake, line in zip(chosen, lines):
            if line not in found:
                print(f"WRONG {good.name}:{line}: of five mistakes, {mistake.kind} is not reported: {mistake.new}\n{text}")
    print(f"five mistakes in each of five files: {reported} of {made} reported, each file in one run")
    return made == reported == 25


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("skep")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--most", type=int, default=6)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--elsewhere", action="store_true")
    args = parser.parse_args()
    skep = os.path.abspath(args.skep)
    files, unread = readable(good_of(skep, good_files()))
    print(f"seed {args.seed}, {len(files)} good files; not read by positions.py: {', '.join(unread) or 'none'}")
    rng = random.Random(args.seed)
    good = single(skep, files, args, rng)
    return 0 if several(skep, files, rng) and good else 1


if __name__ == "__main__":
    sys.exit(main())
