"""What the tool itself costs: system calls, wake-ups, memory, start-up.

  python3 -m bench.tool.weight OUT_DIR BUILD_DIR
"""

import argparse
import collections
import re
import statistics
import subprocess
import tempfile
import time

from bench.output import print_table, write_json
from bench.tool.lab import Bench

KIB = 1024
SMALL, LARGE = 64 * KIB, 256 * KIB
BLOCK = 1012
# A write of so many bytes is a packet.
DATA_BYTES = 512
STARTS = 40


def packets(size):
    return -(-size // BLOCK)


def calls_in(text):
    """Counts by name from the first packet's write up to the last one's, and of packets; then the
    calls before and after."""
    calls = re.findall(r"^\d+ +(\w+)\(.*= (-?\d+)", text, re.MULTILINE)
    data = [i for i, (name, result) in enumerate(calls)
            if name.startswith("write") and int(result) >= DATA_BYTES]  # fmt: skip
    inside = calls[data[0] : data[-1]]
    return collections.Counter(name for name, _ in inside), len(data) - 1, len(calls) - len(inside)


def system_calls(bench):
    log = bench.directory / "calls"
    with bench.module() as link:
        bench.run(bench.image(LARGE), [link], ["strace", "-f", "-o", log])
    by_name, count, once = calls_in(log.read_text(encoding="utf-8"))
    assert packets(LARGE) - 2 <= count < packets(LARGE), f"{count} packets were written"
    return {name: calls / count for name, calls in by_name.items()}, once


def start_ms(command):
    times = []
    for _ in range(STARTS):
        start = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append((time.monotonic() - start) * 1e3)
    return statistics.median(times)


def measure(bench):
    by_name, once = system_calls(bench)
    with bench.module(baud=115200) as link:
        seconds, usage = bench.run(bench.image(SMALL), [link])
    return {
        "calls_per_packet": round(sum(by_name.values()), 2),
        "calls_by_name": {n: round(calls, 2) for n, calls in by_name.items() if calls >= 0.05},
        "calls_once": once,
        "wake_ups_per_second": usage.switches / seconds,
        "packets_per_second": packets(SMALL) / seconds,
        "cpu_percent": 100 * usage.cpu_s / seconds,
        "resident_kib": usage.resident_kib,
        "own_kib": usage.own_kib,
        "start_ms": start_ms([str(bench.tool), "--version"]),
        "true_ms": start_ms(["true"]),
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("out")
    arguments.add_argument("build")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        figures = measure(Bench(chosen.build, directory))
    write_json(chosen.out, "weight", figures)
    by_name = ", ".join(f"{name} {n:.2f}" for name, n in figures["calls_by_name"].items())
    print_table(
        "the tool's own weight, one module at 115200 baud",
        ["what", "figure"],
        [
            ["system calls a packet", f"{figures['calls_per_packet']:.2f} ({by_name})"],
            ["system calls once", figures["calls_once"]],
            ["wake-ups a second", f"{figures['wake_ups_per_second']:.0f}"],
            ["packets a second", f"{figures['packets_per_second']:.1f}"],
            ["CPU %", f"{figures['cpu_percent']:.2f}"],
            ["resident KiB", figures["resident_kib"]],
            ["of these its own", figures["own_kib"]],
            ["start-up ms (true: %.1f)" % figures["true_ms"], f"{figures['start_ms']:.1f}"],
        ],
    )


if __name__ == "__main__":
    main()
