#!/usr/bin/env bash
# Builds an HTTP-only, static libcurl from Debian's own source package, for the release preset: Debian's shared libcurl
# brings some thirty more libraries, which cost four fifths of skep's start (docs/decisions.md, "Start-up").
#
#   cmake/build-curl.sh [PREFIX]      PREFIX defaults to ${SKEP_CACHE:-/var/cache/skep}/curl
#
# Does nothing when PREFIX already holds the version that apt offers. Needs apt, a C compiler, make, libssl-dev.
set -euo pipefail

prefix=${1:-${SKEP_CACHE:-/var/cache/skep}/curl}
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT

# apt's sources of this machine, with deb-src beside deb, in a state of our own.
mkdir -p "$here/lists/partial" "$here/sources.d"
. /etc/os-release
cat >"$here/sources.list" <<LIST
deb-src http://deb.debian.org/debian ${VERSION_CODENAME} main
LIST
apt_own=(-o "Dir::Etc::sourcelist=$here/sources.list" -o "Dir::Etc::sourceparts=$here/sources.d"
  -o "Dir::State::lists=$here/lists" -o "Dir::Cache=$here/cache" -o APT::Sandbox::User=root)
mkdir -p "$here/cache/archives/partial"
apt-get "${apt_own[@]}" -qq update
version=$(apt-cache "${apt_own[@]}" showsrc curl | awk '/^Version:/ {print $2; exit}')
[ -n "$version" ] || { echo "build-curl: apt knows no source package of curl" >&2; exit 1; }
if [ -f "$prefix/version" ] && [ "$(cat "$prefix/version")" = "$version" ]; then
  exit 0
fi

echo "build-curl: building curl $version into $prefix" >&2
cd "$here"
apt-get "${apt_own[@]}" -qq source --download-only curl
mkdir source
for archive in curl_*.orig.tar.*; do
  [[ $archive == *.asc ]] || tar -C source --strip-components=1 -xf "$archive"
done
mkdir patched && tar -C patched -xf curl_*.debian.tar.*
# Debian's security fixes apply to the sources; what only concerns its packaging may fail to, and is not needed here.
while read -r patch; do
  case $patch in '' | '#'*) continue ;; esac
  case $patch in *.patch | *.diff) ;; *) continue ;; esac
  patch -d source -p1 --forward --batch --silent <"patched/debian/patches/$patch" >/dev/null ||
    case $patch in
      CVE-*) echo "build-curl: $patch does not apply" >&2; exit 1 ;;
    esac
done <patched/debian/patches/series
cd source
./configure --quiet --prefix="$here/out" --disable-shared --enable-static --with-openssl \
  --with-ca-bundle=/etc/ssl/certs/ca-certificates.crt \
  --disable-ftp --disable-file --disable-ldap --disable-ldaps --disable-rtsp --disable-dict --disable-telnet \
  --disable-tftp --disable-pop3 --disable-imap --disable-smb --disable-smtp --disable-gopher --disable-mqtt \
  --disable-manual --disable-libcurl-option --disable-alt-svc --disable-hsts --disable-cookies --disable-ntlm \
  --without-brotli --without-zstd --without-zlib --without-libpsl --without-libidn2 --without-nghttp2 \
  --without-librtmp --without-libssh2 --without-libgsasl >configure.log
make -s -j"$(nproc)" -C lib >make.log 2>&1
make -s -C lib install >/dev/null
make -s -C include install >/dev/null
install -D libcurl.pc "$here/out/lib/pkgconfig/libcurl.pc"
sed -i "s|$here/out|$prefix|g" "$here/out/lib/pkgconfig/libcurl.pc"
echo "$version" >"$here/out/version"
mkdir -p "$(dirname "$prefix")"
rm -rf "$prefix"
mv "$here/out" "$prefix"
