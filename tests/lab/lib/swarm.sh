# shellcheck shell=bash
# The nodes as one swarm, and the networks that applications share.

# node_state NODE: inactive, pending, active, error or locked, as the node itself sees it.
node_state() { on_node "$1" info --format '{{.Swarm.LocalNodeState}}' 2>/dev/null; }

has_control() { on_node "$1" node ls -q >/dev/null 2>&1; }

swarm_up() {
  local leader
  leader=$(swarm_leader)
  swarm_join_all "$leader"
  swarm_forget_lost "$leader"
  wait_until 30 swarm_complete "$leader" ||
    die "not all nodes are Ready after 30 s: $(on_node "$leader" node ls --format '{{.Hostname}}={{.Status}}' | paste -sd' ')"
  networks_up "$leader"
}

# swarm_leader: a manager that answers; the first one is made when no manager is in a swarm. After
# a cut all managers come back by themselves, and need some seconds to elect a leader.
swarm_leader() {
  local node found=no deadline=$((SECONDS + 40))
  for node in "${NODES[@]:0:MANAGERS}"; do
    [ "$(node_state "$node")" = inactive ] || found=yes
  done
  if [ $found = no ]; then
    swarm_init "${NODES[0]}"
    echo "${NODES[0]}"
    return
  fi
  while [ "$SECONDS" -lt "$deadline" ]; do
    for node in "${NODES[@]:0:MANAGERS}"; do
      if has_control "$node"; then
        echo "$node"
        return
      fi
    done
    sleep 0.3
  done
  die "no manager of lab '$NAME' can speak for the swarm (most managers are gone?): tests/lab/lab down --name $NAME, then up"
}

# swarm_init NODE: its answer holds a join token, and so is not kept.
swarm_init() {
  on_node "$1" swarm init --advertise-addr "$(node_address "$1")" 2>"$DIR/swarm.log" >/dev/null ||
    die_with_log "$DIR/swarm.log" "swarm init on $1 failed; the engine's log is $DIR/$1/log"
}

# swarm_join_all LEADER: managers one after the other, as raft wants it; workers together.
swarm_join_all() {
  local leader=$1 node pids=()
  for node in "${NODES[@]:0:MANAGERS}"; do node_join "$node" "$leader" manager; done
  for node in "${NODES[@]:MANAGERS}"; do
    node_join "$node" "$leader" worker &
    pids+=($!)
  done
  [ ${#pids[@]} = 0 ] || wait_for_jobs "${pids[@]}" || die "not all workers have joined: see above"
}

# node_join NODE LEADER ROLE: the token goes by standard input, never as an argument.
node_join() {
  local node=$1 leader=$2 role=$3 state
  [ "$node" != "$leader" ] || return 0
  state=$(node_state "$node")
  case $state in
    active | pending) return 0 ;;
    error | locked) on_node "$node" swarm leave --force >/dev/null || die "$node is in the state '$state' and cannot leave the swarm: see $DIR/$node/log" ;;
  esac
  join_request "$leader" "$node" "$role" | curl -s -f --max-time 60 --unix-socket "$(node_socket "$node")" \
    -H 'Content-Type: application/json' --data-binary @- http://docker/swarm/join >"$DIR/$node/join.log" 2>&1 ||
    die_with_log "$DIR/$node/log" "$node could not join the swarm of $leader at $(node_address "$leader"):2377"
}

join_request() {
  on_node "$1" swarm join-token -q "$3" |
    jq -Rc --arg own "$(node_address "$2")" --arg leader "$(node_address "$1"):2377" \
      '{ListenAddr: "0.0.0.0:2377", AdvertiseAddr: $own, RemoteAddrs: [$leader], JoinToken: .}'
}

# swarm_forget_lost LEADER: entries of nodes whose data is gone and that have joined anew.
swarm_forget_lost() {
  local leader=$1 ours id
  ours=$(for node in "${NODES[@]}"; do on_node "$node" info --format '{{.Swarm.NodeID}}'; done)
  for id in $(on_node "$leader" node ls -q); do
    grep -qxF "$id" <<<"$ours" || on_node "$leader" node rm --force "$id" >/dev/null
  done
}

swarm_complete() {
  local ready
  ready=$(on_node "$1" node ls --format '{{.Status}}' | grep -cx Ready)
  [ "$ready" = "${#NODES[@]}" ]
}

networks_up() {
  local network
  for network in frontend backend; do
    on_node "$1" network inspect "$network" >/dev/null 2>&1 ||
      on_node "$1" network create --driver overlay --attachable "$network" >/dev/null ||
      die "cannot make the overlay network $network: is vxlan in this kernel? ('ip link add type vxlan')"
  done
}
