#!/usr/bin/env bash
# How fast skep starts and how much memory that takes, beside docker's CLI 28.5.
#
#   tests/bench/start.sh [SKEP]      SKEP defaults to the release build, made first (tests/build.sh release)
#
# Runs the commands in turn, so that whatever else the machine does falls on all alike; prints medians of RUNS (41) each,
# their ratios, and whether they are within the goal: a quarter of docker's time, a third of its memory. It measures and
# says; it never fails on a figure. docker is $DOCKER_CLI, else the one that the lab has unpacked into
# ${SKEP_CACHE:-/var/cache/skep}/tools/docker-28 (tests/lab/lab up puts it there).
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
skep=${1:-$("$top/tests/build.sh" release)}
docker=${DOCKER_CLI:-${SKEP_CACHE:-/var/cache/skep}/tools/docker-28/docker}
for program in "$skep" "$docker" /usr/bin/time; do
  [ -x "$program" ] || { echo "start.sh: no program $program" >&2; exit 2; }
done
exec python3 "$top/tests/bench/start.py" "$skep" "$docker" "${RUNS:-41}"
