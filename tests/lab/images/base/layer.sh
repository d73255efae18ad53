# The file system that the lab's larger images share: Debian 12, small, with what mongod
# (libcurl4) and the Python image need, so that a node fetches it once.
set -euo pipefail
root=$1

# Its mounts live in a namespace of their own: nothing stays mounted, however this ends.
PATH=$PATH:/usr/sbin:/sbin unshare --mount --propagation private \
  debootstrap --variant=minbase --include=ca-certificates,libcurl4,python3,python3-pip \
  bookworm "$root" "${SKEP_DEBIAN_MIRROR:-http://deb.debian.org/debian}"

rm -rf "${root:?}"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/debootstrap \
  "$root"/usr/share/{doc,man,info,locale,lintian,bug} "$root"/var/cache/apt/*.bin "$root"/var/cache/debconf/*-old \
  "${root:?}"/{dev,proc,sys,tmp,run}
# A lab's nodes each fetch and unpack all of this: what no container of the lab uses goes too.
rm -rf "$root"/usr/lib/x86_64-linux-gnu/{gconv,perl-base} "$root"/usr/bin/perl* "$root"/usr/share/{perl5,zoneinfo/right} \
  "$root"/usr/lib/python3/dist-packages/{setuptools,pkg_resources} "$root"/var/lib/dpkg/info/* \
  "$root"/usr/lib/python3.11/{test,lib2to3,pydoc_data,idlelib}
mkdir -p "$root"/{dev,proc,sys,tmp,run}
chmod 1777 "$root/tmp"
# The user of the database server, with the number that the public image gives it.
echo 'mongodb:x:999:999::/data/db:/bin/false' >>"$root/etc/passwd"
echo 'mongodb:x:999:' >>"$root/etc/group"
echo lab >"$root/etc/hostname"
: >"$root/etc/resolv.conf"
