#!/usr/bin/env bash
# Installs what is needed, builds, and runs all tests; prints how many of each ran, passed and were skipped. Root on Debian
# 12 or 13; asks nothing; takes down what it brought up, also when something fails.
#
# The program under test is the release program, built and linked as users get it; its unit tests are built in the same
# flags.
#
#   tests/run.sh                  what CI has time for: what is promised of the code (tests/house, of what takes its time a
#                                 sample), unit, golden, wire and layer tests, the unit tests under address and
#                                 undefined-behaviour sanitizers, and beside them the swarm tests on Engine 20.10 (of two
#                                 releases at once a sample, whose seed is printed), and on 29 the main job, the scenarios
#                                 of a release, and of faults a sample
#   tests/run.sh --long           also every promise of every file, every file compiled alone, the unit tests under the thread
#                                 sanitizer, every other engine, errors of the database and of the engine, the search for
#                                 secrets, releases under load, the lab's own test, the fuzzers, and a build in an unpacked
#                                 Debian 12 and 13: a night
#   tests/run.sh [--long] PART…   of it: house, unit, sanitized, program, scripts, swarm; with --long also plain, threads,
#                                 load, fuzz, lab, debian
set -uo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top" || exit 1
export SKEP_CACHE=${SKEP_CACHE:-/var/cache/skep}
export PYTHONPATH=$top/tests/python
lab=$top/tests/lab/lab
name=test$$
swarm_tests=(main_job endpoints unchanged many builds verbs operate one_offs plan same_as_docker adopt remove lock faults named_exactly gateway)
long_tests=(database own_database secrecy) # each release takes its time there
last_tests=(scenarios)                     # restarts the manager
. tests/progress.sh

# Labs that are up have a file of their name in $results/labs.
kill_jobs() {
  local job
  for job in $(jobs -p); do kill -- "-$job" 2>/dev/null && wait "$job"; done
}
cleanup() {
  local left
  kill_jobs
  for left in "$results"/labs/*; do
    [ ! -e "$left" ] || lab_down "$(basename "$left")"
  done
  rm -rf "$results"
}

say() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }

# timed WHAT COMMAND…: how long it took goes into the table of times.
timed() {
  local what=$1 begin=$SECONDS ended=0
  shift
  "$@" || ended=$?
  printf '%6s s  %s\n' $((SECONDS - begin)) "$what" >>"$results/times"
  return "$ended"
}

# build PRESET: the path of its program in $built; what of it came from ccache goes into the table of times.
build() {
  local preset=$1 begin=$SECONDS
  say "building ($preset)"
  built=$("$top/tests/build.sh" "$preset" 2> >(tee "$results/build-$preset.log" >&2)) || return 1
  printf '%6s s  building %s%s\n' $((SECONDS - begin)) "$preset" \
    "$(sed -nE 's/^building [a-z-]+: ([0-9]+ files compiled, [0-9]+ from ccache)$/ (\1)/p' "$results/build-$preset.log")" \
    >>"$results/times"
}

# tell_failed KIND: prints what comes in, and keeps it for the end: of a long log people, and machines, keep the end.
tell_failed() { { printf -- "-- %s\n" "$1"; cat; } | tee -a "$results/failures"; }

# count KIND PASSED FAILED SKIPPED
count() { printf '%-28s %5s passed %5s failed %5s skipped\n' "$1" "$2" "$3" "$4" >>"$results/table"; }

# ctest_run KIND PRESET [ARG…]: the unit, golden, wire and architecture tests of a build; ARG is one of ctest.
ctest_run() {
  local kind=$1 preset=$2 folder ctest=(ctest)
  shift 2
  # The thread sanitizer of g++ 12 wants its places in memory, and ends where vm.mmap_rnd_bits is over 28.
  [ "$preset" != tsan ] || ctest=(setarch --addr-no-randomize ctest)
  if ! build "$preset"; then count "$kind" 0 1 0; return 1; fi
  folder=$(dirname "$(dirname "$built")")
  say "$kind"
  "${ctest[@]}" "$@" --test-dir "$folder" --parallel "$(nproc)" --output-on-failure --timeout 600 --no-tests=error \
    --output-junit "$results/$preset.xml" >"$results/$preset.log" 2>&1
  grep -E "tests passed|\(Failed\)|\(Timeout\)|Not Run" "$results/$preset.log"
  local ran bad skip
  ran=$(grep -oE 'tests="[0-9]+"' "$results/$preset.xml" | head -1 | tr -dc 0-9)
  bad=$(grep -oE 'failures="[0-9]+"' "$results/$preset.xml" | head -1 | tr -dc 0-9)
  skip=$(grep -cE '<skipped|status="notrun"|status="disabled"' "$results/$preset.xml")
  [ -n "$ran" ] || { ran=1 bad=1 skip=0; }
  [ "$bad" = 0 ] || sed -n '/The following tests FAILED/,$p;/FAILED:/,/^===/p' "$results/$preset.log" | tail -80 | tell_failed "$kind"
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

in_subshell() { ("$@"); }

unittest_run() { # FILE
  cd "$(dirname "$1")" && timeout "$patience" python3 -B -W ignore::ResourceWarning -m unittest -v "$(basename "$1" .py)"
}

# python_run KIND FILE…: unittest modules; each prints its failures.
python_run() {
  local kind=$1 file log ran bad skip all=0 wrong=0 left=0
  shift
  for file; do
    log=$results/$(tr -c 'a-zA-Z0-9.\n' - <<<"$kind")-$(basename "$file").log
    say "$kind: $file"
    timed "$kind: $file" in_subshell unittest_run "$file" >"$log" 2>&1
    grep -E "\.\.\. |^Ran |^OK|^FAILED|SKEP_SEED|^[a-z][a-z ]*: .* [0-9]" "$log" | tail -60
    ran=$(sed -nE 's/^Ran ([0-9]+) test.*/\1/p' "$log")
    bad=$(grep -cE "^(FAIL|ERROR): " "$log")
    skip=$(sed -nE 's/.*skipped=([0-9]+).*/\1/p' "$log")
    if [ -z "$ran" ]; then ran=1 bad=1; fi
    [ "$bad" = 0 ] || sed -n '/^======/,$p' "$log" | tail -120 | tell_failed "$kind: $file"
    all=$((all + ran)) wrong=$((wrong + bad)) left=$((left + ${skip:-0}))
  done
  count "$kind" $((all - wrong - left)) "$wrong" "$left"
}

