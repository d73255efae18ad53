#!/usr/bin/env python3
"""What people reported of this job, tried on skep: each case is a folder of files as somebody had them, what is run there,
and the right answer.

    run.py SKEP                  all cases; prints each with what skep says, and how many are right
    run.py SKEP --part N …       only these parts of the list (the first two digits of a case's name)
    run.py SKEP --case NAME …    only these

cases/PP-name/case.json, PP the part of the list that the case belongs to:
    report    one sentence: what somebody reported, with its public address where there is one
    swarm     the networks, secrets and configs that the swarm has, {kind: [name]}; without the key there is no engine.
              The engine is tests/conformance/recorder.py: it keeps what is created, and no task ever runs
    runs      one after another, in the same folder: a fresh copy of the case's own
        args     of skep; @DIR@ is the folder
        env      further variables
        exit     the exit status
        says     texts, each of which stands in what is printed; never: texts that do not
        stdout   the whole of standard output
        sends    values of the bodies created, {"services/app_web": {"TaskTemplate.ContainerSpec.Image": …}}; null is none
        feed     true: standard input is the standard output of the run before
        git      true: the folder is made a git checkout with all of it committed first
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "conformance"))
from recorder import Recorder  # noqa: E402
from run import created, in_parallel  # noqa: E402

CASES = HERE / "cases"
CASE_KEYS = {"part", "report", "swarm", "runs"}
RUN_KEYS = {"args", "env", "exit", "says", "never", "stdout", "sends", "feed", "git"}
KINDS = {"network", "secret", "config"}
ASKS = RUN_KEYS - {"args", "env", "feed", "git"}


class Wrong(Exception):
    """A case that cannot be read, or an answer that is not the right one."""


def read_case(folder):
    case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    unknown = set(case) - CASE_KEYS | {key for run in case.get("runs", []) for key in set(run) - RUN_KEYS} | set(case.get("swarm", {})) - KINDS
    if unknown:
        raise Wrong(f"case.json: unknown keys {sorted(unknown)}")
    if not case.get("report") or not case.get("runs"):
        raise Wrong("case.json: report and runs are missing")
    if f"{case['part']:02}" != folder.name[:2]:
        raise Wrong(f"case.json: part {case['part']} in the folder of part {folder.name[:2]}")
    for run in case["runs"]:
        if "exit" not in run or not ASKS & set(run) - {"exit"}:
            raise Wrong(f"case.json: the run {run['args']} asks for nothing but an exit status")
    return case


def at(body, path):
    """The value at a dotted path; a part is a key or an index. None where there is none."""
    keys = path.split(".")
    while keys:
        if isinstance(body, list):
            key = keys.pop(0)
            body = body[int(key)] if key.isdigit() and int(key) < len(body) else None
        elif isinstance(body, dict):  # a key may have dots of its own
            size = next((n for n in range(len(keys), 0, -1) if ".".join(keys[:n]) in body), None)
            if size is None:
                return None
            body = body[".".join(keys[:size])]
            keys = keys[size:]
        else:
            return None
    return body


def problems_of(run, status, out, err, bodies):
    """What of an answer is not as the run asks for."""
    words = out + err
    found = []
    if status != run["exit"]:
        found.append(f"exit {status}, not {run['exit']}")
    found += [f"does not say: {text}" for text in run.get("says", []) if text not in words]
    found += [f"says: {text}" for text in run.get("never", []) if text in words]
    if "stdout" in run and out != run["stdout"]:
        found.append(f"standard output is {out!r}")
    for name, values in run.get("sends", {}).items():
        if name not in bodies:
            found.append(f"{name} was not created, but {sorted(bodies)}")
            continue
        found += [f"{name}: {path} is {json.dumps(at(bodies[name], path))}, not {json.dumps(value)}"
                  for path, value in values.items() if at(bodies[name], path) != value]
    return found


def commit(folder, variables):
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "all"]):
        subprocess.run(["git", "-C", folder, *words], env=variables, check=True, capture_output=True)


def run_case(skep, folder):
    """The case's lines to print, and how many of its answers are wrong."""
    case = read_case(folder)
    lines, wrong = [f"{folder.name}: {case['report']}"], 0
    with tempfile.TemporaryDirectory(prefix="skep-report-") as top:
        work, home, socket = os.path.join(top, "work"), os.path.join(top, "home"), os.path.join(top, "engine.sock")
        shutil.copytree(folder, work, ignore=shutil.ignore_patterns("case.json"), symlinks=True)
        os.mkdir(home)
        variables = {"PATH": os.environ["PATH"], "HOME": home, "DOCKER_CONFIG": home, "DOCKER_HOST": f"unix://{socket}", "LC_ALL": "C.UTF-8"}
        engine = Recorder(socket, case["swarm"]) if "swarm" in case else contextlib.nullcontext()
        with engine as recorder:
            before = ""
            for run in case["runs"]:
                if run.get("git"):
                    commit(work, variables)
                args = [arg.replace("@DIR@", work) for arg in run["args"]]
                seen = len(recorder.requests) if recorder else 0
                done = subprocess.run([skep, *args], cwd=work, env={**variables, **run.get("env", {})}, input=before if run.get("feed") else "",
                                      capture_output=True, text=True, timeout=60, check=False)
                before = done.stdout
                found = problems_of(run, done.returncode, done.stdout.replace(work, "@DIR@"), done.stderr.replace(work, "@DIR@"),
                                    created(recorder.requests[seen:]) if recorder else {})
                wrong += bool(found)
                lines += [f"  $ skep {' '.join(run['args'])}", *(f"    {line}" for line in shown(done, work)), *(f"    WRONG: {text}" for text in found)]
    return lines, wrong


def shown(done, folder):
    """What a run printed, the error part first, at most 12 lines of it, and how it ended."""
    lines = (done.stderr + done.stdout).replace(folder, "@DIR@").splitlines()
    return lines[:12] + ([f"… {len(lines) - 12} more lines"] if len(lines) > 12 else []) + [f"exit {done.returncode}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("skep")
    parser.add_argument("--part", action="append", default=[], type=int)
    parser.add_argument("--case", action="append", default=[])
    args = parser.parse_args()
    skep = os.path.abspath(args.skep)
    folders = sorted(p for p in CASES.iterdir() if (not args.case or p.name in args.case) and (not args.part or int(p.name[:2]) in args.part))
    good = {}
    for folder, result in in_parallel(lambda folder: guarded(skep, folder), folders):
        lines, wrong = result if isinstance(result, tuple) else ([f"{folder.name}: WRONG: {result}"], 1)
        print("\n".join(lines))
        counts = good.setdefault(folder.name[:2], [0, 0])
        counts[bool(wrong)] += 1
    print()
    for part, (right, wrong) in sorted(good.items()):
        print(f"part {int(part):2}: {right + wrong:3} cases, {wrong} wrong")
    right, wrong = (sum(counts[i] for counts in good.values()) for i in (0, 1))
    print(f"reports: {right + wrong} cases, {right} right, {wrong} wrong")
    return 1 if wrong or not right else 0


def guarded(skep, folder):
    try:
        return run_case(skep, folder)
    except (Wrong, KeyError, ValueError) as problem:
        return [f"{folder.name}: WRONG: {problem}"], 1


if __name__ == "__main__":
    sys.exit(main())
