# shellcheck shell=bash
# Three registries in the hub, on the bridge's own address:
#   :5000  TLS (the lab's own authority) and basic authentication: user skep, DIR/registry/password
#   :5001  plain HTTP, open to all (the engines have it as an insecure registry)
#   :5002  TLS, and a bearer token from a token service at :5003, as Docker Hub does it: anybody may
#          pull what is under public/, all else needs the user's name and password

REGISTRY_USER=skep

registries_up() {
  local folder=$DIR/registry name pids=()
  mkdir -p "$folder"
  authority_make "$folder"
  password_make "$folder"
  registry_configs "$folder"
  docker_config_write
  token_service_start "$folder" &
  pids+=($!)
  for name in tls open token; do
    registry_start "$folder" "$name" &
    pids+=($!)
  done
  wait_for_jobs "${pids[@]}" || die "not all registries of lab '$NAME' are up: see above"
}

# authority_make FOLDER: ca.crt, and server.crt for the bridge's address signed by it. The same key
# signs the tokens: their registry trusts certificates of this authority.
authority_make() {
  local folder=$1 log=$1/openssl.log
  [ ! -e "$folder/server.crt" ] || return 0
  (
    umask 077
    cd "$folder"
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=skep lab $NAME" \
      -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" \
      -keyout ca.key -out ca.crt &&
      openssl req -newkey rsa:2048 -nodes -subj "/CN=$HUB_ADDRESS" -keyout server.key -out server.csr &&
      printf 'subjectAltName=IP:%s,DNS:registry\nextendedKeyUsage=serverAuth\n' "$HUB_ADDRESS" >server.ext &&
      openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 \
        -extfile server.ext -out server.crt.new &&
      mv server.crt.new server.crt
  ) >"$log" 2>&1 || die_with_log "$log" "openssl could not make the registry's certificate"
}

password_make() {
  local folder=$1
  [ -s "$folder/password" ] || random_password | write_private "$folder/password"
  [ -s "$folder/htpasswd" ] ||
    htpasswd -Bin "$REGISTRY_USER" <"$folder/password" | write_private "$folder/htpasswd"
}

registry_configs() {
  local folder=$1 tls
  tls=$(printf '  tls:\n    certificate: %s\n    key: %s' "$folder/server.crt" "$folder/server.key")
  registry_config "$folder" tls 5000 "$tls" \
    "$(printf 'auth:\n  htpasswd:\n    realm: skep-lab\n    path: %s' "$folder/htpasswd")"
  registry_config "$folder" open 5001 "" ""
  registry_config "$folder" token 5002 "$tls" \
    "$(printf 'auth:\n  token:\n    realm: http://%s:5003/token\n    service: skep-lab\n    issuer: skep-lab\n    rootcertbundle: %s' \
      "$HUB_ADDRESS" "$folder/ca.crt")"
}

# registry_config FOLDER NAME PORT TLS AUTH
registry_config() {
  mkdir -p "$1/$2"
  cat >"$1/$2.yml" <<END
version: 0.1
log: {level: info}
storage:
  filesystem: {rootdirectory: $1/$2}
  delete: {enabled: true}
http:
  addr: $HUB_ADDRESS:$3
  secret: lab
$4
$5
END
}

registry_port() {
  case $1 in tls) echo 5000 ;; open) echo 5001 ;; token) echo 5002 ;; esac
}

registry_start() {
  local folder=$1 name=$2
  alive "$folder/$name.pid" && return
  in_hub "$folder/$name" "$CACHE/tools/registry/docker-registry" serve "$folder/$name.yml"
  wait_until 20 registry_answers "$name" ||
    die_with_log "$folder/$name.log" "the $name registry does not answer on $HUB_ADDRESS:$(registry_port "$name")"
}

# in_hub FILES CMD…: starts CMD in the hub, with FILES.pid and FILES.log.
in_hub() {
  local files=$1
  shift
  setsid nsenter --net="$(netns_file hub)" "$@" </dev/null >>"$files.log" 2>&1 8>&- 9>&- &
  write_pidfile "$files.pid" $!
}

# 401 is an answer too: that is what a registry with authentication says to a stranger.
registry_answers() {
  local scheme=https code
  [ "$1" != open ] || scheme=http
  code=$(curl -s -o /dev/null -w '%{http_code}' --max-time 5 --cacert "$DIR/registry/ca.crt" \
    "$scheme://$HUB_ADDRESS:$(registry_port "$1")/v2/") || return 1
  [ "$code" = 200 ] || [ "$code" = 401 ]
}

token_service_start() {
  local folder=$1
  alive "$folder/token-service.pid" && return
  in_hub "$folder/token-service" /usr/bin/python3 "$LAB_HERE/lib/token-service.py" "$HUB_ADDRESS" 5003 "$folder" "$REGISTRY_USER"
  wait_until 20 curl -sf --max-time 5 "http://$HUB_ADDRESS:5003/" ||
    die_with_log "$folder/token-service.log" "the token service does not answer on $HUB_ADDRESS:5003"
}

# docker_config_write: a DOCKER_CONFIG that is logged in to the TLS registry, and has buildx.
docker_config_write() {
  local config=$DIR/docker-config auth
  mkdir -p "$config/cli-plugins"
  ln -sfn "$CACHE/tools/docker-28/docker-buildx" "$config/cli-plugins/docker-buildx"
  auth=$(printf '%s:%s' "$REGISTRY_USER" "$(cat "$DIR/registry/password")" | base64 -w0)
  printf '{"auths":{"%s:5000":{"auth":"%s"}}}\n' "$HUB_ADDRESS" "$auth" | write_private "$config/config.json"
}

registries_down() {
  local pidfile
  for pidfile in "$DIR"/registry/*.pid; do
    [ ! -e "$pidfile" ] || stop_pid "$pidfile" 2
  done
}
