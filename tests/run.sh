#!/usr/bin/env bash
# Installs what is needed, builds, and runs all tests; prints how many of each ran, passed and were skipped. Root on Debian
# 12 or 13; asks nothing; takes down what it brought up, also when something fails.
#
#   tests/run.sh            what CI has time for: unit, golden, wire and layer tests, the unit tests under address and
#                           undefined-behaviour sanitizers, the swarm tests on Engine 20.10 and the main job on 29
#   tests/run.sh --long     also every other engine, the database's errors, the search for secrets, releases under load,
#                           and a build in an unpacked Debian 12 and 13: some hours
#   tests/run.sh --quick    unit tests only, for a look in between
set -uo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top" || exit 1
mode=${1:-}
case $mode in '' | --long | --quick) ;; *) echo "run.sh: unknown argument $mode" >&2; exit 2 ;; esac
export SKEP_CACHE=${SKEP_CACHE:-/var/cache/skep}
lab=$top/tests/lab/lab
name=test$$
results=$(mktemp -d)
lab_is_up=no
trap cleanup EXIT
trap 'exit 130' INT TERM

cleanup() {
  [ "$lab_is_up" = no ] || lab_down
  rm -rf "$results"
}

say() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }

passed=0 failed=0 skipped=0
# count KIND PASSED FAILED SKIPPED
count() {
  printf '%-28s %5s passed %5s failed %5s skipped\n' "$1" "$2" "$3" "$4" >>"$results/table"
  passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
}

# ctest_run KIND PRESET: every unit, golden, wire and architecture test of a build.
ctest_run() {
  local kind=$1 preset=$2 program folder
  say "building ($preset)"
  if ! program=$("$top/tests/build.sh" "$preset"); then count "$kind" 0 1 0; return 1; fi
  folder=$(dirname "$(dirname "$program")")
  say "$kind"
  ctest --test-dir "$folder" --parallel "$(nproc)" --output-on-failure --timeout 600 --no-tests=error \
    --output-junit "$results/$preset.xml" >"$results/$preset.log" 2>&1
  grep -E "tests passed|\(Failed\)|\(Timeout\)|Not Run" "$results/$preset.log"
  local ran bad skip
  ran=$(grep -oE 'tests="[0-9]+"' "$results/$preset.xml" | head -1 | tr -dc 0-9)
  bad=$(grep -oE 'failures="[0-9]+"' "$results/$preset.xml" | head -1 | tr -dc 0-9)
  skip=$(grep -cE '<skipped|status="notrun"|status="disabled"' "$results/$preset.xml")
  [ -n "$ran" ] || { ran=1 bad=1 skip=0; }
  [ "$bad" = 0 ] || sed -n '/The following tests FAILED/,$p;/FAILED:/,/^===/p' "$results/$preset.log" | tail -80
  count "$kind" $((ran - bad - skip)) "$bad" "$skip"
}

# The example's own tests want its packages: a virtual environment in the cache, made anew when they change.
kittenapi_run() {
  local example=$top/examples/kittenapi venv
  venv=$SKEP_CACHE/kittenapi-$(cat "$example/requirements.txt" <(/usr/bin/python3 --version) | sha256sum | cut -c1-16)
  if [ ! -e "$venv/ready" ]; then
    rm -rf "$venv"
    if /usr/bin/python3 -m venv "$venv" && "$venv/bin/pip" -q install -r "$example/requirements.txt"; then touch "$venv/ready"; fi
  fi
  PATH=$venv/bin:$PATH python_run "kittenapi" examples/kittenapi/test_kittenapi.py
}

# debian_run SUITE: a build and its tests in an unpacked Debian.
debian_run() {
  local log=$results/$1.log line
  say "unit tests in Debian $1"
  tests/in-debian.sh "$1" >"$log" 2>&1
  line=$(grep -E "tests passed|\(Failed\)|\(Timeout\)|Not Run" "$log")
  echo "${line:-$(tail -20 "$log")}"
  if [[ $line =~ ,\ ([0-9]+)\ tests\ failed\ out\ of\ ([0-9]+) ]]; then
    count "unit (Debian $1)" $((BASH_REMATCH[2] - BASH_REMATCH[1])) "${BASH_REMATCH[1]}" "$(grep -c "Not Run" "$log")"
  else
    count "unit (Debian $1)" 0 1 0
  fi
}

