#!/usr/bin/env bash
# Builds skep and runs its unit, golden, wire and layer tests in an unpacked Debian of its own: with what tests/install.sh
# installs there and nothing else. Shows that the package list is whole, and that both Debians' versions do.
#
#   tests/in-debian.sh SUITE        bookworm (12) or trixie (13); root
#
# The unpacked Debian stays in ${SKEP_CACHE:-/var/cache/skep}/debian/SUITE. Mounts are in a namespace of their own.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
suite=$1
cache=${SKEP_CACHE:-/var/cache/skep}
root=$cache/debian/$suite

if [ "${2:-}" != --inside ]; then
  if [ ! -e "$root/unpacked" ]; then
    rm -rf "$root"
    mkdir -p "$root"
    debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" >"$root.log" 2>&1 ||
      { tail -5 "$root.log" >&2; exit 1; }
    touch "$root/unpacked"
  fi
  exec unshare --mount --propagation private "$0" "$suite" --inside
fi

for folder in proc sys dev; do mount --rbind "/$folder" "$root/$folder"; done
cp /etc/resolv.conf "$root/etc/resolv.conf"
mkdir -p "$root/var/cache/skep" "$root/skep"
mount --bind "$cache" "$root/var/cache/skep"
rm -rf "${root:?}/skep"
mkdir "$root/skep"
git -C "$top" ls-files -z --cached --others --exclude-standard | tar -C "$top" --null -T - -c | tar -C "$root/skep" -x
# Only what a fresh machine has: nothing of this one's variables.
# shellcheck disable=SC2016 # $(nproc) is for the shell inside
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 chroot "$root" \
  bash -c 'cd /skep && tests/install.sh test && tests/build.sh dev &&
    ctest --test-dir build/dev --parallel "$(nproc)" --output-on-failure --timeout 600 --no-tests=error'
