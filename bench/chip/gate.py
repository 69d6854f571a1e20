"""Fails where a part of the core takes more than its recorded bound.

  python3 -m bench.chip.gate                 all processors
  python3 -m bench.chip.gate quick           the smallest one alone: a second or two
  python3 -m bench.chip.gate write           sets the bounds anew, a little above what is measured

The bounds stand in bounds.txt. They move only together with the reason, in the commit's message.
Exit status 77: there is no compiler, or another one than the bounds were taken with.
"""

import pathlib
import sys

from bench.chip import sizes
from bench.chip.processors import PROCESSORS

BOUNDS = pathlib.Path(__file__).with_name("bounds.txt")
BOUNDED = ("text", "state", "frame", "stack")
NOT_COMPARABLE = 77


def key(row):
    return row["processor"], row["level"], row["part"]


def slack(column, value):
    """Code may grow by a hundredth without a word, memory by nothing."""
    return value + value // 100 if column == "text" else value


def format_bounds(figures):
    lines = [f"compiler | {name} | {version}" for name, version in figures["compilers"].items()]
    for row in figures["rows"]:
        values = (str(slack(column, row[column])) for column in BOUNDED)
        lines.append(" | ".join([*key(row), *values]))
    return "# processor | level | part | " + " | ".join(BOUNDED) + "\n" + "\n".join(lines) + "\n"


def parse_bounds(text):
    """Returns the compilers' versions by processor, and the bounds by row."""
    compilers, bounds = {}, {}
    for line in text.splitlines():
        fields = [field.strip() for field in line.split("|")]
        if line.startswith("#"):
            continue
        if fields[0] == "compiler":
            compilers[fields[1]] = fields[2]
        else:
            bounds[tuple(fields[:3])] = dict(zip(BOUNDED, map(int, fields[3:])))
    return compilers, bounds


def excesses(rows, bounds):
    """A line for each figure that is past its bound; memory of its own the core never has."""
    result = []
    for row in rows:
        name = " ".join(key(row))
        if key(row) not in bounds:
            result.append(f"{name}: has no bound")
            continue
        for column, bound in bounds[key(row)].items():
            if row[column] > bound:
                result.append(f"{name}: {column} {row[column]} > {bound}")
        if row["data"] + row["bss"] > 0:
            result.append(f"{name}: static memory, {row['data']} + {row['bss']} bytes")
    return result


def check(processors, levels):
    compilers, bounds = parse_bounds(BOUNDS.read_text(encoding="utf-8"))
    for processor in processors:
        if processor.version() != compilers[processor.name]:
            print(
                f"sizes: the bounds for {processor.name} are those of gcc "
                f"{compilers[processor.name]}, here is {processor.version()}: not compared"
            )
            return NOT_COMPARABLE
    rows = sizes.figures(processors, levels)["rows"]
    sizes.print_figures(rows)
    past = excesses(rows, bounds)
    print("\n" + "\n".join(past or [f"all {len(rows)} rows within their bounds"]))
    return 1 if past else 0


def main():
    what = sys.argv[1] if len(sys.argv) > 1 else "all"
    if what == "write":
        text = format_bounds(sizes.figures(PROCESSORS, sizes.LEVELS))
        BOUNDS.write_text(text, encoding="utf-8")
        return 0
    quick = what == "quick"
    return check(PROCESSORS[:1] if quick else PROCESSORS, ("Os",) if quick else sizes.LEVELS)


if __name__ == "__main__":
    sys.exit(main())
