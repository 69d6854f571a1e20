"""Reads a linker's map: how much of which section came from which object file."""

import re

# A section's name may stand on a line of its own when it is long.
ENTRY = re.compile(
    r"^ (\.[\w.$-]+|COMMON)\s+0x[0-9a-f]+\s+(0x[0-9a-f]+)\s+(\S.*)$", re.MULTILINE
)
KINDS = {"text": ("text", "rodata", "progmem"), "data": ("data", "sdata"), "bss": ("bss", "sbss")}


def _kind(section):
    for kind, names in KINDS.items():
        if section.startswith(tuple("." + name for name in names)):
            return kind
    return "bss" if section == "COMMON" else None


def contributions(text):
    """Yields (kind, section, bytes, file) of what the linker kept."""
    kept = text[text.index("Linker script and memory map") :]
    kept = re.sub(r"\n( \.[\w.$-]+)\n\s+", r"\n\1 ", kept)
    for section, size, origin in ENTRY.findall(kept):
        kind = _kind(section)
        if kind and int(size, 16):
            yield kind, section, int(size, 16), origin
