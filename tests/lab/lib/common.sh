# shellcheck shell=bash
# What every part of the lab uses: where things are, saying, failing, waiting, locking.
#
# Settings from outside:
#   SKEP_LAB_ROOT  folder of all labs        (default /var/tmp/skep-lab)
#   SKEP_CACHE     folder of what is slow    (default /var/cache/skep)
#   LAB_VERBOSE=1  shows the output of the programs that the lab runs

LAB_ROOT=${SKEP_LAB_ROOT:-/var/tmp/skep-lab}
CACHE=${SKEP_CACHE:-/var/cache/skep}

# A release that is taken from a moving place (sid, the Go module proxy) is pinned here or is
# recorded in the cache; see engines.sh.

say() { printf 'lab: %s\n' "$*" >&2; }
debug() { [ "${LAB_VERBOSE:-0}" = 0 ] || printf 'lab:   %s\n' "$*" >&2; }

# die MESSAGE: what failed, and in the same line what to do about it.
die() {
  printf 'lab: error: %s\n' "$*" >&2
  exit 1
}

# die_with_log FILE MESSAGE: the same, after the end of a program's log.
die_with_log() {
  local log=$1
  shift
  if [ -s "$log" ]; then
    printf 'lab: the end of %s:\n' "$log" >&2
    tail -n 25 "$log" | sed 's/^/lab:   | /' >&2
  fi
  die "$@"
}

# wait_until SECONDS CMD…: polls until CMD succeeds; fails when the time is over.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

# wait_for_jobs PID…: waits for each; fails when one failed (each has said why itself).
wait_for_jobs() {
  local pid failed=0
  for pid in "$@"; do wait "$pid" || failed=1; done
  return $failed
}

# with_lock FILE CMD…: one at a time over all labs of the machine.
# CMD may be a function; it runs in a subshell that holds the lock. The lock is not handed on
# to children that outlive it, because every long-running program is started with 9>&-.
with_lock() {
  local file=$1
  shift
  mkdir -p "$(dirname "$file")"
  (
    flock 9
    "$@"
  ) 9>"$file"
}

random_password() { openssl rand -hex 18; }

# write_private FILE: standard input into FILE, which only root can read.
write_private() {
  local tmp
  tmp=$(mktemp "$1.XXXXXX")
  cat >"$tmp"
  chmod 0600 "$tmp"
  mv "$tmp" "$1"
}

# alive PIDFILE: the process that wrote it still runs. A pid alone may have been given to
# somebody else since, so its start time stands beside it.
alive() {
  local pid start
  [ -s "$1" ] || return 1
  read -r pid start <"$1" || return 1
  [ -n "$start" ] && [ "$(start_time "$pid")" = "$start" ]
}

# start_time PID: in ticks since boot, field 22 of stat (after the name, which may hold spaces).
start_time() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  stat=${stat##*) }
  # shellcheck disable=SC2086
  set -- $stat
  [ "$1" = Z ] || echo "${20}"
}

write_pidfile() { printf '%s %s\n' "$2" "$(start_time "$2")" >"$1"; }

# stop_pid PIDFILE SECONDS: TERM, then KILL after SECONDS; removes the file. Fine when gone.
stop_pid() {
  local file=$1 seconds=$2 pid
  if alive "$file"; then
    read -r pid _ <"$file"
    [ "$seconds" = 0 ] || kill -TERM "$pid" 2>/dev/null || true
    [ "$seconds" != 0 ] && wait_until "$seconds" not alive "$file" || kill -KILL "$pid" 2>/dev/null || true
    wait_until 10 not alive "$file" || die "process $pid of $file does not end, even by KILL: look at /proc/$pid/stack"
  fi
  rm -f "$file"
}

not() { ! "$@"; }
