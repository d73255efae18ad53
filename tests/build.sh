#!/usr/bin/env bash
# Builds a preset and prints the path of the program.
#
#   tests/build.sh release|dev|asan|fuzz [TARGET…]
#
# The build folder is build/PRESET in the checkout; ccache, in ${SKEP_CACHE:-/var/cache/skep}/ccache, makes a fresh one cheap.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
preset=$1
shift
cache=${SKEP_CACHE:-/var/cache/skep}
folder=$top/build/$preset
mkdir -p "$folder"
export CCACHE_DIR=${CCACHE_DIR:-$cache/ccache}
# Objects do not depend on where they are built, so that another clone finds them again.
export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$top CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-4G}
launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
[ "$preset" != release ] || "$top/cmake/build-curl.sh" >&2
cmake -S "$top" --preset "$preset" "${launcher[@]}" >"$folder.configure.log" 2>&1 ||
  { cat "$folder.configure.log" >&2; exit 1; }
targets=()
for target in "$@"; do targets+=(--target "$target"); done
cmake --build "$folder" --parallel "$(nproc)" "${targets[@]}" >"$folder.build.log" 2>&1 ||
  { grep -E "error|warning|FAILED|undefined" "$folder.build.log" | head -40 >&2; echo "build.sh: $folder.build.log has the rest" >&2; exit 1; }
echo "$folder/cmd/skep"
