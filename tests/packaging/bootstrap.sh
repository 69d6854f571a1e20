#!/bin/sh
# scripts/bootstrap on machines that this one is not: who it is, what is installed and what it may do
# are played by stand-ins that come first in PATH.
set -eu
bootstrap=$(cd "$(dirname "$0")/../../scripts" && pwd)/bootstrap
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/bin"

stand_in() {
    printf '#!/bin/sh\n%s\n' "$2" >"$dir/bin/$1"
    chmod +x "$dir/bin/$1"
}

# Runs it and compares its exit status; what it said and did is in $dir.
expect() {
    wanted=$1
    shift
    : >"$dir/calls"
    status=0
    PATH="$dir/bin:/usr/bin:/bin" "$bootstrap" "$@" >"$dir/said" 2>&1 </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || fail "exit status $status, not $wanted"
}

fail() {
    echo "bootstrap: $*" >&2
    cat "$dir/said" "$dir/calls" >&2
    exit 1
}

says() {
    grep -qF -- "$1" "$dir/said" || fail "does not say: $1"
}

stand_in apt-get "echo \"\$@\" >>$dir/calls"
stand_in sudo 'exit 1'
stand_in id 'echo 0'

# All is there: nothing is said, nothing is done.
# shellcheck disable=SC2016 # for the stand-in
stand_in dpkg-query 'shift 2; for p; do case $p in -*|*{*) ;; *) echo "$p installed" ;; esac; done'
expect 0 build test lint ci package bench
if [ -s "$dir/said" ] || [ -s "$dir/calls" ]; then
    fail "something was said or done"
fi

# Two are missing, and root is at hand.
# shellcheck disable=SC2016
stand_in dpkg-query 'shift 2; for p; do case $p in cmake|gcc|-*|*{*) ;; *) echo "$p installed" ;; esac; done; exit 1'
expect 0 build
says "bootstrap: installing gcc cmake"
grep -q ' update$' "$dir/calls" || fail "the lists were not updated"
grep -q ' install -y --no-install-recommends gcc cmake$' "$dir/calls" || fail "installed something else"

# The same, and only root could.
stand_in id 'echo 1000'
expect 1 build
says "apt-get install -y --no-install-recommends gcc cmake"
[ ! -s "$dir/calls" ] || fail "tried all the same"

expect 2 nonsense
says "no group 'nonsense'"
