#!/usr/bin/env bash
# Builds a preset, says how far it is, and prints the path of the program.
#
#   tests/build.sh release|release-test|dev|plain|asan|tsan|fuzz [TARGET…]
#
# The build folder is build/PRESET in the checkout; ccache, in ${SKEP_CACHE:-/var/cache/skep}/ccache, makes a fresh one cheap.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tests/progress.sh"
preset=$1
shift
cache=${SKEP_CACHE:-/var/cache/skep}
folder=$top/build/$preset
mkdir -p "$folder"
export CCACHE_DIR=${CCACHE_DIR:-$cache/ccache}
# Objects do not depend on where they are built, so that another clone finds them again; what a precompiled header was
# made of is known by its content.
export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$top CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-4G}
export CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_STATSLOG=$folder.ccache.log
launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
[[ $preset != release* ]] || spoken "libcurl" "$top/cmake/build-curl.sh"
counted "configuring $preset" "$folder.configure.log" cmake -S "$top" --preset "$preset" "${launcher[@]}" ||
  { cat "$folder.configure.log" >&2; exit 1; }
targets=()
for target in "$@"; do targets+=(--target "$target"); done
rm -f "$CCACHE_STATSLOG"
counted "building $preset" "$folder.build.log" cmake --build "$folder" --parallel "$(nproc)" "${targets[@]}" ||
  { grep -E "error|warning|FAILED|undefined" "$folder.build.log" | head -40 >&2; echo "build.sh: $folder.build.log has the rest" >&2; exit 1; }
if [ -e "$CCACHE_STATSLOG" ]; then
  printf 'building %s: %s files compiled, %s from ccache\n' "$preset" "$(grep -c '_miss$' "$CCACHE_STATSLOG" || true)" \
    "$(grep -cE '^(direct|preprocessed)_cache_hit$' "$CCACHE_STATSLOG" || true)" >&2
fi
echo "$folder/cmd/skep"