lab_up() { # NAME ENGINE
  say "lab: engine $2"
  : >"$results/labs/$1"
  # A second `up` repairs: a replica set that starts on a busy machine may need one.
  timed "lab up, engine $2" "$lab" up --name "$1" --engine "$2" || "$lab" up --name "$1" --engine "$2"
}

lab_down() { # NAME
  rm -f "$results/labs/$1"
  "$lab" down --name "$1"
}

swarm_run() { # ENGINE FILE…
  local engine=$1 own=$name-${1//./-}
  shift
  if lab_up "$own" "$engine"; then
    [ "$engine" != 20.10 ] || timed "conformance" conformance_run "$own"
    LAB_NAME=$own SKEP=$program python_run "swarm ($engine)" "$@"
  else
    count "swarm ($engine)" 0 1 0
  fi
  lab_down "$own"
}

# load_run ENGINE: releases while requests come in, good ones, two that fail, a rotation and a rollback, three times each.
load_run() {
  local engine=$1 own=$name-${1//./-} rows
  if lab_up "$own" "$engine"; then
    say "releases under load ($engine)"
    LAB_NAME=$own SKEP=$program python3 -B tests/swarm/release_under_load.py --runs 3 --scenario all >"$results/load-$engine.log" 2>&1
    cat "$results/load-$engine.log"
    rows=$(grep -cE "^$engine .* held *$" "$results/load-$engine.log")
    count "under load ($engine)" "$rows" $((12 - rows)) 0
  else
    count "under load ($engine)" 0 12 0
  fi
  lab_down "$own"
}

# side_by_side FUNCTION ENGINE… [-- ARG…]: FUNCTION ENGINE ARG… for two engines at a time, each with a lab of its own; they
# mostly wait. What they print comes when they end.
side_by_side() {
  local function=$1 engines=() engine
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do engines+=("$1"); shift; done
  [ $# -eq 0 ] || shift
  set -m # a process group each, which cleanup ends as a whole
  for engine in "${engines[@]}"; do
    while [ "$(jobs -pr | wc -l)" -ge 2 ]; do wait -n; done
    say "$function $engine: begins"
    { trap - EXIT INT TERM; "$function" "$engine" "$@" >"$results/side-$engine.log" 2>&1; cat "$results/side-$engine.log"; } &
  done
  wait
  set +m
}

# The bodies that the real docker CLI sends for each case file, beside skep's; whether the comparer can fail; which case uses
# which key of docker's schema.
conformance_run() { # LAB
  local log=$results/conformance.log cli line
  say "conformance"
  cli=$("$lab" env --name "$1" | sed -n 's/^DOCKER_CLI=//p')
  DOCKER_CLI=$cli timeout 1200 python3 -B tests/conformance/run.py "$program" >"$log" 2>&1
  grep -E "^(refused|deployed|with|docker/cli)" "$log"
  line=$(grep -E "^conformance against" "$log")
  echo "${line:-$(tail -5 "$log")}"
  if [[ $line =~ ([0-9]+)\ equal,\ ([0-9]+)\ different\ by\ the\ list,\ ([0-9]+)\ different$ ]]; then
    [ "${BASH_REMATCH[3]}" = 0 ] || grep -vE "^(refused|deployed|docker/cli|conformance)" "$log" | tail -40 | tell_failed "conformance"
    count "conformance" $((BASH_REMATCH[1] + BASH_REMATCH[2])) "${BASH_REMATCH[3]}" 0
  else
    tail -40 "$log" | tell_failed "conformance"
    count "conformance" 0 1 0
  fi
  conformance_check "conformance: self-test" selftest.py
  conformance_check "conformance: coverage" coverage.py
  DOCKER_CLI=$cli conformance_check "conformance: parser" parser.py
}

conformance_check() { # KIND PROGRAM
  local log=$results/$2.log
  if timeout 1200 python3 -B "tests/conformance/$2" "$program" >"$log" 2>&1; then
    tail -1 "$log"
    count "$1" 1 0 0
  else
    tail -40 "$log" | tell_failed "$1"
    count "$1" 0 1 0
  fi
}

# Good files with a mistake put in, each found at its line, with what was meant.
mutate_run() {
  local log=$results/mutate.log line
  say "mistakes put into good files"
  timeout 600 python3 -B tests/mutate/run.py "$program" >"$log" 2>&1
  local ended=$?
  line=$(grep -E "^all " "$log")
  if [ "$ended" = 0 ] && [[ $line =~ ^all\ +([0-9]+)\ +([0-9]+) ]]; then
    tail -30 "$log"
    count "mistakes put in" "${BASH_REMATCH[2]}" $((BASH_REMATCH[1] - BASH_REMATCH[2])) 0
  else
    tail -30 "$log" | tell_failed "mistakes put in"
    count "mistakes put in" 0 1 0
  fi
}

# Values of variables in no message.
canary_run() {
  local log=$results/canary.log
  say "values in messages"
  if timeout 600 python3 -B tests/mutate/canary.py "$program" >"$log" 2>&1; then
    tail -12 "$log"
    count "values in messages" 1 0 0
  else
    tail -12 "$log" | tell_failed "values in messages"
    count "values in messages" 0 1 0
  fi
}

# What people reported, each with the right answer.
reports_run() {
  local log=$results/reports.log
  say "reports"
  timeout 600 python3 -B tests/reports/run.py "$program" >"$log" 2>&1
  grep -E "^part " "$log"
  if [[ $(tail -1 "$log") =~ ^reports:\ [0-9]+\ cases,\ ([0-9]+)\ right,\ ([0-9]+)\ wrong$ ]]; then
    [ "${BASH_REMATCH[2]}" = 0 ] || grep -B 30 "^ *WRONG: " "$log" | tail -80 | tell_failed "reports"
    count "reports" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" 0
  else
    tail -40 "$log" | tell_failed "reports"
    count "reports" 0 1 0
  fi
}

# A file is the same file however many stand beside it: a sample, and all of it with --long.
properties_run() {
  local log=$results/properties.log mutated=300
  [ "$long" = yes ] && mutated=10000
  say "one reading"
  if timeout 3600 python3 -B tests/reports/properties.py "$program" --mutated "$mutated" >"$log" 2>&1; then
    cat "$log"
    count "one reading" 1 0 0
  else
    tail -40 "$log" | tell_failed "one reading"
    count "one reading" 0 1 0
  fi
}

# Fuzzers: each one that ran all its inputs without a crash, leak or hang, and found its planted bug, has passed.
fuzz_run() {
  local log=$results/fuzz.log good
  say "fuzzers"
  if ! tests/install.sh fuzz; then count "fuzzers" 0 1 0; return; fi
  tests/fuzz/run.sh >"$log" 2>&1
  local ended=$?
  cat "$log"
  good=$(grep -cE "^[a-z_]+ +[0-9]+ +0 +0 +0  found" "$log")
  count "fuzzers" "$good" $((ended == 0 && good > 0 ? 0 : 1)) 0
}

format_run() {
  say "format"
  if cmake --build "$(dirname "$(dirname "$program")")" --target check-format >"$results/format.log" 2>&1; then
    count "format" 1 0 0
  else
    grep -m 10 "error:" "$results/format.log" | tell_failed "format"
    count "format" 0 1 0
  fi
}

lab_run() {
  local log=$results/lab.log
  say "the lab's own test"
  tests/lab/selftest 20.10 29 28.5 28.5-containerd 26.1 >"$log" 2>&1
  cat "$log"
  count "lab" "$(grep -c "^ok " "$log")" "$(grep -c "^FAIL " "$log")" 0
}

# house_run CHECK: what is promised of the code; with --long of every file.
house_run() {
  local log=$results/house-$1.log arguments=("$1")
  [ "$long" = no ] || arguments+=(--all)
  if timeout 7200 python3 -B tests/house/check.py "${arguments[@]}" >"$log" 2>&1; then
    cat "$log"
    count "house: $1" 1 0 0
  else
    tail -60 "$log" | tell_failed "house: $1"
    count "house: $1" 0 1 0
  fi
}

house_part() {
  local check
  say "house"
  for check in lengths includes scripts headers tidy; do timed "house: $check" house_run "$check"; done
  python_run "house: planted" tests/house/test_house.py
}

# swarm_run with tests by their names.
swarm_named() { # ENGINE NAME…
  local engine=$1
  shift
  set -- "${@/#/tests/swarm/test_}"
  swarm_run "$engine" "${@/%/.py}"
}

# Each engine has about half of what CI has time for.
swarm_half() { # ENGINE
  case $1 in
    20.10) swarm_named 20.10 main_job unchanged many builds verbs operate one_offs plan same_as_docker adopt remove lock ;;
    29) swarm_named 29 main_job endpoints gateway faults "${last_tests[@]}" ;;
  esac
}

swarm_part() {
  if [ "$long" = yes ]; then
    side_by_side swarm_named 20.10 29 -- "${swarm_tests[@]}" "${long_tests[@]}" "${last_tests[@]}"
    side_by_side swarm_named 26.1 28.5 28.5-containerd -- "${swarm_tests[@]}" "${last_tests[@]}"
  else
    side_by_side swarm_half 20.10 29
  fi
}

# choose [--long] [PART…]: into $long and $parts.
choose() {
  local part
  long=no parts="house unit sanitized program scripts swarm"
  if [ "${1:-}" = --long ]; then
    long=yes
    parts="$parts plain threads load fuzz lab debian"
    shift
  fi
  for part; do
    [[ " $parts " == *" $part "* ]] || { echo "run.sh: no part $part: choose of $parts" >&2; exit 2; }
  done
  [ $# -eq 0 ] || parts=$*
  export SKEP_LONG=$long # the swarm tests take a sample without it
  patience=2400          # seconds for a file of Python tests
  [ "$long" = no ] || patience=10800 # every fault, one after another
}

# A folder for what comes out of this run, and how it ends.
begin() {
  results=$(mktemp -d)
  mkdir "$results/labs"
  : >"$results/table"
  : >"$results/times"
  # Every end of a program by a signal that only a fault sends, whether or not a test looked (tests/python).
  export SKEP_CRASHES=$results/crashes
  : >"$SKEP_CRASHES"
  trap cleanup EXIT
  trap 'exit 130' INT TERM
}

# Into FILE what labs could change on this machine. That is never nothing.
snapshot() { # FILE
  "$lab" snapshot >"$1" && [ -s "$1" ]
}

# What the parts need: packages, the state of the machine before, the program.
prepare() {
  say "installing"
  timed "installing" spoken "installing" "$top/tests/install.sh" test || exit 1
  timed "installing" spoken "installing" "$lab" deps || exit 1
  snapshot "$results/before" || exit 1
  build release-test || exit 1
  program=$built
}

# The swarm tests mostly wait: what needs the processor runs beside them, behind them in the queue.
begin_swarm() {
  beside=no
  if [ "$long" = no ] && [ "$parts" != swarm ] && [[ " $parts " == *" swarm "* ]]; then
    set -m
    { trap 'kill_jobs; exit 130' INT TERM; trap - EXIT; swarm_part >"$results/swarm.log" 2>&1; } &
    beside=$!
    set +m
    renice -n 10 $$ >/dev/null
  fi
}

run_part() { # PART
  local suite
  case $1 in
    house) house_part ;;
    unit) timed "unit" ctest_run "unit" release-test; format_run ;;
    sanitized) timed "unit, sanitized" ctest_run "unit, sanitized" asan ;;
    threads) timed "unit, threads" ctest_run "unit, threads" tsan -E "hostile answers" -R "^(http|engine|image|watch|oneshot|release|rollout|deploy|ops|cmd|threads): " ;;
    program) SKEP=$program python_run "program" tests/program/test_attack_list.py tests/program/test_refusals.py tests/program/test_endpoints.py tests/program/test_hostile.py \
      tests/program/test_answers.py tests/program/test_world.py ;;
    scripts) python_run "scripts" tests/swarm/test_load.py; kittenapi_run; timed "mistakes put in" mutate_run; timed "values in messages" canary_run; timed "reports" reports_run; timed "one reading" properties_run ;;
    plain) timed "unit, each file alone" ctest_run "unit, each file alone" plain ;;
    swarm) if [ "$beside" != no ]; then wait "$beside"; cat "$results/swarm.log"; else swarm_part; fi ;;
    load) side_by_side load_run 20.10 29 ;;
    fuzz) timed "fuzzers" fuzz_run ;;
    lab) timed "the lab" lab_run ;;
    debian) for suite in bookworm trixie; do debian_run "$suite"; done ;;
  esac
}

