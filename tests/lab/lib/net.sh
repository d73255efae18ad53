# shellcheck shell=bash
# The lab's network: a namespace for each node and one for the hub, which holds a bridge. One veth
# pair ties the machine to that bridge. The bridge is not in the machine's own namespace, because
# there the FORWARD rules of any engine of the machine would filter it.
#
# Namespaces are kept by files in DIR/net, not in /run/netns: `ip netns add` leaves a mount behind
# there for ever. There is no default route anywhere, so that nothing in the lab can reach out.

netns_file() { echo "$DIR/net/$1"; }
netns_exists() { [ "$(stat -f -c %T "$(netns_file "$1")" 2>/dev/null)" = nsfs ]; }

# netns_make NAME: a new network namespace, held by a bind mount on its file.
netns_make() {
  local file
  file=$(netns_file "$1")
  netns_exists "$1" && return
  mkdir -p "$DIR/net"
  : >"$file"
  unshare --net="$file" true || die "cannot make a network namespace: is this root with CAP_SYS_ADMIN?"
  in_netns "$1" ip link set lo up
}

# Not `ip netns exec`: that mounts /sys anew and dockerd then misses its cgroups.
in_netns() {
  local file
  file=$(netns_file "$1")
  shift
  nsenter --net="$file" "$@"
}

hub_up() {
  netns_make hub
  if ! in_netns hub ip link show br0 >/dev/null 2>&1; then
    in_netns hub ip link add br0 type bridge forward_delay 0
    in_netns hub ip addr add "$HUB_ADDRESS/24" dev br0
  fi
  in_netns hub ip link set br0 up
  uplink_up
}

# uplink_up: the machine is one more host on the bridge, with the address .254: no route, no
# forwarding and no firewall rule of the machine is needed for it.
uplink_up() {
  if ! ip link show "$UPLINK" >/dev/null 2>&1; then
    ip link add "$UPLINK" type veth peer name uplink netns "$(netns_file hub)" ||
      die "cannot make the interface $UPLINK (is there a kernel with veth?)"
  fi
  in_netns hub ip link set uplink master br0 up
  ip -4 addr show dev "$UPLINK" | grep -qF " $PREFIX.254/24 " || ip addr add "$PREFIX.254/24" dev "$UPLINK"
  ip link set "$UPLINK" up
}

# node_net_up NODE: the namespace and its cable to the hub.
node_net_up() {
  local node=$1
  netns_make "$node"
  if ! in_netns "$node" ip link show eth0 >/dev/null 2>&1; then
    in_netns hub ip link add "$node" type veth peer name eth0 netns "$(netns_file "$node")"
  fi
  in_netns hub ip link set "$node" master br0 up
  in_netns "$node" ip -4 addr show dev eth0 | grep -qF " $(node_address "$node")/24 " ||
    in_netns "$node" ip addr add "$(node_address "$node")/24" dev eth0
  in_netns "$node" ip link set eth0 up
}

# net_down: all namespaces of the lab and what is in them.
net_down() {
  ip link delete "$UPLINK" 2>/dev/null || true
  local file
  for file in "$DIR"/net/*; do
    [ -e "$file" ] || continue
    while [ "$(stat -f -c %T "$file")" = nsfs ]; do umount -l "$file"; done
    rm -f "$file"
  done
}

# subnets_in_use: the networks that the machine has routes to, and those of the other labs.
subnets_in_use() {
  ip -4 route show table all type unicast | awk '$1 != "default" {print $1} $1 == "unicast" {print $2}' |
    grep -E '^[0-9]' || true
  local lab
  while read -r lab; do sed -n 's/^SUBNET=//p' "$lab/conf"; done < <(other_labs)
}

# ip_number 10.77.0.0 → a number
ip_number() {
  local a b c d
  IFS=. read -r a b c d <<<"$1"
  echo $(((a << 24) + (b << 16) + (c << 8) + d))
}

# overlaps A/N B/M
overlaps() {
  local bits_a=${1#*/} bits_b=${2#*/} bits shift
  [ "$bits_a" != "$1" ] || bits_a=32
  [ "$bits_b" != "$2" ] || bits_b=32
  bits=$((bits_a < bits_b ? bits_a : bits_b))
  shift=$((32 - bits))
  [ $(($(ip_number "${1%/*}") >> shift)) = $(($(ip_number "${2%/*}") >> shift)) ]
}

# subnet_taken_by SUBNET: prints what it overlaps with, and fails when it is free.
subnet_taken_by() {
  local used
  while read -r used; do
    if overlaps "$1" "$used"; then
      echo "$used"
      return
    fi
  done < <(subnets_in_use)
  return 1
}

subnet_check() {
  local used
  [[ $1 =~ ^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.0/24$ ]] ||
    die "--subnet $1 is not of the form A.B.C.0/24, such as 10.77.0.0/24"
  if used=$(subnet_taken_by "$1"); then
    die "the subnet $1 is in use on this machine ($used, see 'ip route' and other labs): give another --subnet, or none"
  fi
}

subnet_pick() {
  local i
  for ((i = 0; i < 256; i++)); do
    subnet_taken_by "10.77.$i.0/24" >/dev/null || {
      echo "10.77.$i.0/24"
      return
    }
  done
  die "no free subnet in 10.77.0.0/16: give one with --subnet"
}
