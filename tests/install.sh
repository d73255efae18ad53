#!/usr/bin/env bash
# Installs what building skep and running its tests needs on Debian 12 or 13, without a question. Says nothing and does
# nothing when all is there.
#
#   tests/install.sh [build|test|fuzz]     test adds what only the tests need, fuzz what only the fuzzers
set -euo pipefail

build="g++ cmake ninja-build pkg-config ccache git ca-certificates make patch dpkg-dev
  libcli11-dev libyaml-dev libcurl4-openssl-dev nlohmann-json3-dev libfmt-dev libarchive-dev libnghttp2-dev
  libre2-dev libssl-dev zlib1g-dev"
test="catch2 libyaml-cpp-dev clang-format clang-tidy debootstrap nodejs openssh-client openssh-server openssl python3
  python3-venv python3-yaml shellcheck time universal-ctags zsh"

fuzz="clang libclang-rt-dev"

case ${1:-build} in
  build) packages=$build ;;
  test) packages="$build $test" ;;
  fuzz) packages="$build $fuzz" ;;
  *) echo "install.sh: build, test or fuzz, not $1" >&2; exit 2 ;;
esac

missing=()
for package in $packages; do
  [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null)" = "ii " ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
[ "$(id -u)" = 0 ] || { echo "install.sh: run it as root, or install: ${missing[*]}" >&2; exit 1; }

echo "installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# The tests start an sshd of their own; the system's is not to run because of them.
policy=/usr/sbin/policy-rc.d
if [[ " ${missing[*]} " == *" openssh-server "* ]] && [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
apt-get -qq update
apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
