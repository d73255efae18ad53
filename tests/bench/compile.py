#!/usr/bin/env python3
"""What building costs, in processor seconds, without ccache.

  tests/bench/compile.py [--jobs N] [--every N] [--headers] [PRESET…]      release, dev and asan by default

Each preset is built from nothing into a folder of its own, every compiler run timed by /usr/bin/time. Printed: the sum of
all compiler and linker runs beside the goal, the ten dearest files, and with --headers the ten dearest headers: what a
file that includes nothing else costs, times the files that include it. --every N builds each N-th file only and
multiplies: a quick look, not a measurement.
"""

import argparse
import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
GOALS = {"release": 480, "dev": 900, "asan": 1100}
IN_TARGET = re.compile(r"CMakeFiles/|[.]dir(?=/)")
OF_HEADERS = re.compile(r'^#include ([<"][^>"]+[>"])', re.M)


def configure(preset, folder, log):
    timed = f"/usr/bin/time;-a;-o;{log};-f;%U %S %M %C"
    if preset == "release":
        subprocess.run([TOP / "cmake/build-curl.sh"], check=True)
    subprocess.run(["cmake", "-S", TOP, "--preset", preset, "-B", folder, f"-DCMAKE_CXX_COMPILER_LAUNCHER={timed}",
                    f"-DCMAKE_CXX_LINKER_LAUNCHER={timed}"], check=True, stdout=subprocess.DEVNULL)


def objects(folder):
    out = subprocess.run(["ninja", "-C", folder, "-t", "targets", "all"], check=True, stdout=subprocess.PIPE, text=True)
    return [line.split(":")[0] for line in out.stdout.splitlines() if re.search(r"\.cpp\.o: ", line)]


def runs(log):
    """Each timed run as (processor seconds, what it made)."""
    for line in log.read_text().splitlines():
        match = re.match(r"([\d.]+) ([\d.]+) (\d+) (.*)", line)
        if not match:  # "Command exited with non-zero status"
            sys.exit(f"compile.py: {line}")
        words = match[4].split()
        made = words[words.index("-o") + 1] if "-o" in words else match[4]
        yield float(match[1]) + float(match[2]), made


def build(preset, jobs, every):
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"skep-compile-{preset}-"))
    log = folder / "runs.log"
    try:
        configure(preset, folder, log)
        command = ["ninja", "-C", folder, "-j", str(jobs)]
        if every > 1:
            command += objects(folder)[::every]
        log.write_text("")
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        costs = sorted(runs(log), reverse=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    total = sum(cost for cost, _ in costs) * every
    note = f", each {every}th file, times {every}" if every > 1 else ""
    print(f"{preset:8} {total:7.0f} processor seconds, goal {GOALS.get(preset, '-')}, {len(costs)} runs{note}")
    for cost, made in costs[:10]:
        print(f"  {cost:6.1f} s  {IN_TARGET.sub('', made)}")
    return total <= GOALS.get(preset, total)


def included(path):
    return OF_HEADERS.findall(path.read_text())


def seconds_of(header, flags):
    source = f"#include {header}\n"
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as file:
        file.write(source)
        file.flush()
        pid = subprocess.Popen(["g++", *flags, "-fsyntax-only", file.name], stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(pid.pid, 0)
        return usage.ru_utime + usage.ru_stime if status == 0 else None


def headers():
    flags = ["-std=c++20", f"-I{TOP}/lib", f"-I{TOP}", f"-I{TOP}/tests", f"-I{TOP}/tests/lib"]
    flags += subprocess.run(["pkg-config", "--cflags", "yaml-0.1", "libnghttp2", "libarchive"], stdout=subprocess.PIPE,
                            text=True).stdout.split()
    sources = [path for room in ("lib", "cmd", "tests") for path in (TOP / room).rglob("*.[ch]pp")]
    users = collections.defaultdict(set)

    def visit(path, source):
        for header in included(path):
            if source in users[header]:
                continue
            users[header].add(source)
            for root in (TOP / "lib", TOP, TOP / "tests", path.parent):
                if header.startswith('"') and (root / header[1:-1]).exists():
                    visit(root / header[1:-1], source)
                    break

    for source in sources:
        if source.suffix == ".cpp":
            visit(source, source)
    rows = []
    for header, of in users.items():
        cost = seconds_of(header, flags)
        if cost is not None:
            rows.append((cost * len(of), cost, len(of), header))
    print("headers  processor seconds to read them, files that include them, one reading")
    for total, cost, count, header in sorted(rows, reverse=True)[:10]:
        print(f"  {total:6.0f} s  {count:4} files  {cost:5.2f} s  {header}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("presets", nargs="*", metavar="PRESET")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--headers", action="store_true")
    options = parser.parse_args()
    good = [build(preset, options.jobs, options.every) for preset in options.presets or list(GOALS)]
    if options.headers:
        headers()
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
