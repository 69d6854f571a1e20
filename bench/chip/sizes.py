"""What each part of the core takes of a small processor, linked alone.

  python3 -m bench.chip.sizes OUT_DIR

"text" is code and constants of the library's objects that the linker keeps; what comes along from
the C library and the compiler's own is named apart, for a product has most of it anyway. The worst
depth of the stack is that of the library's calls; the user's own callbacks are not in it.
"""

import argparse
import itertools
import pathlib
import re
import subprocess
import tempfile

from bench.chip import link_map, stack
from bench.chip.parts import CALLS, VARIANTS
from bench.chip.processors import PROCESSORS
from bench.output import ROOT, print_table, write_json

LEVELS = ("Os", "O2")
FLAGS = (
    "-std=c11 -ffreestanding -ffunction-sections -fdata-sections -fstack-usage".split()
)


def run(*command):
    subprocess.run([str(word) for word in command], check=True)


class Build:
    """The core, compiled for one processor at one level, in a directory of its own."""

    def __init__(self, processor, level, directory):
        self.processor = processor
        self.directory = directory
        self.flags = [*processor.machine, f"-{level}", *FLAGS, f"-I{ROOT}/include"]

    def compile(self, source, name, *more):
        path = self.directory / f"{name}.o"
        run(self.processor.tool("gcc"), *self.flags, *more, "-c", source, "-o", path)
        return path

    def objects(self, variant):
        """host.c is compiled for each variant, the rest once."""
        result = []
        for source in sorted((ROOT / "core").glob("*.c")):
            own = source.stem == "host" and variant.part == "host"
            name = variant.name.replace(" ", "_") if own else source.stem
            path = self.directory / f"{name}.o"
            if not path.exists():
                self.compile(source, name, *(variant.defines() if own else ()))
            result.append(path)
        return result

    def state_bytes(self, part):
        """The size of the struct, by the size of an array of that many bytes."""
        source = self.directory / f"state_{part}.c"
        source.write_text(
            f'#include "gsmflash/{part}.h"\nchar state[sizeof(struct gsmflash_{part})];\n',
            encoding="utf-8",
        )
        path = self.compile(source, f"state_{part}", "-fno-common")
        source.unlink()
        symbols = subprocess.run(
            [self.processor.tool("nm"), "-S", path], check=True, capture_output=True, text=True
        )
        path.unlink()
        return int(re.search(r" (\w+) B state$", symbols.stdout, re.MULTILINE).group(1), 16)

    def link(self, variant):
        """Returns the program and the linker's map."""
        elf = self.directory / "part.elf"
        undefined = [f"-Wl,-u,{symbol}" for symbol in variant.symbols()]
        run(
            self.processor.tool("gcc"), *self.processor.machine, "-nostartfiles", "-nostdlib",
            "-Wl,--gc-sections", "-Wl,-e,0", "-Wl,-Map=" + str(elf) + ".map", *undefined,
            "-o", elf, *self.objects(variant), *self.processor.libraries,
        )  # fmt: skip
        return elf, pathlib.Path(str(elf) + ".map").read_text(encoding="utf-8")


def member(origin):
    """libc_nano.a(memcpy.o) -> memcpy"""
    name = re.search(r"\(([^)]+)\)$", origin)
    return pathlib.Path(name.group(1) if name else origin).stem.removeprefix("libc_a-")


def sections(text, directory):
    """Sizes of the library's own sections, its objects that are in, what each of its functions
    takes, and what else came along."""
    own = dict.fromkeys(link_map.KINDS, 0)
    objects, functions, others = set(), {}, {}
    for kind, section, size, origin in link_map.contributions(text):
        if origin.startswith(str(directory)):
            own[kind] += size
            objects.add(pathlib.Path(origin))
            functions[section] = functions.get(section, 0) + size
        elif kind == "text":
            others[member(origin)] = others.get(member(origin), 0) + size
    return own, objects, functions, others


def worst_stack(build, variant, elf, objects):
    frame_of = stack.frames(path.with_suffix(".su") for path in objects)
    graph = stack.calls(build.processor.tool("objdump"), elf)
    depth, chain = max(stack.deepest(graph, frame_of, entry) for entry in variant.symbols())
    linked = {stack.CLONE.sub("", name) for name in graph}
    largest = max(size for name, size in frame_of.items() if name in linked)
    return largest, depth, chain


def measure(build, level, variant):
    elf, text = build.link(variant)
    own, objects, functions, others = sections(text, build.directory)
    frame, depth, chain = worst_stack(build, variant, elf, objects)
    return {
        "processor": build.processor.name, "level": level, "part": variant.name,
        **own, "state": build.state_bytes(variant.part), "frame": frame, "stack": depth,
        "chain": chain, "functions": functions, "others": others,
    }  # fmt: skip


def measure_all(processors, levels):
    rows = []
    for processor, level in itertools.product(processors, levels):
        with tempfile.TemporaryDirectory() as directory:
            build = Build(processor, level, pathlib.Path(directory))
            rows += [measure(build, level, variant) for variant in VARIANTS]
    return rows


def crc_sizes():
    """Bytes of each way to compute the CRC, table included: by processor, at -Os."""
    rows = []
    for processor in PROCESSORS:
        with tempfile.TemporaryDirectory() as directory:
            build = Build(processor, "Os", pathlib.Path(directory))
            for choice in (0, 1, 2):
                define = f"-DGSMFLASH_CRC16={choice}"
                path = build.compile(ROOT / "core/crc16.c", f"crc{choice}", define)
                sizes = subprocess.run(
                    [processor.tool("size"), path], check=True, capture_output=True, text=True
                )
                text, data = sizes.stdout.splitlines()[1].split()[:2]
                size = int(text) + int(data)
                rows.append({"processor": processor.name, "choice": choice, "bytes": size})
    return rows


def figures(processors, levels):
    compilers = {p.name: p.version() for p in processors}
    return {"compilers": compilers, "rows": measure_all(processors, levels)}


COLUMNS = ("text", "data", "bss", "state", "frame", "stack")


def print_figures(rows):
    for processor, level in dict.fromkeys((row["processor"], row["level"]) for row in rows):
        print_table(
            f"{processor} -{level}",
            ["part", *COLUMNS, "from libc and libgcc"],
            [
                [row["part"], *(row[c] for c in COLUMNS), sum(row["others"].values())]
                for row in rows
                if (row["processor"], row["level"]) == (processor, level)
            ],
        )


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("out")
    chosen = arguments.parse_args()
    result = figures(PROCESSORS, LEVELS)
    result["crc"] = crc_sizes()
    print_figures(result["rows"])
    write_json(chosen.out, "chip", result)


if __name__ == "__main__":
    main()
