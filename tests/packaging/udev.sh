#!/bin/sh
# The udev rules: each line is a comment or a list of KEY OPERATOR "value", and each GOTO has its
# LABEL further down.
set -eu
rules=$(dirname "$0")/../../packaging/udev/60-gsmflash.rules

item='[A-Z]+(\{[A-Za-z_]+\})?(==|!=|\+=|=)"[^"]*"'
if grep -vnE "^(#.*|$item(, $item)*|)\$" "$rules"; then
    echo "these lines are no udev rules" >&2
    exit 1
fi
awk -F'"' '
    match($0, /GOTO="[a-z_]+"/) { open[substr($0, RSTART + 6, RLENGTH - 7)] = 1 }
    /^LABEL=/ { known[$2] = 1; if (!($2 in open)) { print "nobody goes to " $2; bad = 1 } }
    END { for (l in open) if (!(l in known)) { print "no label " l; bad = 1 } exit bad }' "$rules"
