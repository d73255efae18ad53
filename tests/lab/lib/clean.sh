# shellcheck shell=bash
# Taking a lab down: everything that is left, in whatever state it is.

lab_down() {
  [ -e "$DIR" ] || {
    say "there is no lab '$NAME'"
    cgroups_remove
    return
  }
  nodes_kill
  registries_down
  net_down
  mounts_remove
  cgroups_remove
  folder_remove || die "cannot remove all of $DIR: see above; is something mounted there?"
  rmdir "$LAB_ROOT" 2>/dev/null || true
  say "lab '$NAME' is down"
}

# folder_remove: the settings go last: until then this is still a lab that `down` knows. Many at a
# time, because on a file system that discards, removing each of 40,000 files waits for the disk.
folder_remove() {
  find "$DIR" -xdev -mindepth 2 -type f -print0 | xargs -0 -r -P 16 -n 64 rm -f
  find "$DIR" -mindepth 1 -maxdepth 1 ! -name conf -exec rm -rf --one-file-system {} + &&
    rm -rf --one-file-system "$DIR"
}

# nodes_kill: by the folders, not by the settings, which an aborted `up` may not have written.
nodes_kill() {
  local pidfile node pids=()
  for pidfile in "$DIR"/docker[0-9][0-9]/pid; do
    [ -e "$pidfile" ] || continue
    node=$(basename "$(dirname "$pidfile")")
    node_kill "$node" &
    pids+=($!)
  done
  [ ${#pids[@]} = 0 ] || wait_for_jobs "${pids[@]}" || die "a node of lab '$NAME' does not end: see above"
  strays_kill
}

# strays_kill: what still runs inside the lab's network namespaces: a program whose pid file was
# not yet written when an `up` was cut off. Not this shell and what it came from.
strays_kill() {
  local file inode process
  for file in "$DIR"/net/*; do
    [ "$(stat -f -c %T "$file" 2>/dev/null)" = nsfs ] || continue
    inode=$(stat -c %i "$file")
    for process in /proc/[0-9]*; do
      [ "$(readlink "$process/ns/net" 2>/dev/null)" = "net:[$inode]" ] || continue
      debug "ending a stray process: $(tr '\0' ' ' <"$process/cmdline" 2>/dev/null | cut -c1-100)"
      kill -KILL "${process#/proc/}" 2>/dev/null || true
    done
  done
}

# mounts_remove: a node's mounts are its own and gone with it; this is for what a program may have
# mounted below DIR by hand.
mounts_remove() {
  local mounted
  awk -v dir="$DIR/" 'index($5, dir) == 1 {print $5}' /proc/self/mountinfo | tac |
    while read -r mounted; do umount -l "$mounted" || true; done
}

# cgroups_remove: engines leave the groups of containers that were cut off.
cgroups_remove() {
  local top
  while read -r top; do
    wait_until 10 cgroup_remove "$top" || debug "the control group $top is still in use"
  done < <(find /sys/fs/cgroup -maxdepth 3 -type d -path "*$CGROUP" 2>/dev/null)
  find /sys/fs/cgroup -maxdepth 2 -type d -path "*${CGROUP%/*}" -empty -exec rmdir {} + 2>/dev/null || true
  find /sys/fs/cgroup -maxdepth 2 -type d -path "*${CGROUP%/*}" -exec rmdir {} + 2>/dev/null || true
}

cgroup_remove() {
  find "$1" -depth -type d -exec rmdir {} + 2>/dev/null
  [ ! -e "$1" ]
}
