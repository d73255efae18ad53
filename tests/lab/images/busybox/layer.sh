# Debian's static busybox and a link for each of its programs.
set -euo pipefail
root=$1

mkdir -p "$root"/bin "$root"/etc "$root"/root "$root"/tmp "$root"/var/www
chmod 1777 "$root/tmp"
install -m 755 "$(command -v busybox)" "$root/bin/busybox"
"$root/bin/busybox" --list | while read -r applet; do
  [[ $applet == busybox ]] || ln -s busybox "$root/bin/$applet"
done
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
[[ -e $root/bin/sh && -e $root/bin/httpd && -e $root/bin/wget ]]
