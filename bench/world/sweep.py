"""Whole updates in virtual time: by image size, by noise, by the flash's busy time.

  python3 -m bench.world.sweep OUT_DIR BENCH_WORLD
"""

import argparse
import json
import math
import subprocess

from bench.output import print_table, write_json

KIB, MIB = 1024, 1024 * 1024
BYTES_PER_SECOND = 11520
# Of a packet: head, type, length, number, CRC; and its whole answer.
DATA_OVERHEAD, ANSWER_BYTES = 11, 13
LARGEST_BLOCK = 1012

IMAGE_SIZES = [64 * KIB, 128 * KIB, 256 * KIB, 512 * KIB, MIB, 2 * MIB, 4 * MIB]
RATES = [0, 1e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3]
PAGE_BYTES = 256
PAGE_BUSY_MS = [0, 0.25, 0.5, 1, 2, 5, 10, 20]
NOISY_IMAGE = 256 * KIB
SEEDS = 10


class World:
    def __init__(self, program):
        self.program = program

    def play(self, **options):
        words = [self.program]
        for name, value in options.items():
            words += [f"--{name.replace('_', '-')}", str(value)]
        told = subprocess.run(words, check=True, capture_output=True, text=True, timeout=300)
        result = json.loads(told.stdout)
        assert result["completed"] == result["updates"], f"{options}: {told.stdout}"
        return result


def by_size(world):
    rows = []
    for size in IMAGE_SIZES:
        played = world.play(image_bytes=size, rounds=max(3, 8 * MIB // size))
        wire_us = played["wire_bytes"] * 1e6 / BYTES_PER_SECOND
        rows.append(
            {
                "image_bytes": size,
                "update_s": played["virtual_us"] / 1e6,
                "limit_s": size / BYTES_PER_SECOND,
                "wire_s": wire_us / 1e6,
                "of_wire": wire_us / played["from_begin_us"],
                "real_ms": played["real_us"] / 1e3,
                "events": played["events"],
                "resident_kib": played["resident_kib"],
            }
        )
    return rows


def best_block(rate):
    """Stop-and-wait gets block/(block + 24) * (1 - rate)^(block + 24) of the line; its maximum."""
    if rate == 0:
        return LARGEST_BLOCK
    overhead = DATA_OVERHEAD + ANSWER_BYTES
    best = -overhead / 2 + math.sqrt(overhead**2 / 4 - overhead / math.log1p(-rate))
    return min(LARGEST_BLOCK, int(best) // 2 * 2)


def limit_s(size, block, rate):
    """What stop-and-wait needs if a damaged round costs nothing but its own time on the wire."""
    round_bytes = block + DATA_OVERHEAD + ANSWER_BYTES
    return size / block * round_bytes / (1 - rate) ** round_bytes / BYTES_PER_SECOND


def noise_row(world, kind, rate):
    def seconds(block):
        played = world.play(
            image_bytes=NOISY_IMAGE, block=block, seeds=SEEDS, fault=f"{kind}={rate:.7f}"
        )
        return played["from_begin_us"] / SEEDS / 1e6

    best = best_block(rate)
    return {
        "kind": kind,
        "rate": rate,
        "best_block": best,
        "limit_s": limit_s(NOISY_IMAGE, best, rate),
        "adaptive_s": seconds(0),
        "largest_s": seconds(LARGEST_BLOCK),
        "best_block_s": seconds(best),
    }


def by_noise(world):
    return [noise_row(world, kind, rate) for kind in ("flip", "lose") for rate in RATES]


def pages(size, block):
    """Programs of a page that so many blocks need, one after the other."""
    starts = range(0, size, block)
    return sum(
        (min(start + block, size) - 1) // PAGE_BYTES - start // PAGE_BYTES + 1 for start in starts
    )


def by_busy_time(world):
    rows = []
    for busy_ms in PAGE_BUSY_MS:
        fault = f"program={int(busy_ms * 1000)}"
        played = world.play(image_bytes=NOISY_IMAGE, fault=fault)
        wire_s = played["wire_bytes"] / BYTES_PER_SECOND
        busy_s = busy_ms / 1e3 * pages(NOISY_IMAGE, LARGEST_BLOCK)
        rows.append(
            {
                "page_busy_ms": busy_ms,
                "update_s": played["from_begin_us"] / 1e6,
                "limit_s": wire_s + busy_s,
            }
        )
    return rows


def print_sizes(rows):
    print_table(
        "virtual time, 115200 baud",
        ["KiB", "image/11520 s", "update s", "from BEGIN: of the wire's limit", "real ms",
         "events/s", "resident KiB"],
        [
            [r["image_bytes"] // KIB, f"{r['limit_s']:.2f}", f"{r['update_s']:.2f}",
             f"{100 * r['of_wire']:.3f} %", f"{r['real_ms']:.2f}",
             f"{r['events'] / r['real_ms'] / 1000:.1f}M", r["resident_kib"]]
            for r in rows
        ],
    )  # fmt: skip


def print_noise(rows):
    print_table(
        f"{NOISY_IMAGE // KIB} KiB on a noisy line: seconds from BEGIN on, and of the limit",
        ["kind", "rate", "best block", "limit", "adaptive", "", "always 1012", "", "best block", ""],
        [
            [r["kind"], f"{r['rate']:g}", r["best_block"], f"{r['limit_s']:.1f}"]
            + [
                cell
                for way in ("adaptive_s", "largest_s", "best_block_s")
                for cell in (f"{r[way]:.1f}", f"{100 * r['limit_s'] / r[way]:.0f} %")
            ]
            for r in rows
        ],
    )


def print_busy(rows):
    print_table(
        f"{NOISY_IMAGE // KIB} KiB into a flash that is busy with each page of {PAGE_BYTES} bytes",
        ["ms", "update s", "wire + busy s"],
        [[r["page_busy_ms"], f"{r['update_s']:.2f}", f"{r['limit_s']:.2f}"] for r in rows],
    )


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("out")
    arguments.add_argument("program")
    chosen = arguments.parse_args()
    world = World(chosen.program)
    figures = {"size": by_size(world), "noise": by_noise(world), "busy": by_busy_time(world)}
    print_sizes(figures["size"])
    print_noise(figures["noise"])
    print_busy(figures["busy"])
    write_json(chosen.out, "world", figures)


if __name__ == "__main__":
    main()
