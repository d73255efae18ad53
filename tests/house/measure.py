"""The code of a checkout, measured: its files, and its functions as universal-ctags sees them."""
import json
import os
import subprocess


def files(root, *folders, ends=(".cpp", ".hpp")):
    """Paths below folders of `root`, sorted."""
    found = []
    for folder in folders:
        for at, _, names in os.walk(os.path.join(root, folder)):
            found += [os.path.relpath(os.path.join(at, name), root) for name in names if name.endswith(ends)]
    return sorted(found)


def text(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def lines(root, path):
    return text(root, path).count("\n")


def tags(root, kinds, paths):
    """What ctags finds in files, of these kinds (`ctags --list-kinds-full=C++`); a dictionary each."""
    command = ["ctags", "-f", "-", "--languages=C++", "--langmap=C++:.cpp.hpp", f"--kinds-C++={kinds}", "--fields=+KSsne",
               "--output-format=json", "-L", "-"]
    run = subprocess.run(command, cwd=root, input="\n".join(paths), capture_output=True, text=True, check=True)
    return [tag for tag in map(json.loads, run.stdout.splitlines()) if tag["_type"] == "tag"]


def functions(root, paths):
    """[(lines, path, line, name)] of every function that is not a lambda."""
    return [(tag.get("end", tag["line"]) - tag["line"] + 1, tag["path"], tag["line"], tag["name"])
            for tag in tags(root, "f", paths) if not tag["name"].startswith("__anon")]
