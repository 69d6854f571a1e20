#!/bin/sh
# The core without our build: its files and its headers compile with nothing but -I, the headers
# also for C++.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
object=$(mktemp)
trap 'rm -f "$object"' EXIT

for source in "$root"/core/*.c; do
    cc -std=c11 -ffreestanding -I"$root/include" -c "$source" -o "$object"
done
for header in "$root"/include/gsmflash/*.h; do
    echo "#include \"$header\"" | cc -std=c11 -Werror -I"$root/include" -xc -fsyntax-only -
    echo "#include \"$header\"" | clang -std=c++11 -Wall -Wextra -Werror -I"$root/include" -xc++ -fsyntax-only -
done
