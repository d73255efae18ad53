# One static program and nothing else: an image in which no shell and no script can run.
set -euo pipefail
root=$1

mkdir -p "$root/bin"
install -m 755 "$(command -v busybox)" "$root/bin/sleep"
