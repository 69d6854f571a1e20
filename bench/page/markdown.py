"""Markdown tables, and pages with generated parts between two marks."""

import re


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _part(name):
    start, end = re.escape(f"<!-- {name} -->"), re.escape(f"<!-- end of {name} -->")
    return re.compile(f"(?<={start}\n).*?(?={end})", re.DOTALL)


def names(page):
    return re.findall(r"<!-- end of ([\w-]+) -->", page)


def get(page, name):
    found = _part(name).search(page)
    assert found, f"the page has no part named {name}"
    return found.group(0).strip("\n")


def put(page, name, text):
    get(page, name)
    return _part(name).sub(lambda _: f"\n{text}\n\n", page, count=1)
