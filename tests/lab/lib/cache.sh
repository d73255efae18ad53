# shellcheck shell=bash
# Debian packages, unpacked and not installed: an apt state of our own, so that the machine's
# sources, lists and packages stay as they are.

DEBIAN_MIRROR=${SKEP_DEBIAN_MIRROR:-http://deb.debian.org/debian}
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# suite_apt SUITE ARG…: apt-get that knows this one suite and nothing of the machine's state.
suite_apt() {
  local state=$CACHE/apt/$1
  shift
  apt-get -qq -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State="$state" -o Dir::State::lists="$state/lists" -o Dir::State::status="$state/status" \
    -o Dir::Cache="$state/cache" -o APT::Sandbox::User=root -o Acquire::Retries=3 "$@"
}

# suite_update SUITE: fetches the list of packages, at most once in one run of the lab.
suite_update() {
  local state=$CACHE/apt/$1
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
  : >"$state/status"
  echo "deb [target=Packages signed-by=$DEBIAN_KEYRING] $DEBIAN_MIRROR $1 main" >"$state/sources.list"
  [ -e "$state/fresh.$$" ] && return
  rm -f "$state"/fresh.*
  suite_apt "$1" update >"$state/log" 2>&1 ||
    die_with_log "$state/log" "apt-get update for Debian $1 from $DEBIAN_MIRROR failed: is the network there? SKEP_DEBIAN_MIRROR names another mirror"
  : >"$state/fresh.$$"
}

# fetch_debs SUITE FOLDER PACKAGE…: downloads and unpacks into FOLDER, and adds a line
# "package version sha256" for each to FOLDER/versions.
fetch_debs() {
  local suite=$1 folder=$2 downloads deb
  shift 2
  suite_update "$suite"
  downloads=$folder/.downloads
  mkdir -p "$downloads"
  (cd "$downloads" && suite_apt "$suite" download "$@") >"$downloads/log" 2>&1 ||
    die_with_log "$downloads/log" "cannot download $* of Debian $suite from $DEBIAN_MIRROR"
  for deb in "$downloads"/*.deb; do
    dpkg-deb -x "$deb" "$folder" || die "cannot unpack $(basename "$deb"): is the disk full?"
    printf '%s %s %s\n' "$(dpkg-deb -f "$deb" Package)" "$(dpkg-deb -f "$deb" Version)" \
      "$(sha256sum "$deb" | cut -d' ' -f1)" >>"$folder/versions"
  done
  rm -rf "$downloads"
}

# make_cached NAME FUNCTION: $CACHE/NAME, made by FUNCTION(FOLDER) when it is not there.
# It is made under another name first, so that a run which was cut off leaves nothing half done.
make_cached() { with_lock "$CACHE/locks/$(tr / - <<<"$1")" make_cached_alone "$@"; }

make_cached_alone() {
  local folder=$CACHE/$1
  [ ! -e "$folder/ready" ] || return 0
  rm -rf "$folder" "$folder.new"
  mkdir -p "$folder.new"
  "$2" "$folder.new"
  : >"$folder.new/ready"
  mv "$folder.new" "$folder"
}
