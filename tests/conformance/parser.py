#!/usr/bin/env python3
"""How skep reads YAML beside docker's own parser: mutated texts (of the cases too) as the value of one `x-` key of a Compose
file, of which `docker stack config` and `skep config` must make the same tree, or which both refuse.

    parser.py SKEP [INPUTS]      INPUTS: 500, always the same ones; SKEP_SEED (1) gives others

docker is $DOCKER_CLI, else `docker`. Prints: the same, refused by both, what one alone refuses by which known reason, and
different; exits 1 unless the last is 0. Timestamps are left out: docker writes them anew, here and in no service.
"""
import collections
import concurrent.futures
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import yaml

HEAD = 'version: "3.8"\nservices:\n  a:\n    image: x\nx-value:\n'
SEEDS = [
    "a: &x {b: 1, c: [d, 'e', \"f\"]}\ng: *x\nh:\n  <<: *x\n  i: ~\n",
    "text: |\n  one\n    two\n\n  three\nfolded: >-\n  a\n  b\nquoted: \"a\\n\\u263A\"\nsingle: 'it''s'\n",
    "- a\n- - b\n  - c\n-\n  d: e\n  f:\n    - g\n- !!str 12\n- ? k\n  : v\n",
    "# comment\nkey with spaces: value # more\n'quoted key': [1, 2.5, true, null]\n",
    "command: [sh, -c, \"echo HOME: 'x'\"]\nenvironment:\n  - A=b\n  - C=D\n",
    "n: [1, 0o17, 0b11, 1_000, yes, .5, 0x1F, 017, 1e3, ~, +12, -3, 1:30, 0.1e-5, NULL, True, on, 1__0, 0x, 0b2, 1.,\n"
    "  12e03, 99999999999999999999]\n",
    "a: >+\n\n  x\n   y\n\n  z\n\nb: |2-\n    c\nd: >1\n e\n",
    "t: !!int 3\nu: !!float 2\nv: !!bool true\nw: !!null ''\nx: !!binary aGk=\nz: !!map {}\ny: ! 5\n",
    "q: 'a\n  b\n\n  c '\nr: \"a\\\n   b\\tc\\x41 \\\n  d\"\ns: a\n  b\n\n  c\n",
]
CASES = sorted((pathlib.Path(__file__).parent / "cases").glob("*.yml"))
SEEDS += [text for text in (case.read_text() for case in CASES) if not re.search(r"\d{4}-\d", text)]
BYTES = "-:?,[]{}#&*!|>'\"%@` \n\tab01.~<=\\/_+eExo"
# What one of them alone refuses, and why that is as it should be.
DOCKER_REFUSES = {
    r"json: unsupported value": "no JSON has infinity or NaN",
    r"did not find expected ',' or '[]}]'": "a '?' inside brackets, which is text since YAML 1.2",
    r"found unknown escape character": "\"\\/\", which is an escape since YAML 1.2",
}
SKEP_REFUSES = {
    r"the tag \S+ is not known": "a tag that means nothing",
    r"is no !!": "a value that is not what its tag says",
    r"the key .* is an? \S+, not a string": "a key that is no string, which docker takes below x- alone",
    r"put a value with a ':' in it in quotes": "a ':' between a quote and a ','",
    r"did not find expected whitespace or line break": "a tag with a comma or bracket in it",
    r"a second document": "docker reads the first one only",
}


def mutated(pick):
    text = pick.choice(SEEDS)
    for _ in range(pick.randint(1, 4)):
        at, length, way = pick.randint(0, len(text)), pick.randint(0, 7), pick.randint(0, 4)
        if way == 0:
            text = text[:at] + pick.choice(BYTES) + text[at:]
        elif way == 1:
            text = text[:at] + text[at + 1:]
        elif way == 2:
            text = text[:at] + pick.choice(BYTES) + text[at + 1:]
        elif way == 3:
            to = pick.randint(0, len(text))
            text = text[:to] + text[at:at + length] + text[to:]
        else:
            text = text[:at] + text[at + length:]
    return HEAD + "".join(f"  {line}\n" if line else "\n" for line in text.rstrip("\n").split("\n"))


def typed(text):
    """A plain scalar as both print it."""
    words = {"~": None, "null": None, "": None, "true": True, "false": False}
    if text in words:
        return words[text]
    try:
        number = float(text)
    except ValueError:
        return ("text", text)
    return ("text", text) if math.isinf(number) else ("number", number)


def value(node):
    if isinstance(node, yaml.ScalarNode):
        return typed(node.value) if node.style is None else ("text", node.value)
    if isinstance(node, yaml.SequenceNode):
        return [value(item) for item in node.value]
    return {key.value: value(item) for key, item in node.value}


def tree(printed):
    return value(yaml.compose(printed, Loader=yaml.SafeLoader)).get("x-value")


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    return done.returncode == 0, done.stdout, done.stderr


def reason(reasons, said):
    return next((why for pattern, why in reasons.items() if re.search(pattern, said)), None)


def compare(skep, docker, text, folder, number):
    """("what it came to", "" or how they differ)"""
    path = folder / f"{number}.yml"
    path.write_text(text)
    docker_takes, of_docker, docker_said = run([docker, "stack", "config", "-c", str(path)])
    skep_takes, of_skep, skep_said = run([skep, "config", "-c", str(path)])
    path.unlink()
    if not docker_takes and not skep_takes:
        return "refused by both", ""
    if docker_takes and skep_takes:
        same = tree(of_docker) == tree(of_skep)
        return ("the same", "") if same else ("different", f"docker:\n{of_docker}skep:\n{of_skep}")
    who, said = ("skep", skep_said) if docker_takes else ("docker", docker_said)
    why = reason(SKEP_REFUSES if docker_takes else DOCKER_REFUSES, said)
    return (f"{who} alone refuses: {why}", "") if why else ("different", f"{who} alone refuses: {said}")


def main():
    skep, inputs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 500
    docker = os.environ.get("DOCKER_CLI", "docker")
    seed = int(os.environ.get("SKEP_SEED", "1"))
    pick = random.Random(seed)
    texts = [mutated(pick).replace("$", "") for _ in range(inputs)]
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as name, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = pathlib.Path(name)
        results = pool.map(lambda one: compare(skep, docker, one[1], folder, one[0]), enumerate(texts))
        for text, (what, difference) in zip(texts, results):
            counts[what] += 1
            if difference:
                print(f"DIFFERENT\n{text}{difference}")
    for what, count in counts.most_common():
        if what != "different":
            print(f"{count:6} {what}")
    version = run([docker, "--version"])[1].strip()
    print(f"read beside {version}, SKEP_SEED={seed}: {inputs} texts, {counts['the same']} the same, "
          f"{counts['refused by both']} refused by both, {counts['different']} different")
    return 1 if counts["different"] or not counts["the same"] else 0


if __name__ == "__main__":
    sys.exit(main())
