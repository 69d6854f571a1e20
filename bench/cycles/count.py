"""Instructions per byte of image for each part of the core, each CRC choice.

  python3 -m bench.cycles.count OUT_DIR [--without-pc]

On a Cortex-M0 in QEMU, which counts them exactly (microbit.c), and on the PC by callgrind. Only
what the core executes is counted: reading and writing a UART, programming a flash are the board's.
"""

import argparse
import itertools
import pathlib
import re
import subprocess
import tempfile

from bench.output import ROOT, print_table, write_json

LEVELS = ("Os", "O2")
CHOICES = (0, 1, 2)
WORKS = ("crc", "host", "module", "bridge")
CORE = [ROOT / f"core/{name}.c" for name in ("crc16", "frame", "host", "module", "bridge")]
HERE = ROOT / "bench/cycles"
# -icount shift=6: an instruction is 64 ns; SysTick runs at 16 MHz.
NS_PER_INSTRUCTION = 64
NS_PER_TICK = 62.5
EIGHT_MHZ_CYCLES_PER_BYTE = 8e6 / 11520


def run(*command):
    return subprocess.run(
        [str(word) for word in command], check=True, capture_output=True, text=True, timeout=300
    )


def build(compiler, output, choice, level, *more):
    run(
        *compiler, "-std=c11", f"-{level}", f"-DGSMFLASH_CRC16={choice}", f"-I{ROOT}/include",
        "-o", output, HERE / "work.c", *CORE, *more,
    )  # fmt: skip


def on_cortex_m0(directory, choice, level):
    """Instructions per byte, by the name of the work."""
    elf = directory / "microbit.elf"
    compiler = ["arm-none-eabi-gcc", "-mcpu=cortex-m0", "-mthumb", "-ffreestanding"]
    build(
        compiler, elf, choice, level, HERE / "microbit.c", "-ffunction-sections",
        "-fdata-sections", "-Wl,--gc-sections", "-nostartfiles", "--specs=nano.specs",
        "-T", HERE / "microbit.ld", "-lc", "-lgcc",
    )  # fmt: skip
    told = run(
        "qemu-system-arm", "-M", "microbit", "-display", "none", "-monitor", "none", "-serial",
        "none", "-icount", "shift=6,sleep=off", "-semihosting-config", "enable=on,target=native",
        "-kernel", elf,
    )  # fmt: skip
    lines = re.findall(r"^(\S+) (\d+) (\d+)$", told.stderr + told.stdout, re.MULTILINE)
    result = {
        name: int(ticks) * NS_PER_TICK / NS_PER_INSTRUCTION / int(size)
        for name, size, ticks in lines
    }
    assert set(result) == {*WORKS, "host-1", "module-1", "bridge-1"}, told.stderr
    return result


def on_pc(directory, choice):
    program = directory / "callgrind"
    build(["gcc", "-g"], program, choice, "O2", HERE / "callgrind.c")
    result = {}
    for work in WORKS:
        out = directory / "callgrind.out"
        told = run(
            "valgrind", "--tool=callgrind", "--collect-atstart=no",
            f"--callgrind-out-file={out}", program, work,
        )  # fmt: skip
        name, size = told.stdout.split()
        assert name == work, told.stdout
        total = re.search(r"^totals: (\d+)", out.read_text(encoding="utf-8"), re.MULTILINE)
        result[work] = int(total.group(1)) / int(size)
    return result


def measure(with_pc):
    rows = []
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        for choice, level in itertools.product(CHOICES, LEVELS):
            counts = on_cortex_m0(directory, choice, level)
            rows.append({"machine": "cortex-m0", "level": level, "choice": choice, **counts})
        for choice in CHOICES if with_pc else ():
            counts = on_pc(directory, choice)
            rows.append({"machine": "pc", "level": "O2", "choice": choice, **counts})
    for row in rows:
        row.update({k: round(v, 2) for k, v in row.items() if isinstance(v, float)})
    return rows


def print_rows(rows):
    columns = (*WORKS, "host-1", "module-1", "bridge-1")
    print_table(
        "instructions per byte of image; -1: handed in byte by byte",
        ["machine", "level", "CRC16", *columns],
        [
            [row["machine"], row["level"], row["choice"], *(f"{row.get(c, '-')}" for c in columns)]
            for row in rows
        ],
    )


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("out")
    arguments.add_argument("--without-pc", action="store_true")
    chosen = arguments.parse_args()
    rows = measure(not chosen.without_pc)
    print_rows(rows)
    write_json(chosen.out, "cycles", {"rows": rows})


if __name__ == "__main__":
    main()
