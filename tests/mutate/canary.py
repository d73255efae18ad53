#!/usr/bin/env python3
"""No message holds a value that came from a variable: it may be a password.

    canary.py SKEP [--every N]

Takes the good files of run.py and puts `${CANARY}` in the place of one value after another, whole and as a part of it
(`x${CANARY}y`), so that most become mistakes of type, range, form or reference. The canary stands in the environment, in
`.env`, and in the file of every secret. Looks for it in all that `skep lint` prints, as text and as JSON. Prints the runs and
the messages; exits 1 when the canary is in one, or when there were under 500 messages.
"""
import argparse
import concurrent.futures
import importlib.util
import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
# run.py imports the conformance tests' module of the same name.
spec = importlib.util.spec_from_file_location("mutate", HERE / "run.py")
mutate = importlib.util.module_from_spec(spec)
sys.modules["mutate"] = mutate
spec.loader.exec_module(mutate)
positions = mutate.positions

CANARY = "canary/5ecr3t-9f2c41"
FEWEST = 500


def values(node):
    """Every scalar value of the tree."""
    if node.kind == "scalar":
        yield node
    for entry in node.entries:
        yield from values(entry.value)
    for item in node.items:
        yield from values(item)


def texts(good):
    for node in values(positions.read(good.positions)):
        written = good.text[node.start:node.end]
        if "\n" in written or "__" in good.positions[node.start:node.end] or written[:1] in "|>&*":
            continue
        for new in ('"${CANARY}"', '"x${CANARY}y"'):
            yield good.text[:node.start] + new + good.text[node.end:]


def lint(skep, good, text, form):
    done = mutate.lint_in(skep, good, {good.target: text, ".env": f"CANARY={CANARY}\nOTHER={CANARY}x\n"}, form)
    return done.stdout + done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("skep")
    parser.add_argument("--every", type=int, default=3)
    args = parser.parse_args()
    skep = os.path.abspath(args.skep)
    files, _ = mutate.readable(mutate.good_files())
    made = [(good, text, [] if number % 2 else ["-o", "json"])
            for number, (good, text) in enumerate([(good, text) for good in files for text in texts(good)][::args.every])]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        said = list(pool.map(lambda one: lint(skep, *one), made))
    messages, found = 0, []
    for (good, _, form), text in zip(made, said):
        messages += len(json.loads(text)["problems"]) if form and text.startswith("{") else text.count("error: ") + text.count("warning: ")
        if CANARY in text or CANARY.split("/")[1] in text:
            found.append((good.name, next(line for line in text.splitlines() if CANARY.split("/")[1] in line)))
    for name, line in found[:20]:
        print(f"{name}: {line[:300]}")
    print(f"canary: {len(made)} files, {messages} messages, in {len(found)} of them the canary")
    sys.exit(0 if messages >= FEWEST and not found else 1)


if __name__ == "__main__":
    main()
