# What makes Debian 12's Python 3.11 look like the public image python:3.11-slim.
set -euo pipefail
root=$1

mkdir -p "$root/usr/local/bin"
for name in python python3 python3.11; do ln -s /usr/bin/python3.11 "$root/usr/local/bin/$name"; done
