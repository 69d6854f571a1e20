#!/bin/sh
# Builds the Debian packages, looks into them, and runs the tool out of one:
#   deb.sh BUILD_DIR
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

(cd "$1" && cpack -G DEB -B "$dir") >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
tool=$(echo "$dir"/gsmflash_*.deb)
library=$(echo "$dir"/libgsmflash-dev_*.deb)

holds() {
    dpkg-deb --contents "$1" >"$dir/contents"
    grep -q " \./$2\$" "$dir/contents" || {
        echo "$(basename "$1") lacks $2" >&2
        exit 1
    }
}
holds "$tool" usr/bin/gsmflash
holds "$tool" usr/share/man/man1/gsmflash.1
holds "$tool" usr/share/bash-completion/completions/gsmflash
holds "$tool" usr/lib/udev/rules.d/60-gsmflash.rules
holds "$library" usr/include/gsmflash/host.h
holds "$library" 'usr/lib/.*/gsmflash.pc'

depends=$(dpkg-deb --field "$tool" Depends)
case $depends in
*libc6*libjansson4*) ;;
*)
    echo "Depends: $depends" >&2
    exit 1
    ;;
esac

dpkg-deb --extract "$tool" "$dir/root"
[ "$("$dir/root/usr/bin/gsmflash" --version | head -n 1)" = "gsmflash $(dpkg-deb --field "$tool" Version)" ]
