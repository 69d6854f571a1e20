#!/bin/sh
# Each ecosystem's bundle: its manifest is well-formed and names what is there, and what it would
# compile compiles. The build functions of Zephyr and ESP-IDF are played by ecosystem/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

compile() {
    include=$1
    shift
    for source; do
        cc -std=c11 -I"$include" -c "$source" -o "$dir/object.o"
    done
}

build_with_stand_in() {
    cmake -S "$here/ecosystem" -B "$dir/$1-build" -DECOSYSTEM="$1" -DBUNDLE="$dir/$1" \
        >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
    cmake --build "$dir/$1-build" >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
    # Without sources there would be nothing to go wrong.
    nm "$dir/$1-build/libgsmflash.a" | grep -q 'T gsmflash_host_start'
}

for ecosystem in arduino platformio zephyr esp-idf; do
    "$root/packaging/bundle" "$ecosystem" "$dir/$ecosystem"
    /usr/bin/python3 "$here/manifests.py" "$ecosystem" "$dir/$ecosystem"
done
compile "$dir/arduino/src" "$dir"/arduino/src/core/*.c
echo '#include <gsmflash.h>' | cc -std=c11 -I"$dir/arduino/src" -xc -fsyntax-only -
compile "$dir/platformio/include" "$dir"/platformio/core/*.c
build_with_stand_in zephyr
build_with_stand_in esp-idf

if "$root/packaging/bundle" nonsense "$dir/nonsense" 2>/dev/null; then
    echo "an ecosystem that does not exist was accepted" >&2
    exit 1
fi
