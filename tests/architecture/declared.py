#!/usr/bin/env python3
"""What a header declares stands in its source: a function of `x.hpp` is defined in `x.cpp` of the same folder or, where x
is cut into parts, in `x_PART.cpp`; a member function also in a source that is called as its class. Templates, inline
functions and data are in the header itself.

    tests/architecture/declared.py CHECKOUT

Fails with one line for each function that stands elsewhere or nowhere. Reads the code with universal-ctags.
"""
import collections
import fnmatch
import json
import os
import re
import subprocess
import sys

# header: (where else its functions may stand, why)
ELSEWHERE = {
    "cmd/verbs.hpp": ("cmd/verb/*.cpp", "the table of verbs: each is a file of its own, which nothing else calls"),
    "lib/stack/readers.hpp": ("lib/stack/read_*.cpp", "one reader a family of keys, which call each other; read.hpp is the module's own"),
}


def tags(root):
    """Functions and prototypes of lib and cmd."""
    command = ["ctags", "-f", "-", "--languages=C++", "--langmap=C++:.cpp.hpp", "--kinds-C++=fp", "--fields=+KSsn",
               "--output-format=json", "-R", "lib", "cmd"]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return [tag for tag in map(json.loads, run.stdout.splitlines()) if tag["_type"] == "tag"]


def kinds(signature):
    """The types of a signature as they can be compared: without names, namespaces and default values."""
    signature = re.sub(r"\w+::", "", signature.strip("()"))
    parts, depth = [""], 0
    for letter in signature:
        depth += (letter in "<({") - (letter in ">)}")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [re.sub(r"\s+", "", re.sub(r"(?<=[\s&*>])\w+$", "", part.split("=")[0].strip())) for part in parts]


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def is_part(source, stem):
    return source == stem + ".cpp" or fnmatch.fnmatch(source, stem + "_*.cpp")


def is_home(tag, source):
    """Whether a function that `tag` declares may be defined in `source`."""
    header = tag["path"]
    if source == header or is_part(source, header[:-len(".hpp")]):
        return True
    if tag.get("scopeKind") in ("class", "struct"):
        return is_part(source, os.path.join(os.path.dirname(header), snake(tag["scope"].split("::")[-1])))
    return False


def check(root):
    """(problems, how many functions were looked at)"""
    found = tags(root)
    defined = collections.defaultdict(list)
    for tag in found:
        if tag["kind"] == "function":
            defined[tag.get("scope", ""), tag["name"]].append(tag)
    problems, used, count = [], set(), 0
    for tag in found:
        if tag["kind"] != "prototype" or not tag["path"].endswith(".hpp"):
            continue
        count += 1
        name = "::".join(filter(None, (tag.get("scope"), tag["name"])))
        at = f'{tag["path"]}:{tag["line"]}: {name}'
        every = defined[tag.get("scope", ""), tag["name"]]
        same = [one for one in every if kinds(one["signature"]) == kinds(tag["signature"])] or every
        sources = sorted({one["path"] for one in same})
        if not sources:
            if tag.get("scopeKind") == "namespace":
                problems.append(f"{at} is defined nowhere")
            continue  # a member: defaulted, deleted, or of an interface
        if any(is_home(tag, source) for source in sources):
            continue
        allowed = ELSEWHERE.get(tag["path"])
        if allowed and fnmatch.fnmatch(sources[0], allowed[0]):
            used.add(tag["path"])
        else:
            problems.append(f"{at} stands in {sources[0]}: define it in the header's source, or declare it in that one's header")
    for header in sorted(set(ELSEWHERE) - used):
        problems.append(f"declared.py: nothing of {header} stands elsewhere any more: take it from the list")
    if count == 0:
        problems.append(f"no function is declared below {root}")
    return problems, count


def main():
    problems, count = check(sys.argv[1])
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        sys.exit(f"{len(problems)} of {count} functions that headers declare do not stand where one looks for them")
    print(f"declared: {count} functions stand where their headers say")


if __name__ == "__main__":
    main()
