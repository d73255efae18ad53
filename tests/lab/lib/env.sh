# shellcheck shell=bash
# What a program needs to use the lab, as KEY=VALUE lines (values without blanks or quotes).

env_write() { env_lines | write_private "$DIR/env"; }

env_lines() {
  local node version
  version=$(node_version "${NODES[0]}" 2>/dev/null) || version=unknown
  cat <<END
LAB_NAME=$NAME
LAB_DIR=$DIR
DOCKER_HOST=unix://$(node_socket "${NODES[0]}")
DOCKER_CONFIG=$DIR/docker-config
DOCKER_CLI=$CACHE/tools/docker-28/docker
DOCKER_CLI_20=$CACHE/tools/docker-20/docker
ENGINE=$ENGINE
ENGINE_VERSION=$version
SUBNET=$SUBNET
GATEWAY=$(node_address "${NODES[0]}"):80
NODES=$(IFS=,; echo "${NODES[*]}")
MANAGERS=$(IFS=,; echo "${NODES[*]:0:MANAGERS}")
WORKERS=$(IFS=,; echo "${NODES[*]:MANAGERS}")
REGISTRY=$HUB_ADDRESS:5000
REGISTRY_OPEN=$HUB_ADDRESS:5001
REGISTRY_TOKEN=$HUB_ADDRESS:5002
REGISTRY_CA=$DIR/registry/ca.crt
REGISTRY_USER=$REGISTRY_USER
REGISTRY_PASSWORD_FILE=$DIR/registry/password
TOKEN_SERVICE=http://$HUB_ADDRESS:5003/token
MONGO_ADMIN_PASSWORD_FILE=$DIR/secrets/mongo_admin_password
END
  for node in "${NODES[@]}"; do
    printf 'SOCKET_%s=%s\nADDRESS_%s=%s\n' "$node" "$(node_socket "$node")" "$node" "$(node_address "$node")"
  done
}
