#!/usr/bin/env python3
"""Whether the comparer of run.py can fail: one field changed in skep's body must make the run fail.

    selftest.py SKEP

Changes every value of every recorded body, one at a time, and asks for exactly that difference; then breaks one value of
what skep sends in a whole run, and asks for a failure; then takes an entry from the closed list, and adds one to it.
"""
import contextlib
import copy
import io
import os
import sys

from run import CASES, HERE, RECORDED, compare, differences, read_json


def leaves(value, path=""):
    """Every value that holds no other, with a function that puts another in its place."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            for place, change in leaves(item, path + "/" + key.replace("~", "~0").replace("/", "~1")):
                yield place, lambda root, key=key, change=change: {**root, key: change(root[key])}
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            for place, change in leaves(item, f"{path}/{index}"):
                yield place, lambda root, index=index, change=change: [*root[:index], change(root[index]), *root[index + 1:]]
    else:
        yield path, other


def other(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    return f"{value}x" if isinstance(value, str) else "x"


def each_field():
    seen = 0
    for path in sorted(RECORDED.glob("*.json")):
        if path.stem == "refused":
            continue
        bodies = read_json(path)["bodies"]
        for place, change in leaves(bodies):
            found = list(differences("", bodies, change(copy.deepcopy(bodies))))
            if [one[0] for one in found] != [place]:
                return f"{path.stem}: {place} was changed, and {[one[0] for one in found]} was found"
            seen += 1
    print(f"each value of each recorded body changed: {seen} found")
    return "" if seen > 1000 else "too few values"


def break_one(bodies):
    place, change = list(leaves(bodies))[-1]
    del place
    return change(bodies)


def whole_run(skep, entries, change, names):
    tools = {"skep": os.path.abspath(skep), "docker": None}
    cases = [CASES / f"{name}.yml" for name in names]
    words = io.StringIO()
    with contextlib.redirect_stdout(words):
        counts, idle = compare(cases, tools, entries, change)
    return counts, idle


def main():
    skep = sys.argv[1]
    entries = read_json(HERE / "differences.json")["differences"]
    names = ["kitchen_sink", "networks", "docker_habits"]
    wrong = each_field()
    counts, idle = whole_run(skep, entries, lambda bodies: bodies, names)
    if counts["none"]["different"] or counts["docker"]["different"] or idle:
        wrong = wrong or f"an unbroken run is not equal: {counts}"
    counts, _ = whole_run(skep, entries, break_one, names)
    if counts["none"]["different"] != len(names) or counts["docker"]["different"] != len(names):
        wrong = wrong or f"a broken value was not found: {counts}"
    counts, _ = whole_run(skep, [e for e in entries if e["case"] != "docker_habits"], lambda bodies: bodies, names)
    if counts["none"]["different"] != 1:
        wrong = wrong or f"a difference that is not on the list was let through: {counts}"
    more = [*entries, {"case": "networks", "path": "/services~1app_plain/Name", "compat": ["docker"]}]
    _, idle = whole_run(skep, more, lambda bodies: bodies, names)
    if len(idle) != 1:
        wrong = wrong or f"an idle entry of the list was not found: {idle}"
    print(f"the comparer can fail: {wrong or 'yes'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
