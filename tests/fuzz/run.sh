#!/usr/bin/env bash
# Builds the fuzzers with address and undefined-behaviour sanitizers, and runs each for a fixed number of inputs.
#
#   tests/fuzz/run.sh [INPUTS [NAME…]]      INPUTS (1000000) of the yaml reader; NAME: one fuzzer alone
#
# The others get as many, those that do more with an input a fifth. Each begins with its seeds, corpus/NAME, and where it
# reads Compose files the conformance cases; the same inputs come each time. Prints for each: inputs, crashes, leaks, hangs
# (over 30 s, which a busy machine does not reach, or over 2 GiB), and after how many inputs it finds the bug that CMakeLists.txt has planted for it. Inputs that
# failed stay in build/fuzz/found. Exits 1 unless all is 0 and every planted bug is found. Needs clang (tests/install.sh fuzz).
set -uo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
inputs=${1:-1000000}
shift $(($# > 0 ? 1 : 0))
all=(yaml yaml_libyaml interpolate dotenv short_syntax template stack ignore)
names=("${@:-${all[@]}}")
found=$top/build/fuzz/found
targets=()
for name in "${names[@]}"; do targets+=("fuzz_$name" "fuzz_${name}_planted"); done
"$top/tests/build.sh" fuzz "${targets[@]}" >/dev/null || exit 1
bad=0

# fuzz PROGRAM NAME INPUTS: what libFuzzer says goes to $found/PROGRAM.log, inputs that fail to $found/PROGRAM.
fuzz() {
  local folder=$found/$1 seeds=("$top/tests/fuzz/corpus/$2")
  case $2 in yaml | yaml_libyaml | stack) seeds+=("$top/tests/conformance/cases") ;; esac
  rm -rf "$folder" "$folder.log"
  mkdir -p "$folder/corpus"
  # Small inputs first, and no file of a case longer than the rest: max_len cuts.
  "$top/build/fuzz/tests/fuzz/$1" -seed=1 -runs="$3" -max_len=4096 -timeout=30 -rss_limit_mb=2048 -print_final_stats=1 \
    -dict="$top/tests/fuzz/yaml.dict" -artifact_prefix="$folder/" "$folder/corpus" "${seeds[@]}" >"$found/$1.log" 2>&1
}

# left PROGRAM PATTERN: how many inputs of a kind failed.
left() { find "$found/$1" -maxdepth 1 -name "$2" | wc -l; }
ran() { sed -nE 's/^stat::number_of_executed_units: *([0-9]+)/\1/p' "$found/$1.log" | tail -1; }
# Where libFuzzer ends at a failure: the last number of inputs it showed, which it does at powers of two and news.
seen() { local last; last=$(grep -aoE '^#[0-9]+' "$found/$1.log" | tail -1 | tr -d '#'); echo "${last:-its first}"; }

printf '%-14s %9s %8s %6s %6s  %s\n' fuzzer inputs crashes leaks hangs "planted bug"
for name in "${names[@]}"; do
  runs=$inputs
  case $name in template | stack) runs=$((inputs / 5)) ;; esac
  fuzz "fuzz_$name" "$name" "$runs"
  crashes=$(left "fuzz_$name" 'crash-*')
  leaks=$(left "fuzz_$name" 'leak-*')
  hangs=$(($(left "fuzz_$name" 'timeout-*') + $(left "fuzz_$name" 'oom-*') + $(left "fuzz_$name" 'slow-unit-*')))
  count=$(ran "fuzz_$name")
  planted="fuzz_${name}_planted"
  fuzz "$planted" "$name" "$runs"
  verdict="NOT found"
  if [ "$(left "$planted" '*-*')" != 0 ]; then verdict="found within $(seen "$planted") inputs"; fi
  printf '%-14s %9s %8s %6s %6s  %s\n' "$name" "${count:-0}" "$crashes" "$leaks" "$hangs" "$verdict"
  if [ "$((crashes + leaks + hangs))" != 0 ] || [ "$verdict" = "NOT found" ] || [ "${count:-0}" -lt "$runs" ]; then
    bad=1
    grep -aE "ERROR|SUMMARY|^fuzz:|^skep:|^libyaml:|BINGO|error" "$found/fuzz_$name.log" | head -10
  fi
  grep -a "^both take" "$found/fuzz_$name.log" || true
done
[ "$bad" = 0 ]
