#!/usr/bin/env bash
# From nothing to a healthy release: installs what is needed, builds skep, brings a real swarm up on this machine (three
# engines in network namespaces, a registry, a MongoDB replica set, traefik), releases kittenapi onto it with one command,
# and tries the API through the gateway. Leaves all of it running. Root on Debian 12; can be run twice.
#
#   examples/kittenapi/demo.sh [--engine 20.10|26.1|28.5|28.5-containerd|29] [--name NAME]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
engine=20.10
name=demo
while [ $# -gt 0 ]; do
  case $1 in
    --engine) engine=$2; shift 2 ;;
    --name) name=$2; shift 2 ;;
    *) echo "demo.sh: unknown argument $1" >&2; exit 2 ;;
  esac
done

. "$top/tests/progress.sh"
times=() # "SECONDS WHAT" of each step
step() {
  step_ends
  printf '\n== %s\n' "$*"
  step_name=$* step_begin=$SECONDS
}
step_ends() {
  [ -z "${step_name:-}" ] || times+=("$(printf '%5s s  %s' $((SECONDS - step_begin)) "$step_name")")
  step_name=''
}

step "installing what is needed"
spoken "installing" "$top/tests/install.sh" build
spoken "installing" "$top/tests/lab/lab" deps

step "building skep"
skep=$("$top/tests/build.sh" release)
"$skep" version

step "bringing up a swarm: engine $engine, registry, MongoDB, traefik"
spoken "the swarm" "$top/tests/lab/lab" up --name "$name" --engine "$engine"
eval "$("$top/tests/lab/lab" env --name "$name" | sed 's/^/export /')"
cd "$here"

step "skep release"
"$skep" release --env-file "$LAB_DIR/env"

call() { # METHOD PATH [BODY]
  curl --silent --show-error --fail-with-body --max-time 10 --request "$1" --header 'Host: kittenapi.example.com' \
    --header 'Content-Type: application/json' ${3:+--data "$3"} "http://$GATEWAY$2"
}
show() {
  printf '%-6s %-12s ' "$1" "$2"
  call "$@"
  echo
}
ids() { call GET /kittens | grep -o '"id": *[0-9]*' | grep -o '[0-9]*$' || true; }

step "the API, through traefik ($GATEWAY, Host: kittenapi.example.com)"
for id in $(ids); do call DELETE "/kittens/$id" >/dev/null; done # of an earlier run of this demo
show GET /kittens
for kitten in Ginger Tom Minka; do show POST /kittens "{\"name\": \"$kitten\"}"; done
mapfile -t kittens < <(ids)
show PUT "/kittens/${kittens[1]}" '{"name": "Thomas"}'
show DELETE "/kittens/${kittens[0]}"
show GET /kittens

step "skep status"
"$skep" status

step_ends
printf '\nWhere the time went:\n'
printf '%s\n' "${times[@]}" "$(printf '%5s s  in all' "$SECONDS")"

cat <<LOOK

It is still running. Look around:
  eval "\$($top/tests/lab/lab env --name $name | sed 's/^/export /')"
  cd $here
  $skep status
  $skep logs
  $skep release --env-file "\$LAB_DIR/env"     # again: nothing to do
  curl -H 'Host: kittenapi.example.com' http://$GATEWAY/kittens
  traefik's dashboard: http://${GATEWAY%:*}:8080/dashboard/
Take it down:
  $top/tests/lab/lab down --name $name
LOOK