left_run() {
  say "the machine is as it was before"
  if ! snapshot "$results/after"; then
    echo "what labs could change on this machine cannot be read: $lab snapshot" | tell_failed "left behind"
    count "nothing left behind" 0 1 0
  elif diff "$results/before" "$results/after" >"$results/left"; then
    count "nothing left behind" 1 0 0
  else
    tell_failed "left behind" <"$results/left"
    count "nothing left behind" 0 1 0
  fi
}

crashes_run() {
  if [ -s "$SKEP_CRASHES" ]; then
    sort "$SKEP_CRASHES" | uniq -c | head -20 | tell_failed "crashes"
    count "no program crashed" 0 1 0
  else
    count "no program crashed" 1 0 0
  fi
}

# The end: where the time went, what failed, and the table; false unless all that ran passed.
tell() {
  local passed failed skipped
  say "where the time went (what runs side by side is counted twice)"
  sort -k1,1nr -s "$results/times"
  printf '%6s s  in all\n' "$SECONDS"
  if [ -s "$results/failures" ]; then
    say "what failed"
    cat "$results/failures"
  fi
  say "results"
  cat "$results/table"
  echo
  read -r passed failed skipped < <(sed -E 's/^.{28}//' "$results/table" | awk '{p += $1; f += $3; s += $5} END {print p + 0, f + 0, s + 0}')
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ] && [ "$skipped" = 0 ] && [ "$passed" -gt 0 ]
}

main() {
  local part
  choose "$@"
  begin
  prepare
  begin_swarm
  for part in $parts; do run_part "$part"; done
  left_run
  crashes_run
  tell
}

main "$@"
