#!/usr/bin/env bash
# How long skep takes for big Compose files and how much memory, beside docker's CLI with the same file in the same run.
#
#   tests/bench/load.sh [SKEP]       SKEP defaults to the release build, made first (tests/build.sh release)
#
# Files of 500, 1000, 2000 and 5000 services of 20 lines each; medians of RUNS (5), the commands in turn. Prints seconds and
# memory of `skep lint`, `skep config` and `docker stack config`, skep's time a service, which is the same for all sizes where
# time is linear, and skep's share of docker's time (the goal is a fifth). It measures and says; it never fails on a
# figure. docker is $DOCKER_CLI, else the lab's: ${SKEP_CACHE:-/var/cache/skep}/tools/docker-28 (tests/lab/lab deps).
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
skep=${1:-$("$top/tests/build.sh" release skep)}
docker=${DOCKER_CLI:-${SKEP_CACHE:-/var/cache/skep}/tools/docker-28/docker}
for program in "$skep" "$docker"; do
  [ -x "$program" ] || { echo "load.sh: no program $program" >&2; exit 2; }
done
exec python3 -B "$top/tests/bench/load.py" "$skep" "$docker" "${RUNS:-5}"