# python_run KIND FILE…: unittest modules; each prints its failures.
python_run() {
  local kind=$1 file log ran bad skip all=0 wrong=0 left=0
  shift
  for file; do
    log=$results/$(basename "$file").log
    say "$kind: $file"
    (cd "$(dirname "$file")" && timeout 2400 python3 -B -W ignore::ResourceWarning -m unittest -v "$(basename "$file" .py)") >"$log" 2>&1
    grep -E "\.\.\. |^Ran |^OK|^FAILED" "$log" | tail -60
    ran=$(sed -nE 's/^Ran ([0-9]+) test.*/\1/p' "$log")
    bad=$(grep -cE "^(FAIL|ERROR): " "$log")
    skip=$(sed -nE 's/.*skipped=([0-9]+).*/\1/p' "$log")
    if [ -z "$ran" ]; then ran=1 bad=1; fi
    [ "$bad" = 0 ] || sed -n '/^======/,$p' "$log" | tail -120
    all=$((all + ran)) wrong=$((wrong + bad)) left=$((left + ${skip:-0}))
  done
  count "$kind" $((all - wrong - left)) "$wrong" "$left"
}

lab_up() { # ENGINE
  say "lab: engine $1"
  lab_is_up=yes
  # A second `up` repairs: a replica set that starts on a busy machine may need one.
  "$lab" up --name "$name" --engine "$1" || "$lab" up --name "$name" --engine "$1"
}

lab_down() {
  lab_is_up=no
  "$lab" down --name "$name"
}

swarm_run() { # ENGINE FILE…
  local engine=$1
  shift
  if lab_up "$engine"; then
    [ "$engine" != 20.10 ] || conformance_run
    LAB_NAME=$name SKEP=$program_dev python_run "swarm ($engine)" "$@"
  else
    count "swarm ($engine)" 0 1 0
  fi
  lab_down
}

# load_run ENGINE: releases while requests come in, good ones and two that fail, three times each.
load_run() {
  local engine=$1
  say "releases under load ($engine)"
  if lab_up "$engine" && LAB_NAME=$name SKEP=$program_dev python3 -B tests/swarm/release_under_load.py --runs 3 --scenario all; then
    count "under load ($engine)" 9 0 0
  else
    count "under load ($engine)" 0 9 0
  fi
  lab_down
}

# The bodies that the real docker CLI sends for each case file, beside skep's.
conformance_run() {
  local log=$results/conformance.log line
  say "conformance"
  DOCKER_CLI=$("$lab" env --name "$name" | sed -n 's/^DOCKER_CLI=//p') \
    timeout 1200 python3 -B tests/conformance/run.py "$program_dev" >"$log" 2>&1
  line=$(grep -E "^conformance against" "$log")
  echo "${line:-$(tail -5 "$log")}"
  if [[ $line =~ ([0-9]+)\ equal,\ ([0-9]+)\ different\ by\ the\ list,\ ([0-9]+)\ different$ ]]; then
    [ "${BASH_REMATCH[3]}" = 0 ] || tail -40 "$log"
    count "conformance" $((BASH_REMATCH[1] + BASH_REMATCH[2])) "${BASH_REMATCH[3]}" 0
  else
    count "conformance" 0 1 0
  fi
}

say "installing"
"$top/tests/install.sh" test || exit 1
"$lab" deps || exit 1
"$lab" snapshot >"$results/before" 2>/dev/null || true

ctest_run "unit" dev
program_dev=$("$top/tests/build.sh" dev)

say "format"
if cmake --build "$(dirname "$(dirname "$program_dev")")" --target check-format >"$results/format.log" 2>&1; then
  count "format" 1 0 0
else
  grep -m 10 "error:" "$results/format.log"
  count "format" 0 1 0
fi

if [ "$mode" != --quick ]; then
  ctest_run "unit, sanitized" asan
  python_run "scripts" tests/swarm/test_load.py
  kittenapi_run
  swarm_tests=()
  for test in main_job unchanged builds verbs same_as_docker; do swarm_tests+=("tests/swarm/test_$test.py"); done
  if [ "$mode" = --long ]; then
    long_tests=(tests/swarm/test_database.py tests/swarm/test_secrecy.py) # each release takes its time there
    for engine in 20.10 29; do swarm_run "$engine" "${swarm_tests[@]}" "${long_tests[@]}"; done
    for engine in 26.1 28.5 28.5-containerd; do swarm_run "$engine" "${swarm_tests[@]}"; done
    for engine in 20.10 29; do load_run "$engine"; done
    say "lab"
    if tests/lab/selftest 20.10 29 28.5 28.5-containerd 26.1; then count "lab" 1 0 0; else count "lab" 0 1 0; fi
    for suite in bookworm trixie; do debian_run "$suite"; done
  else
    swarm_run 20.10 "${swarm_tests[@]}"
    swarm_run 29 tests/swarm/test_main_job.py
  fi
  say "the machine is as it was before"
  "$lab" snapshot >"$results/after" 2>/dev/null || true
  if diff "$results/before" "$results/after"; then count "nothing left behind" 1 0 0; else count "nothing left behind" 0 1 0; fi
fi

say "results"
cat "$results/table"
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$skipped" = 0 ] && [ "$passed" -gt 0 ]
