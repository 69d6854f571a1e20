#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No program has a heap, and the core has no variable of its own in any of them.

What the core needs is what its caller gave it: so no object of it may bring .data or .bss.
"""
import os
import pathlib
import re
import subprocess

HEAP = {"malloc", "free", "calloc", "realloc", "_malloc_r", "_free_r", "_sbrk", "_sbrk_r", "sbrk"}
HAS_CORE = {"direct": True, "bridge": True, "module": True, "slot-a": False, "slot-b": False}

firmware = pathlib.Path(os.environ["FIRMWARE"])


def symbols(program):
    """name -> (kind, size) of all that is linked."""
    text = subprocess.run(["arm-none-eabi-nm", "-S", firmware / f"{program}.elf"], check=True,
                          capture_output=True, text=True).stdout
    found = {}
    for line in text.splitlines():
        match = re.fullmatch(r"[0-9a-f]+ (?:([0-9a-f]+) )?(\w) (\S+)", line)
        if match:
            found[match[3]] = (match[2], int(match[1] or "0", 16))
    return found


def sections_of_core(program):
    """(section, size, object) of what the map says was linked of the core."""
    text = (firmware / f"{program}.map").read_text()
    linked = text[text.index("Linker script and memory map"):]
    pattern = r"^ (\.\S+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S*/core/\w+\.o)$"
    return [(m[1], int(m[2], 16), m[3]) for m in re.finditer(pattern, linked, re.M)]


def main():
    for program, has_core in HAS_CORE.items():
        linked = symbols(program)
        assert "reset" in linked, f"{program}: nm shows nothing of it"
        assert not HEAP & linked.keys(), f"{program} has a heap: {HEAP & linked.keys()}"
        core = sections_of_core(program)
        text = sum(size for section, size, _ in core if section.startswith(".text"))
        assert (text > 0) == has_core, f"{program}: {text} bytes of core"
        variables = [entry for entry in core
                     if entry[1] > 0 and entry[0].startswith((".bss", ".data", "COMMON"))]
        assert not variables, f"{program}: the core brings {variables}"
        print(f"{program}: {text} bytes of the core's code, none of its own RAM, no heap")


main()
