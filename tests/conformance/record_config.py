#!/usr/bin/env python3
"""What `docker stack config` prints for the cases in config/: config/CASE/1.yml, 2.yml, … are given as -c, each.

    record_config.py            write config/CASE/docker.yml anew from the docker CLI ($DOCKER_CLI, else `docker`)
    record_config.py --check    compare what it prints with what is recorded, and exit 1 when they differ

`skep config` is held against the recorded files by tests/lib/stack/config_test.cpp. The first line of each says which
CLI made it; the case's folder stands in it as /CASE. Lines `# env: NAME=VALUE` of 1.yml set variables.
"""
import os
import pathlib
import shutil
import subprocess
import sys

CASES = pathlib.Path(__file__).resolve().parent / "config"
HOME = "/home/someone"


def printed(cli, case):
    files = sorted(case.glob("[0-9]*.yml"))
    env = {"PATH": os.environ["PATH"], "HOME": HOME}
    for line in files[0].read_text(encoding="utf-8").splitlines():
        if line.startswith("# env: "):
            name, _, value = line[7:].partition("=")
            env[name] = value
    arguments = [argument for file in files for argument in ("-c", file.name)]
    done = subprocess.run([cli, "stack", "config", *arguments], cwd=case, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{case.name}: {done.stderr.strip()}")
    return done.stdout.replace(str(case), "/CASE")


def main():
    cli = os.environ.get("DOCKER_CLI") or shutil.which("docker")
    if not cli:
        sys.exit("no docker CLI: set DOCKER_CLI (tests/lab/lab env names the lab's)")
    made_by = subprocess.run([cli, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    different = 0
    for case in sorted(path for path in CASES.iterdir() if path.is_dir()):
        text = printed(cli, case)
        recorded = case / "docker.yml"
        if "--check" not in sys.argv[1:]:
            recorded.write_text(f"# made by {made_by}\n{text}", encoding="utf-8")
        elif recorded.read_text(encoding="utf-8").split("\n", 1)[1] != text:
            print(f"DIFFERENT {case.name}: {made_by} prints something else than is recorded")
            different += 1
    print(f"docker stack config, {made_by}: {sum(1 for path in CASES.iterdir() if path.is_dir())} cases, {different} different")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
