"""The stack of a linked part: the largest frame, and the deepest chain of calls."""

import re
import subprocess

FUNCTION = re.compile(r"^[0-9a-f]+ <([^>]+)>:$")
TARGET = re.compile(r"<([^>+]+)(\+0x[0-9a-f]+)?>$")
CLONE = re.compile(r"\.(part|isra|constprop|lto_priv|cold)\.?\d*")


def frames(su_files):
    """Bytes of stack by function, as -fstack-usage tells; saved registers are in it."""
    result = {}
    for path in su_files:
        for line in path.read_text(encoding="utf-8").splitlines():
            place, size, kind = line.split("\t")
            assert kind == "static", f"{line}: not of one size"
            name = CLONE.sub("", place.rsplit(":", 1)[1])
            result[name] = max(result.get(name, 0), int(size))
    return result


def calls(objdump, elf):
    """Who calls, or jumps to, whom in the linked program. Calls of the user's functions through
    a pointer are not in it."""
    text = subprocess.run([objdump, "-d", elf], check=True, capture_output=True, text=True).stdout
    graph, caller = {}, None
    for line in text.splitlines():
        if match := FUNCTION.match(line):
            caller = match.group(1)
            graph.setdefault(caller, set())
        elif caller and (match := TARGET.search(line)) and match.group(1) != caller:
            graph[caller].add(match.group(1))
    return {caller: sorted(callees & graph.keys()) for caller, callees in graph.items()}


def deepest(graph, frame_of, entry, above=()):
    """Bytes, and the chain of functions that takes them."""
    assert entry not in above, f"recursion: {above}"
    below = [
        deepest(graph, frame_of, callee, (*above, entry)) for callee in graph.get(entry, ())
    ]
    size, chain = max(below, default=(0, []))
    return size + frame_of.get(CLONE.sub("", entry), 0), [entry, *chain]
