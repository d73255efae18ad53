# shellcheck shell=bash
# What a lab is called and what follows from it. lab_open sets these for all other parts:
#   NAME DIR ENGINE MANAGERS WORKERS SUBNET PREFIX HUB_ADDRESS NODES UPLINK
# They are kept in DIR/conf, so that every later command needs no more than the name.

lab_name_check() {
  [[ $1 =~ ^[a-z][a-z0-9-]{0,30}$ ]] ||
    die "the name '$1' is not good: small letters, digits and '-', at most 31, a letter first"
}

# lab_paths NAME: what is known before, and after, there is a lab.
lab_paths() {
  lab_name_check "$1"
  NAME=$1
  DIR=$LAB_ROOT/$NAME
  # Interface names hold 15 characters at most; the folder is hashed with the name, so that labs
  # of two roots never meet.
  UPLINK=skep-$(printf '%s' "$DIR" | sha256sum | cut -c1-6)
  # A cgroup of the lab's own, for the same reason.
  CGROUP=/skep-lab/$UPLINK
}

lab_exists() { [ -e "$DIR/conf" ]; }

# lab_open: reads DIR/conf.
lab_open() {
  lab_exists || die "there is no lab '$NAME' in $LAB_ROOT: tests/lab/lab up --name $NAME"
  local key value
  while IFS='=' read -r key value; do
    case $key in
      ENGINE) ENGINE=$value ;;
      MANAGERS) MANAGERS=$value ;;
      WORKERS) WORKERS=$value ;;
      SUBNET) SUBNET=$value ;;
      APPS) APPS=$value ;;
      *) die "$DIR/conf holds '$key', which this lab does not know: tests/lab/lab down --name $NAME, then up" ;;
    esac
  done <"$DIR/conf"
  lab_derive
}

lab_derive() {
  PREFIX=${SUBNET%.*}
  HUB_ADDRESS=$PREFIX.1
  NODES=()
  local i
  for ((i = 1; i <= MANAGERS + WORKERS; i++)); do NODES+=("$(printf 'docker%02d' "$i")"); done
}

lab_save() {
  mkdir -p "$DIR"
  chmod 0700 "$LAB_ROOT" "$DIR"
  printf '%s=%s\n' ENGINE "$ENGINE" MANAGERS "$MANAGERS" WORKERS "$WORKERS" SUBNET "$SUBNET" \
    APPS "$APPS" | write_private "$DIR/conf"
}

# node_number docker03 → 3
node_number() { echo $((10#${1#docker})); }
node_address() { echo "$PREFIX.$((10 + $(node_number "$1")))"; }
node_socket() { echo "$DIR/$1/docker.sock"; }
is_manager() { [ "$(node_number "$1")" -le "$MANAGERS" ]; }

is_node() {
  local node
  for node in "${NODES[@]}"; do [ "$node" != "$1" ] || return 0; done
  return 1
}

need_node() { is_node "$1" || die "lab '$NAME' has no node '$1': it has ${NODES[*]}"; }

# other_labs: the folders of all other labs, one a line.
other_labs() {
  local conf
  for conf in "$LAB_ROOT"/*/conf; do
    [ -e "$conf" ] || continue
    [ "$(dirname "$conf")" = "$DIR" ] || dirname "$conf"
  done
}

# The docker CLI against one node, with the lab's own settings and never the user's.
on_node() {
  local node=$1
  shift
  env -u DOCKER_CONTEXT -u DOCKER_TLS_VERIFY -u DOCKER_API_VERSION DOCKER_CONFIG="$DIR/docker-config" \
    "$CACHE/tools/docker-28/docker" -H "unix://$(node_socket "$node")" "$@"
}
