# The wheels that the example's requirements.txt asks for, and a pip that looks nowhere else:
# the example's own Dockerfile then builds unchanged on nodes that have no way out.
set -euo pipefail
root=$1
here=$(cd "$(dirname "$0")" && pwd)

mkdir -p "$root"/etc "$root"/opt/wheels
pip3 download -q --no-cache-dir --only-binary=:all: --platform manylinux2014_x86_64 \
  --python-version 3.11 --require-hashes -r "$here/$(cat "$here/inputs")" -d "$root/opt/wheels"
cat >"$root/etc/pip.conf" <<'CONF'
[global]
no-index = true
find-links = /opt/wheels
break-system-packages = true
disable-pip-version-check = true
root-user-action = ignore
CONF
