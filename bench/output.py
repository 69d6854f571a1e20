"""What every benchmark does with its figures: a table for people, JSON for the page."""

import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent


def print_table(title, head, rows):
    """Prints aligned columns; the first is text, the rest are figures."""
    cells = [head] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    print(f"\n{title}")
    for row in cells:
        figures = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))
        print("  ".join([row[0].ljust(widths[0]), *figures]).rstrip())


def write_json(directory, name, figures):
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    text = json.dumps(figures, indent=1, sort_keys=True)
    (directory / f"{name}.json").write_text(text + "\n", encoding="utf-8")
