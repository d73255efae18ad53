#!/bin/sh
# As in the public image: options alone mean mongod, and root gives way to the user mongodb.
set -eu

case "${1:-mongod}" in
    -*) set -- mongod "$@" ;;
esac
if [ "$1" = mongod ] && [ "$(id -u)" = 0 ]; then
    find /data/db /data/configdb ! -user 999 -exec chown 999:999 {} +
    exec setpriv --reuid 999 --regid 999 --clear-groups "$0" "$@"
fi
exec "$@"
