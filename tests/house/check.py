#!/usr/bin/env python3
"""What CONTRIBUTING.md promises of the code and a tool can see.

    tests/house/check.py [--all] [CHECK…]

    lengths    headers have at most 150 lines, sources 400, functions 40
    includes   no file of lib and cmd includes what it does not use
    headers    each header compiles alone
    scripts    shellcheck has nothing to say about any shell script
    tidy       clang-tidy has nothing to say (.clang-tidy)

Headers and tidy take their time: without --all they look at what changed since the branch left origin/main and, where
nothing did, much did, or there is no such branch, at a sample (another one with SKEP_SEED). Prints a line a check, and before
it what is wrong.
"""
import collections
import concurrent.futures
import os
import random
import re
import subprocess
import sys

import measure

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HEADER, SOURCE, FUNCTION = 150, 400, 40
# Tables, which have a row for each thing and nothing to read between the rows: FILE:FUNCTION.
TABLES = {"lib/stack/canonical.cpp:by_form", "lib/stack/fits.cpp:fits", "lib/stack/key_columns.cpp:words"}
# How each file is read alone, by the compiler and by clang-tidy.
FLAGS = ["-std=c++20", "-Ilib", "-I.", "-Icmake/embed", "-DJSON_USE_IMPLICIT_CONVERSIONS=0"]
# Without --all: about half a minute of two processors each.
SAMPLE_HEADERS, SAMPLE_SOURCES = 24, 8
# What a header of the standard library is included for; others are not judged.
STANDARD = {
    "array": r"std::array\b|to_array", "atomic": r"std::atomic",
    "cctype": r"std::(is[a-z]+|tolower|toupper)\b", "charconv": r"(from|to)_chars", "cstring": r"std::(mem|str)[a-z]+\b",
    "chrono": r"std::chrono|chrono_literals",
    "condition_variable": r"condition_variable", "deque": r"std::deque", "filesystem": r"filesystem",
    "fstream": r"fstream", "functional": r"std::(function|less|greater|hash|ref|cref|invoke|bind|plus|not_fn|equal_to)\b",
    "limits": r"numeric_limits", "list": r"std::list\b", "map": r"std::(multi)?map\b",
    "memory": r"std::(unique_ptr|shared_ptr|weak_ptr|make_unique|make_shared|enable_shared|addressof)",
    "mutex": r"mutex|lock_guard|unique_lock|once_flag|call_once", "optional": r"std::(optional|nullopt|make_optional)",
    "set": r"std::(multi)?set\b", "span": r"std::(span|as_bytes)", "sstream": r"stringstream",
    "stop_token": r"std::stop_", "string": r"std::(string\b|to_string|sto|char_traits|getline)",
    "string_view": r"string_view|\bsv\b", "thread": r"std::(j?thread|this_thread)", "tuple": r"std::(tuple|tie|make_tuple|apply)\b",
    "unordered_map": r"unordered_map", "variant": r"std::(variant|visit|get|get_if|holds_alternative|monostate)\b",
    "vector": r"std::vector",
}


def lengths(root):
    problems, paths = [], measure.files(root, "lib", "cmd")
    for path in paths:
        most = HEADER if path.endswith(".hpp") else SOURCE
        if measure.lines(root, path) > most:
            problems.append(f"{path}: {measure.lines(root, path)} lines, at most {most}")
    found, long_tables = measure.functions(root, paths), set()
    for count, path, line, name in found:
        if count <= FUNCTION:
            continue
        if f"{path}:{name}" in TABLES:
            long_tables.add(f"{path}:{name}")
        else:
            problems.append(f"{path}:{line}: {name}() has {count} lines, at most {FUNCTION}")
    problems += [f"check.py: {one} is no long table any more: take it from the list" for one in sorted(TABLES - long_tables)]
    return problems, f"{len(paths)} files, {len(found)} functions"


def includes(root):
    """A header is used when any name that it gives, of a member too, stands in the file."""
    paths = measure.files(root, "lib", "cmd")
    given = collections.defaultdict(set)
    for tag in measure.tags(root, "cdefgmnpstuvx", [path for path in paths if path.endswith(".hpp")]):
        if tag["kind"] != "namespace":
            given[tag["path"]].add(tag["name"].lstrip("~"))
    for path in list(given):
        given[path].update(re.findall(r"using (?:\w+::)+(\w+);", measure.text(root, path)))
    problems, count = [], 0
    for path in paths:
        code = re.sub(r"//.*", "", measure.text(root, path))
        words = set(re.findall(r"\w+", re.sub(r"#include.*", "", code)))
        for match in re.finditer(r'^#include (?:"([^"]+)"|<(\w+)>)', code, re.M):
            count += 1
            own, standard = match.groups()
            at = f'{path}:{code[:match.start()].count(chr(10)) + 1}'
            if standard in STANDARD and not re.search(STANDARD[standard], code):
                problems.append(f"{at}: <{standard}> is not used")
            header = own and (own if own.startswith("cmd/") else "lib/" + own)
            if header in given and header[:-4] != path[:-4] and not given[header] & words:
                problems.append(f'{at}: "{own}" is not used')
    return problems, f"{count} includes"


