"""What start.sh runs: start.py SKEP DOCKER RUNS."""
import os
import statistics
import sys
import tempfile
import time


def run(command, environment):
    """Wall milliseconds of one run; its output is thrown away, a failure is one of the benchmark."""
    began = time.perf_counter()
    pid = os.posix_spawn(command[0], command, environment, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    _, status = os.waitpid(pid, 0)
    elapsed = (time.perf_counter() - began) * 1000
    if status != 0:
        raise SystemExit(f"start.py: {' '.join(command)} ended with status {os.waitstatus_to_exitcode(status)}")
    return elapsed


def peak(command, environment):
    """Peak MiB of one run. Through time(1): the kernel counts a new program's peak from its parent's size, which for
    Python is more than what is measured here."""
    report = os.path.join(environment["HOME"], "peak")
    run(["/usr/bin/time", "-f", "%M", "-o", report, *command], environment)
    with open(report, encoding="ascii") as text:
        return int(text.read()) / 1024


def measure(commands, runs):
    """{name: (median ms, least ms, median MiB)}, the commands taken in turn; the first round only warms the caches."""
    times, peaks = {name: [] for name in commands}, {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": os.environ["PATH"], "HOME": home, "DOCKER_CONFIG": home}
        for turn in range(runs + 1):
            for name, command in commands.items():
                elapsed, size = run(command, environment), peak(command, environment)
                if turn:
                    times[name].append(elapsed)
                    peaks[name].append(size)
    return {name: (statistics.median(times[name]), min(times[name]), statistics.median(peaks[name])) for name in commands}


def verdict(value, goal):
    return "within the goal" if value <= goal else "NOT within the goal"


def main():
    skep, docker, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    commands = {f"{tool} {flag}": [path, flag] for flag in ("--version", "--help")
                for tool, path in (("skep", skep), ("docker", docker))}
    result = measure(commands, runs)
    print(f"start, median of {runs} each, in turn; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"  {'':18} {'ms':>8} {'least ms':>9} {'MiB':>7}")
    for name, (median, least, mib) in result.items():
        print(f"  {name:18} {median:8.2f} {least:9.2f} {mib:7.1f}")
    for flag in ("--version", "--help"):
        ours, theirs = result[f"skep {flag}"], result[f"docker {flag}"]
        slow, large = ours[0] / theirs[0], ours[2] / theirs[2]
        print(f"{flag}: {slow:.2f} of docker's time ({verdict(slow, 1 / 4)}, 0.25), "
              f"{large:.2f} of its memory ({verdict(large, 1 / 3)}, 0.33)")


if __name__ == "__main__":
    main()
