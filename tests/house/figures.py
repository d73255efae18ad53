#!/usr/bin/env python3
"""Figures of the house, of one or more checkouts side by side: so that before and after can be compared.

    tests/house/figures.py CHECKOUT… [--list]       --list: also each place that was counted

    git worktree add /tmp/before COMMIT && tests/house/figures.py /tmp/before .
"""
import collections
import os
import re
import sys

import measure

# A state that is a word: `service.state == "running"`, `kept.result != kTorn`.
STATES = r"\b\w*(?:state|status|result|cause|desired|availability|compat|condition)_?(?:\(\))?"
WORDS = r'(?:"[a-z_-]*"|swarm::k[A-Z]\w+|k(?:Held|Free|Pending|Released|Restored|Failed|Torn|Interrupted)\b)'
COMPARED = re.compile(rf'{STATES} (?:==|!=) {WORDS}|{WORDS} (?:==|!=) {STATES}')
# What holds a secret by its name, and members called `data` of what becomes a secret.
SECRET = re.compile(r"\bstd::string&? (\w*(?:password|registry_auth|identity_token|auth_header)\w*)\b(?!_name)")
HOLDS_DATA = re.compile(r"struct (?:FileObject|DesiredObject|CreateSecret) \{(.*?)\n\};", re.S)
CHANGING = r"push_back|emplace|emplace_back|insert|insert_or_assign|clear|erase|reset|swap"


def code(root, path):
    return re.sub(r"//[^\n]*", "", measure.text(root, path))


def found(root, paths, pattern):
    return [f"{path}:{text[:match.start()].count(chr(10)) + 1}: {match.group(0)}"
            for path in paths for text in [code(root, path)] for match in pattern.finditer(text)]


def compared_states(root, paths):
    return found(root, paths, COMPARED)


def plain_secrets(root, paths):
    result = found(root, paths, SECRET)
    for path in paths:
        text = code(root, path)
        for match in HOLDS_DATA.finditer(text):
            if re.search(r"std::string data\b", match.group(1)):
                result.append(f"{path}: {match.group(0).split(' {')[0]}: std::string data")
    return result


def set_later(root, paths):
    """Members of classes (name_) that a method sets or fills: in sources and headers of the folder of the class."""
    result = []
    for tag in measure.tags(root, "m", [path for path in paths if path.endswith(".hpp")] or ["/dev/null"]):
        name = tag["name"]
        if not name.endswith("_") or tag.get("scopeKind") != "class":
            continue
        # At the start of a statement: what a declaration has in front is its type.
        set_here = re.compile(rf"(?:^|[;{{(!)])\s*(?:{name}(?:\.\w+)*(?: =(?!=)| \+=|\.(?:{CHANGING})\(|\+\+)|\+\+{name}\b)", re.M)
        where = [path for path in paths if set_here.search(code(root, path))]
        if where:
            result.append(f'{tag["scope"]}::{name} is set in {", ".join(where)}')
    return sorted(result)


def figures(root):
    """{figure: [places]}"""
    paths = measure.files(root, "lib", "cmd")
    functions = measure.functions(root, paths)
    # The classes of one release: of lib/deploy, which was a part of lib/ops.
    room = "lib/deploy" if os.path.isdir(os.path.join(root, "lib/deploy")) else "lib/ops"
    long = {most: [f"{path}:{line}: {name} has {count}" for count, path, line, name in functions if count > most] for most in (40, 60)}

    def longer(end, most):
        every = [(path, measure.lines(root, path)) for path in paths if path.endswith(end)]
        return [f"{path}: {count}" for path, count in every if count > most]
    return {
        "functions over 40 lines": long[40],
        "functions over 60 lines": long[60],
        "headers over 150 lines": longer(".hpp", 150),
        "sources over 400 lines": longer(".cpp", 400),
        "strings compared as states": compared_states(root, paths),
        "plain strings for secrets": plain_secrets(root, paths),
        f"members set after construction ({room})": set_later(root, [path for path in paths if path.startswith(room + "/")]),
    }


def main(arguments):
    roots = [one for one in arguments if not one.startswith("--")]
    if not roots:
        sys.exit(__doc__)
    columns = [figures(os.path.abspath(root)) for root in roots]
    rows = collections.OrderedDict()
    for at, column in enumerate(columns):
        for name, places in column.items():
            rows.setdefault(re.sub(r" \(lib/\w+\)$", " in classes of a release", name), [None] * len(roots))[at] = places
    print(f'{"":46}' + "".join(f"{os.path.basename(os.path.abspath(root)):>14}" for root in roots))
    for name, places in rows.items():
        print(f"{name:46}" + "".join(f"{len(one):>14}" for one in places))
    if "--list" in arguments:
        for name, places in rows.items():
            for root, one in zip(roots, places):
                print(f"\n{name}, {root}:", *sorted(one), sep="\n  ")


if __name__ == "__main__":
    main(sys.argv[1:])