def together(function, paths):
    """[(problems…)] of each path, as many at a time as there are processors."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [problem for result in pool.map(function, paths) for problem in result]


def headers(root, paths=None):
    paths = measure.files(root, "lib", "cmd", ends=".hpp") if paths is None else paths

    def alone(path):
        command = ["c++", *FLAGS, "-fsyntax-only", "-w", "-x", "c++", "-include", os.path.join(root, path), "/dev/null"]
        run = subprocess.run(command, cwd=root, capture_output=True, text=True)
        first = next((line for line in run.stderr.splitlines() if "error:" in line), run.stderr[:200])
        return [] if run.returncode == 0 else [f"{path} does not compile alone: {first.replace(root + '/', '')}"]
    return together(alone, paths), f"{len(paths)} headers"


def scripts(root):
    paths = []
    for path in measure.files(root, ".", ends=""):
        if path.startswith((".git/", "build/")) or not os.path.isfile(os.path.join(root, path)):
            continue
        with open(os.path.join(root, path), "rb") as file:
            if path.endswith(".sh") or re.match(rb"#!.*\b(ba)?sh\b", file.readline(200)):
                paths.append(path)
    run = subprocess.run(["shellcheck", "--external-sources", "--shell=bash", "--format=gcc", *sorted(paths)], cwd=root,
                         capture_output=True, text=True)
    return run.stdout.splitlines() + run.stderr.splitlines(), f"{len(paths)} scripts"


def tidy(root, paths=None):
    paths = measure.files(root, "lib", "cmd", ends=".cpp") if paths is None else paths

    def judged(path):
        command = ["clang-tidy", "--quiet", f"--config-file={TOP}/.clang-tidy", path, "--", *FLAGS]
        run = subprocess.run(command, cwd=root, capture_output=True, text=True)
        found = [line.replace(root + "/", "") for line in run.stdout.splitlines() if re.search(r": (error|warning): ", line)]
        return found or ([f"{path}: {run.stderr[-300:]}"] if run.returncode else [])
    return sorted(set(together(judged, paths))), f"{len(paths)} sources"


def changed(root):
    """Files of lib and cmd that are not as where this branch left origin/main; [] where that cannot be told."""
    def git(*arguments):
        run = subprocess.run(["git", "-C", root, *arguments], capture_output=True, text=True)
        return run.stdout.split() if run.returncode == 0 else []
    base = git("merge-base", "HEAD", "origin/main")
    if not base:
        return []
    every = git("diff", "--name-only", "--diff-filter=d", base[0], "--", "lib", "cmd")
    return every + git("ls-files", "--others", "--exclude-standard", "--", "lib", "cmd")


def chosen(root, ends, most):
    """What changed and ends so; where that is nothing, or more than `most`, a sample of all: the same each time, unless
    SKEP_SEED says which (a run that others wait for must not fail by chance; --all looks at every file)."""
    every = sorted(path for path in changed(root) if path.endswith(ends))
    if 0 < len(every) <= most:
        return every
    every = sorted(measure.files(root, "lib", "cmd", ends=ends))
    seed = os.environ.get("SKEP_SEED", "1")
    print(f"house: a sample of {most} of {len(every)} {ends}: SKEP_SEED={seed}")
    return sorted(random.Random(seed).sample(every, min(most, len(every))))


def main(arguments):
    whole = "--all" in arguments
    checks = {
        "lengths": lengths, "includes": includes, "scripts": scripts,
        "headers": lambda root: headers(root, None if whole else chosen(root, ".hpp", SAMPLE_HEADERS)),
        "tidy": lambda root: tidy(root, None if whole else chosen(root, ".cpp", SAMPLE_SOURCES)),
    }
    names = [name for name in arguments if name != "--all"] or list(checks)
    for name in names:
        if name not in checks:
            sys.exit(f"check.py: no check {name}: choose of {' '.join(checks)}")
    bad = 0
    for name in names:
        problems, what = checks[name](TOP)
        bad += bool(problems)
        print("".join(problem + "\n" for problem in problems) + f"house: {name}: {what}, {len(problems)} problems", flush=True)
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
