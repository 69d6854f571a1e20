"""How the tool grows: with the image's size, with the number of modules in a gang.

  python3 -m bench.tool.growth OUT_DIR BUILD_DIR
"""

import argparse
import contextlib
import subprocess
import tempfile

from bench.output import print_table, write_json
from bench.tool.lab import Bench

KIB, MIB = 1024, 1024 * 1024
IMAGE_SIZES = [64 * KIB, 256 * KIB, MIB, 4 * MIB, 16 * MIB, 64 * MIB]
GANGS = [1, 8, 64, 200]
GANG_IMAGE = 32 * KIB


def by_image_size(bench):
    """As fast as the processor goes: a real line would take 97 minutes for the largest."""
    rows = []
    for size in IMAGE_SIZES:
        with bench.module(flash_bytes=size) as link:
            seconds, usage = bench.run(bench.image(size), [link])
        rows.append(
            {
                "image_bytes": size,
                "seconds": seconds,
                "cpu_s": usage.cpu_s,
                "resident_kib": usage.resident_kib,
                "own_kib": usage.own_kib,
            }
        )
    return rows


def gang_row(bench, count):
    with contextlib.ExitStack() as stack:
        links = [
            stack.enter_context(
                bench.module(f"module-{i}", baud=115200, flash_bytes=GANG_IMAGE)
            )
            for i in range(count)
        ]
        seconds, usage = bench.run(bench.image(GANG_IMAGE), links)
    return {
        "modules": count,
        "seconds": seconds,
        "cpu_percent": 100 * usage.cpu_s / seconds,
        "resident_kib": usage.resident_kib,
        "own_kib": usage.own_kib,
        "wake_ups_per_second": usage.switches / seconds,
    }


def takes_gangs(bench):
    """A usage error for two ports is one for every gang."""
    image = bench.image(KIB)
    told = subprocess.run(
        bench.update(image, ["/nonexistent/1", "/nonexistent/2"]), check=False, capture_output=True
    )
    return told.returncode != 2


def by_gang(bench):
    gangs = GANGS
    if not takes_gangs(bench):
        print("growth: this gsmflash updates one module at a time: no gangs are measured")
        gangs = [1]
    return [gang_row(bench, count) for count in gangs]


def print_rows(figures):
    print_table(
        "image size, on a line without a pace",
        ["KiB", "s", "CPU s", "own memory KiB", "with the mapped image KiB"],
        [
            [r["image_bytes"] // KIB, f"{r['seconds']:.2f}", f"{r['cpu_s']:.2f}", r["own_kib"],
             r["resident_kib"]]
            for r in figures["image"]
        ],
    )  # fmt: skip
    print_table(
        f"a gang, {GANG_IMAGE // KIB} KiB each at 115200 baud",
        ["modules", "s", "CPU %", "own memory KiB", "resident KiB", "wake-ups/s"],
        [
            [r["modules"], f"{r['seconds']:.2f}", f"{r['cpu_percent']:.1f}", r["own_kib"],
             r["resident_kib"], f"{r['wake_ups_per_second']:.0f}"]
            for r in figures["gang"]
        ],
    )  # fmt: skip


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("out")
    arguments.add_argument("build")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(chosen.build, directory)
        figures = {"image": by_image_size(bench), "gang": by_gang(bench)}
    print_rows(figures)
    write_json(chosen.out, "growth", figures)


if __name__ == "__main__":
    main()
