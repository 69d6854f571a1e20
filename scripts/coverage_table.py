"""Prints llvm-cov's summary (JSON on stdin) as a table; fails where it is not complete."""

import json
import pathlib
import sys

KINDS = ("lines", "branches", "mcdc")


def cell(summary):
    return f"{summary['covered']}/{summary['count']}"


def main():
    data = json.load(sys.stdin)["data"][0]
    rows = [(pathlib.Path(f["filename"]).name, f["summary"]) for f in data["files"]]
    assert rows, "nothing was measured"
    rows.append(("all", data["totals"]))
    print(f"{'core/':<14}" + "".join(f"{kind:>12}" for kind in KINDS))
    for name, summary in rows:
        print(f"{name:<14}" + "".join(f"{cell(summary[kind]):>12}" for kind in KINDS))
    missing = [k for k in KINDS if data["totals"][k]["covered"] < data["totals"][k]["count"]]
    if missing:
        sys.exit("coverage: not complete: " + ", ".join(missing))


main()
