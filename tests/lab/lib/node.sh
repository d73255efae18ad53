# shellcheck shell=bash
# One node: its namespaces and its engine. The engine runs in a process namespace of its own, so
# losing a node is one KILL: dockerd, containerd, shims and containers end with its first process,
# and with them every mount that they made.

node_alive() { alive "$DIR/$1/pid"; }

# node_start NODE: does nothing when it runs.
node_start() {
  local node=$1 folder=$DIR/$1
  node_alive "$node" && return
  mkdir -p "$folder/data"
  node_net_up "$node"
  node_settings "$node"
  rm -f "$folder/docker.sock"
  node_launch "$node"
  node_wait "$node"
}

# node_settings NODE: its /etc/docker: daemon.json, and the lab's authority as docker trusts one.
node_settings() {
  local etc=$DIR/$1/etc-docker features='{}' port
  [ "$ENGINE" != 28.5-containerd ] || features='{"containerd-snapshotter":true}'
  mkdir -p "$etc"
  printf '{"features":%s,"insecure-registries":["%s:5001"]}\n' "$features" "$HUB_ADDRESS" >"$etc/daemon.json"
  for port in 5000 5002; do
    mkdir -p "$etc/certs.d/$HUB_ADDRESS:$port"
    cp "$DIR/registry/ca.crt" "$etc/certs.d/$HUB_ADDRESS:$port/ca.crt"
  done
}

# hosts_write: the names of all nodes, for the engines themselves (containers do not see it).
hosts_write() {
  {
    printf '127.0.0.1 localhost\n%s registry\n' "$HUB_ADDRESS"
    local node
    for node in "${NODES[@]}"; do printf '%s %s\n' "$(node_address "$node")" "$node"; done
  } >"$DIR/hosts"
}

# node_launch NODE: the pid that is kept is unshare's, which ends after all processes of the node.
node_launch() {
  local node=$1 folder=$DIR/$1 bin args
  bin=$(engine_folder "$ENGINE")/bin
  args=(
    --data-root "$folder/data" --exec-root /run/docker --pidfile /run/docker.pid
    -H "unix://$folder/docker.sock" -H unix:///run/docker.sock
    --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "$CGROUP/$node"
  )
  setsid nsenter --net="$(netns_file "$node")" \
    unshare --uts --mount --pid --fork --kill-child --mount-proc --propagation slave -- \
    "$LAB_HERE/lib/node-init" "$node" "$folder" "$bin" "${args[@]}" \
    </dev/null >>"$folder/log" 2>&1 8>&- 9>&- &
  write_pidfile "$folder/pid" $!
}

node_answers() { curl -sf --max-time 5 --unix-socket "$(node_socket "$1")" http://docker/_ping; }

node_wait() {
  local node=$1 deadline=$((SECONDS + 60))
  until node_answers "$node" >/dev/null; do
    node_alive "$node" ||
      die_with_log "$DIR/$node/log" "engine $ENGINE of $node ended at its start; $(engine_history "$ENGINE")"
    [ "$SECONDS" -lt "$deadline" ] ||
      die_with_log "$DIR/$node/log" "engine $ENGINE of $node does not answer after 60 s on $(node_socket "$node")"
    sleep 0.1
  done
}

# node_first_pid NODE: the first process of its process namespace, as the machine numbers it.
node_first_pid() {
  local pid
  alive "$DIR/$1/pid" || return 0
  read -r pid _ <"$DIR/$1/pid"
  tr ' ' '\n' <"/proc/$pid/task/$pid/children" 2>/dev/null | head -n1 || true
}

# node_kill NODE: as if its power were cut.
node_kill() {
  local first
  first=$(node_first_pid "$1")
  [ -z "$first" ] || kill -KILL "$first" 2>/dev/null || true
  if ! wait_until 20 not node_alive "$1"; then
    stop_pid "$DIR/$1/pid" 0
  fi
  rm -f "$DIR/$1/pid" "$DIR/$1/docker.sock"
}

# nodes_start: all at once; each says itself what failed.
nodes_start() {
  local node pids=()
  for node in "${NODES[@]}"; do
    node_start "$node" &
    pids+=($!)
  done
  wait_for_jobs "${pids[@]}" || die "not all nodes of lab '$NAME' have started: see above; the rest is left, 'tests/lab/lab down --name $NAME' removes it"
  local version
  version=$(node_version "${NODES[0]}")
  engine_check_version "$ENGINE" "$version"
  engine_worked "$ENGINE" "$version"
}

node_version() {
  curl -sf --max-time 10 --unix-socket "$(node_socket "$1")" http://docker/version | jq -r .Version
}
