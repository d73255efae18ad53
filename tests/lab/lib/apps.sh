# shellcheck shell=bash
# What applications of the lab lean on: images in its registries, the MongoDB replica set `rs` on
# `backend`, and traefik on `frontend`.
#
# Sourced by the lab after images.sh; uses DIR, NODES, HUB_ADDRESS and the functions of common.sh
# and names.sh.
#   apps_up       makes it so, or repairs it; says how long it took
#   apps_status   prints what runs; fails when something does not
#
# The images are in the registries as REGISTRY/mongo:6.0.5, /traefik:v3.6.14, /python:3.11-slim,
# /busybox:1 and /no-shell:1 (the last three also without authentication in REGISTRY_OPEN), and
# python:3.11-slim and busybox:1 are loaded on the first node, under those short names, for builds.

APPS_STACKS=$(cd "$(dirname "${BASH_SOURCE[0]}")/../stacks" && pwd)
APPS_OPEN_IMAGES="python busybox no-shell"
APPS_LOADED_IMAGES="python busybox"

apps_up() {
  local began=$SECONDS pids=() pid
  images_ensure
  apps_secrets
  apps_push mongo
  apps_deploy mongo
  apps_push traefik
  apps_deploy traefik
  apps_wait_mongo_starts
  # These share a layer with the databases' image: after it they cost next to nothing.
  apps_push_rest &
  pids+=($!)
  apps_load_images &
  pids+=($!)
  apps_wait_mongo
  apps_wait_traefik
  for pid in "${pids[@]}"; do wait "$pid" || die "the images are not all where they belong: see above"; done
  say "databases and gateway are up after $((SECONDS - began)) s: http://$(node_address "${NODES[0]}")/, dashboard on port 8080"
}

# --- images ---------------------------------------------------------------------------------

apps_registry() { printf '%s:%s\n' "$HUB_ADDRESS" "$1"; }

# apps_push NAME…: into the registry with TLS and authentication, side by side.
apps_push() {
  local name pids=() pid failed=0
  for name; do
    OCI_CA_FILE=$DIR/registry/ca.crt DOCKER_CONFIG=$DIR/docker-config \
      images_push "$name" "$(apps_registry 5000)" >"$DIR/apps-push-$name.log" 2>&1 &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
  [ $failed = 0 ] || die "cannot push to $(apps_registry 5000): $(tail -qn 1 "$DIR"/apps-push-*.log | paste -sd' ')"
}

apps_push_rest() {
  local name
  apps_push python busybox no-shell
  for name in $APPS_OPEN_IMAGES; do
    OCI_PLAIN_HTTP=1 images_push "$name" "$(apps_registry 5001)" >/dev/null || die "cannot push $name to $(apps_registry 5001)"
  done
}

# The first node's engine is where images are built: what a Dockerfile names must be there, since
# a node has no way to the public registry.
apps_load_images() {
  local name
  for name in $APPS_LOADED_IMAGES; do
    apps_is_loaded "$name" && continue
    on_node "${NODES[0]}" load -q -i "$(images_tar "$name")" >"$DIR/apps-load.log" 2>&1 ||
      die_with_log "$DIR/apps-load.log" "${NODES[0]} cannot load $(images_tar "$name")"
    cp "$(images_tar "$name").key" "$DIR/${NODES[0]}/loaded-$name"
  done
}

apps_is_loaded() {
  cmp -s "$(images_tar "$1").key" "$DIR/${NODES[0]}/loaded-$1" &&
    on_node "${NODES[0]}" image inspect "$(images_ref "$1")" >/dev/null 2>&1
}

# --- stacks ---------------------------------------------------------------------------------

apps_secrets() {
  [ -s "$DIR/secrets/mongo_keyfile" ] || openssl rand -base64 756 | write_private "$DIR/secrets/mongo_keyfile"
  local name
  for name in mongo_keyfile mongo_admin_password; do
    on_node "${NODES[0]}" secret inspect "$name" >/dev/null 2>&1 ||
      on_node "${NODES[0]}" secret create "$name" "$DIR/secrets/$name" >/dev/null ||
      die "cannot make the swarm secret $name"
  done
}

# apps_member_node N: the members are spread over the nodes there are.
apps_member_node() { echo "${NODES[$((($1 - 1) % ${#NODES[@]}))]}"; }

# Deploying what is there already restarts nothing: the digests are the same.
apps_deploy() {
  REGISTRY=$(apps_registry 5000) TRAEFIK_NODE=${NODES[0]} MONGO01_NODE=$(apps_member_node 1) \
    MONGO02_NODE=$(apps_member_node 2) MONGO03_NODE=$(apps_member_node 3) \
    on_node "${NODES[0]}" stack deploy --detach=true --with-registry-auth -c "$APPS_STACKS/$1.yml" "$1" \
    >"$DIR/apps-$1.log" 2>&1 || die_with_log "$DIR/apps-$1.log" "the stack $1 could not be deployed"
}

# apps_service_problem SERVICE: what its newest task died of, for a message.
apps_service_problem() {
  on_node "${NODES[0]}" service ps --no-trunc --format '{{.Node}} {{.CurrentState}} {{.Error}}' "$1" 2>&1 | head -n 3 | paste -sd'|'
}

apps_mongo_container() {
  on_node "$(apps_member_node 1)" ps -q --filter label=com.docker.swarm.service.name=mongo_mongo01 --filter status=running |
    head -n 1 | grep .
}

apps_wait_mongo_starts() {
  wait_until 180 apps_mongo_container || die "mongo01 does not start: $(apps_service_problem mongo_mongo01)"
}

apps_wait_mongo() {
  local container
  container=$(apps_mongo_container)
  apps_mongosh "$container" 150 --file /dev/stdin <"$APPS_STACKS/mongo-init.js" >"$DIR/apps-mongo.log" 2>&1 ||
    die_with_log "$DIR/apps-mongo.log" "the replica set did not come up: $(apps_service_problem mongo_mongo02), $(apps_service_problem mongo_mongo03)"
}

# apps_mongosh CONTAINER SECONDS ARG…
apps_mongosh() {
  local container=$1 seconds=$2
  shift 2
  timeout "$((seconds + 10))" env -u DOCKER_CONTEXT DOCKER_CONFIG="$DIR/docker-config" \
    "$CACHE/tools/docker-28/docker" -H "unix://$(node_socket "$(apps_member_node 1)")" \
    exec -i "$container" mongosh --quiet --norc "$@" \
    'mongodb://127.0.0.1:27017/admin?directConnection=true&serverSelectionTimeoutMS=60000'
}

apps_traefik_answers() {
  local code
  code=$(curl -s -o /dev/null -w '%{http_code}' --max-time 3 "http://$(node_address "${NODES[0]}"):8080/ping") && [ "$code" = 200 ]
}

apps_wait_traefik() {
  wait_until 90 apps_traefik_answers || die "traefik does not answer: $(apps_service_problem traefik_traefik)"
}

# --- status ---------------------------------------------------------------------------------

apps_status() {
  local failed=0 container
  on_node "${NODES[0]}" service ls --format '{{.Name}} {{.Replicas}} {{.Image}}' | sed 's/^/  service   /' || failed=1
  if container=$(apps_mongo_container) && apps_mongosh "$container" 20 --file /dev/stdin <"$APPS_STACKS/mongo-status.js"; then
    :
  else
    echo '  mongo     down'
    failed=1
  fi
  if apps_traefik_answers; then
    printf '  traefik   up, http://%s/ and the dashboard on port 8080\n' "$(node_address "${NODES[0]}")"
  else
    echo '  traefik   down'
    failed=1
  fi
  return $failed
}
