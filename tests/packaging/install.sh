#!/bin/sh
# Installs into an empty place and builds a program against that, both ways:
#   install.sh BUILD_DIR
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$1
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

quietly() {
    "$@" >"$stage/log" 2>&1 || {
        cat "$stage/log" >&2
        exit 1
    }
}

expect() {
    [ "$1" = "$2" ] || {
        echo "expected: $2" >&2
        echo "     got: $1" >&2
        exit 1
    }
}
says="the configuration makes no sense"

quietly env DESTDIR="$stage" cmake --install "$build" --prefix /opt/gsmflash
# Moved after it was installed: nothing may remember where it was built or meant to be.
mv "$stage/opt/gsmflash" "$stage/moved"
if grep -rIlF -e "$build" -e "$(cd "$here/../.." && pwd)" "$stage/moved"; then
    echo "these remember where they were built" >&2
    exit 1
fi

quietly cmake -S "$here/consumer" -B "$stage/build" -DCMAKE_PREFIX_PATH="$stage/moved"
quietly cmake --build "$stage/build"
expect "$("$stage/build/consumer")" "$says"

PKG_CONFIG_PATH=$(dirname "$(find "$stage/moved" -name gsmflash.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046 # options
cc -o "$stage/consumer" "$here/consumer/main.c" $(pkg-config --cflags --libs gsmflash)
expect "$("$stage/consumer")" "$says"
expect "gsmflash $(pkg-config --modversion gsmflash)" "$("$stage/moved/bin/gsmflash" --version | head -n 1)"
