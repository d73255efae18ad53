# shellcheck shell=bash
# The engines and programs of the lab, unpacked into the cache. Nothing is installed.
#
#   $CACHE/engines/ENGINE/bin       dockerd, docker-proxy, docker-init, containerd, shim, runc
#   $CACHE/engines/ENGINE/versions  package, version and sha256 of each part
#   $CACHE/tools/…                  docker CLI (28.5 and 20.10), buildx, docker-registry

ENGINES="20.10 26.1 28.5 28.5-containerd 29"

# engine_folder ENGINE: both image stores of 28.5 are one set of programs.
engine_folder() { echo "$CACHE/engines/${1%-containerd}"; }

# engine_expects ENGINE: the start of the version that this engine must report.
engine_expects() {
  case $1 in
    28.5 | 28.5-containerd) echo "28." ;; # sid moves; engine_check_version says when it has
    29) echo "29" ;;
    *) echo "$1." ;;
  esac
}

known_engine() { [[ " $ENGINES " == *" $1 "* ]]; }

# engine_ensure ENGINE: fetches or builds what is missing in the cache.
engine_ensure() {
  known_engine "$1" || die "no engine '$1': choose one of $ENGINES"
  case $1 in
    20.10) make_cached engines/20.10 fetch_engine_2010 ;;
    26.1) make_cached engines/26.1 fetch_engine_261 ;;
    28.5 | 28.5-containerd) make_cached engines/28.5 fetch_engine_285 ;;
    29) make_cached engines/29 build_engine29 ;;
  esac
}

fetch_engine_2010() {
  say "fetching Engine 20.10 of Debian bookworm"
  fetch_debs bookworm "$1/deb" docker.io containerd runc tini
  pick_engine "$1"
}

# The runc of trixie and sid needs a newer libc than Debian 12 has; bookworm's runs everywhere.
fetch_engine_261() {
  say "fetching Engine 26.1 of Debian trixie"
  fetch_debs trixie "$1/deb" docker.io containerd
  fetch_debs bookworm "$1/deb" runc tini
  pick_engine "$1"
}

fetch_engine_285() {
  say "fetching Engine 28.5 of Debian sid"
  fetch_debs sid "$1/deb" docker.io containerd
  fetch_debs bookworm "$1/deb" runc tini
  pick_engine "$1"
}

# pick_engine FOLDER: keeps of FOLDER/deb what an engine needs, in FOLDER/bin.
pick_engine() {
  local folder=$1 name file
  mkdir -p "$folder/bin"
  for name in dockerd docker-proxy containerd containerd-shim-runc-v2 runc ctr; do
    [ ! -e "$folder/bin/$name" ] || continue
    file=$(find "$folder/deb/usr" -name "$name" -type f -perm -100 | head -n1)
    [ -n "$file" ] || die "the packages of $folder hold no $name: Debian has changed, see $folder/deb/versions"
    mv "$file" "$folder/bin/"
  done
  mv "$folder/deb/usr/bin/tini-static" "$folder/bin/docker-init"
  cat "$folder/deb/versions" >>"$folder/versions"
  rm -rf "$folder/deb"
  check_libraries "$folder"/bin/*
}

# check_libraries PROGRAM…: an unpacked program finds its libraries on the machine, or we say which
# are missing (a newer sid may want a libc that this machine does not have).
check_libraries() {
  local program missing
  for program in "$@"; do
    missing=$( (LC_ALL=C ldd "$program" 2>&1 || true) | (grep -F 'not found' || true) | sort -u | head -n3)
    [ -z "$missing" ] || die "$(basename "$program") cannot run here: $missing (install the library, or, where it is libc, use a newer Debian)"
  done
}

# engine_check_version ENGINE REPORTED: fails loudly when it is not what was asked for.
engine_check_version() {
  local expects
  expects=$(engine_expects "$1")
  [[ $2 == "$expects"* ]] ||
    die "engine $1 reports version $2, not $expects*: the Debian pool has moved; see $(engine_folder "$1")/versions"
  if [[ $1 == 28.5* && $2 != 28.5.* ]]; then
    say "note: Debian sid now has Engine $2 in the place of 28.5"
  fi
}

# engine_worked ENGINE VERSION: remembers what was seen to run, with its hashes, so that a later
# failure can be told from a change of the pool.
engine_worked() {
  local folder
  folder=$(engine_folder "$1")
  { echo "version $2"; cat "$folder/versions"; } >"$CACHE/engines/worked-$1.$$"
  mv "$CACHE/engines/worked-$1.$$" "$CACHE/engines/worked-$1"
}

# engine_history ENGINE: for the message of an engine that does not start.
engine_history() {
  local worked=$CACHE/engines/worked-$1 now
  now=$(engine_folder "$1")/versions
  if [ ! -e "$worked" ]; then
    echo "it has not been seen running on this machine; its parts: $(cut -d' ' -f1,2 "$now" | paste -sd, )"
  elif diff -q <(tail -n +2 "$worked") "$now" >/dev/null; then
    echo "the same files ran here before ($(head -n1 "$worked"))"
  else
    echo "its files have changed since it last ran here ($(head -n1 "$worked")): $(diff <(tail -n +2 "$worked") "$now" | grep '^[<>]' | cut -d' ' -f1-3 | paste -sd, )"
  fi
}

# tools_ensure: the programs beside the engines.
tools_ensure() {
  make_cached tools/docker-28 fetch_cli_28
  make_cached tools/docker-20 fetch_cli_20
  make_cached tools/registry fetch_registry
}

fetch_cli_28() {
  say "fetching the docker CLI of Debian sid and bookworm, and the registry"
  fetch_debs sid "$1/deb" docker-cli docker-buildx
  mv "$1/deb/usr/bin/docker" "$1/deb/usr/libexec/docker/cli-plugins/docker-buildx" "$1/"
  keep_versions "$1"
  check_libraries "$1/docker" "$1/docker-buildx"
}

fetch_cli_20() {
  fetch_debs bookworm "$1/deb" docker.io
  mv "$1/deb/usr/bin/docker" "$1/"
  keep_versions "$1"
  check_libraries "$1/docker"
}

fetch_registry() {
  fetch_debs bookworm "$1/deb" docker-registry
  mv "$1/deb/usr/bin/docker-registry" "$1/"
  keep_versions "$1"
  check_libraries "$1/docker-registry"
}

keep_versions() {
  mv "$1/deb/versions" "$1/versions"
  rm -rf "$1/deb"
}
