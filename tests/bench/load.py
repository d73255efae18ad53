"""What load.sh runs: load.py SKEP DOCKER RUNS."""
import os
import statistics
import subprocess
import sys
import tempfile

from start import peak, run

SIZES = (500, 1000, 2000, 5000)
GOAL = 1 / 5

SERVICE = """  service{n}:
    image: registry.example.com/team/service{n}:1.{n}
    command: [serve, --port, "8080"]
    environment:
      LOG: debug
      NUMBER: {n}
      URL: "http://service{n}.example.com/"
    networks: [front, back]
    volumes: ["data:/var/lib/data"]
    ports:
      - "{port}:8080"
    healthcheck: {{test: "curl -f http://localhost:8080/", interval: 10s}}
    deploy:
      replicas: 2
      labels:
        traefik.enable: "true"
        traefik.http.routers.service{n}.rule: Host(`service{n}.example.com`)
      placement: {{constraints: [node.role == worker]}}
      update_config: {{order: start-first, failure_action: rollback}}
      resources: {{limits: {{memory: 256M, cpus: "0.5"}}}}
"""


def stack(services):
    body = "".join(SERVICE.format(n=n, port=10000 + n) for n in range(services))
    return f'version: "3.8"\nservices:\n{body}networks: {{front: , back: }}\nvolumes: {{data: }}\n'


def measure(commands, environment, runs):
    """{name: (median seconds, median MiB)}, the commands taken in turn."""
    times, peaks = {name: [] for name in commands}, {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(run(command, environment) / 1000)
            peaks[name].append(peak(command, environment))
    return {name: (statistics.median(times[name]), statistics.median(peaks[name])) for name in commands}


def has_config(skep):
    done = subprocess.run([skep, "config", "--help"], capture_output=True, check=False)
    return done.returncode == 0


def main():
    skep, docker, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    verbs = ["lint", "config"] if has_config(skep) else ["lint"]
    print(f"loading, median of {runs} each, in turn; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"  {'services':>8} {'lines':>7}  {'command':20} {'s':>7} {'MiB':>7} {'µs a service':>13} {'of docker':>10}")
    worst = 0
    for size in SIZES:
        with tempfile.TemporaryDirectory() as home:
            file = os.path.join(home, "stack.yml")
            text = stack(size)
            with open(file, "w", encoding="utf-8") as out:
                out.write(text)
            environment = {"PATH": os.environ["PATH"], "HOME": home, "DOCKER_CONFIG": home}
            commands = {f"skep {verb}": [skep, verb, "-c", file, "app"] for verb in verbs}
            commands["docker stack config"] = [docker, "stack", "config", "-c", file]
            result = measure(commands, environment, runs)
        theirs = result["docker stack config"][0]
        for name, (seconds, mib) in result.items():
            share = seconds / theirs
            worst = max(worst, share) if name.startswith("skep") else worst
            print(f"  {size:8} {text.count(chr(10)):7}  {name:20} {seconds:7.3f} {mib:7.1f} {seconds / size * 1e6:13.1f} {share:10.3f}")
    print(f"at most {worst:.3f} of docker's time: {'within' if worst <= GOAL else 'NOT within'} the goal, {GOAL:.2f}")


if __name__ == "__main__":
    main()
