"""Makes the generated parts of docs/performance.md, and its plots, from the benchmarks' JSON.

  python3 -m bench.page.write FIGURES_DIR          the parts of which there are figures
  python3 -m bench.page.write FIGURES_DIR check    fails if a part that every run gives the same
                                                   is not what the page says
"""

import difflib
import json
import pathlib
import sys

from bench.output import ROOT
from bench.page import markdown, plots
from bench.page.parts import PARTS

PAGE = ROOT / "docs/performance.md"


def load(directory):
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in pathlib.Path(directory).glob("*.json")
    }


def renew(page, figures):
    for name, (source, render, _) in PARTS.items():
        if source in figures:
            page = markdown.put(page, name, render(figures[source]))
    return page


def stale(page, figures):
    """The differences of each part that must be as the figures say."""
    result = []
    for name, (source, render, repeatable) in PARTS.items():
        if repeatable:
            said, fresh = markdown.get(page, name), render(figures[source])
            result += difflib.unified_diff(
                said.splitlines(), fresh.splitlines(), f"the page: {name}", "measured", lineterm=""
            )
    return result


def main():
    figures = load(sys.argv[1])
    page = PAGE.read_text(encoding="utf-8")
    assert sorted(markdown.names(page)) == sorted(PARTS), "the page's parts are not these"
    if sys.argv[2:] == ["check"]:
        differences = stale(page, figures)
        print("\n".join(differences) or f"{PAGE.name} says what was measured")
        return 1 if differences else 0
    PAGE.write_text(renew(page, figures), encoding="utf-8")
    plots.write(figures, PAGE.with_suffix(""))
    print(f"written: {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
