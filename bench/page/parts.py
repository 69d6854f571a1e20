"""The generated parts of docs/performance.md, each from the JSON of one benchmark."""

from bench.page.markdown import table

KIB = 1024


def percent(value, digits=0):
    return f"{100 * value:.{digits}f} %"


def yes(holds):
    return "met" if holds else "**missed**"


def chip_row(figures, processor, part, level="Os"):
    return next(
        row
        for row in figures["rows"]
        if (row["processor"], row["level"], row["part"]) == (processor, level, part)
    )


def processors(figures):
    return list(dict.fromkeys(row["processor"] for row in figures["rows"]))


def chip_targets(figures):
    def row(part, column, target):
        value = chip_row(figures, "cortex-m0plus", part)[column]
        return f"{part}: {column}", f"{target} B", f"{value} B", yes(value <= target)

    static = max(row["data"] + row["bss"] for row in figures["rows"])
    return table(
        ["Cortex-M0+, -Os", "target", "measured", ""],
        [
            row("host, mapped image", "text", 1500),
            row("module", "text", 1600),
            row("bridge", "text", 700),
            row("host", "state", 96),
            row("host", "stack", 160),
            row("module", "stack", 160),
            row("bridge", "stack", 160),
            ("static memory of all", "0 B", f"{static} B", yes(static == 0)),
        ],
    )


def chip(figures):
    columns = ("text", "state", "frame", "stack")
    parts = []
    for processor in processors(figures):
        compiler = figures["compilers"][processor]
        rows = [row for row in figures["rows"] if row["processor"] == processor]
        names = dict.fromkeys(row["part"] for row in rows)
        others = sorted({name for row in rows for name in row["others"]})
        head = [f"{processor}, gcc {compiler}"] + [
            f"{column} -{level}" for level in ("Os", "O2") for column in columns
        ]
        body = [
            [name]
            + [
                chip_row(figures, processor, name, level)[column]
                for level in ("Os", "O2")
                for column in columns
            ]
            for name in names
        ]
        parts.append(
            table(head, body) + f"\n\nFrom the C library and the compiler: {', '.join(others)}."
        )
    return "\n\n".join(parts)


def chip_profile(figures):
    """Where the parts that are larger than their target have their bytes."""
    parts = ("host, mapped image", "bridge")
    rows = []
    for part in parts:
        functions = chip_row(figures, "cortex-m0plus", part)["functions"]
        for section, size in sorted(functions.items(), key=lambda item: -item[1]):
            name = section.removeprefix(".text.").removeprefix(".")
            rows.append([f"`{name}`", part, size])
    return table(["Cortex-M0+, -Os", "in", "B"], rows)


def chip_crc(figures):
    names = processors(figures)
    rows = {(row["processor"], row["choice"]): row["bytes"] for row in figures["crc"]}
    kinds = {0: "0, no table (default)", 1: "1, 16 entries", 2: "2, 256 entries"}
    return table(
        ["`GSMFLASH_CRC16`", *(f"{name} B" for name in names)],
        [[kinds[c], *(rows[name, c] for name in names)] for c in kinds],
    )


def cycles(figures):
    rows = [row for row in figures["rows"] if row["machine"] == "cortex-m0"]
    works = ("crc", "host", "module", "bridge", "host-1", "module-1", "bridge-1")
    return table(
        ["CRC16, level", *works],
        [
            [f"{row['choice']}, -{row['level']}", *(f"{row[work]:.2f}" for work in works)]
            for row in rows
        ],
    )


def cycles_target(figures):
    row = next(r for r in figures["rows"] if (r["level"], r["choice"]) == ("Os", 0))
    share = row["host"] / (8e6 / 11520)
    return table(
        ["Cortex-M0, -Os, default CRC", "target", "measured", ""],
        [
            ("host, instructions a byte", "14", f"{row['host']:.2f}", yes(row["host"] <= 14)),
            (
                "that is, of a byte's time at 8 MHz, one cycle each",
                "2 %",
                percent(share, 2),
                yes(share <= 0.02),
            ),
        ],
    )


def cycles_pc(figures):
    works = ("crc", "host", "module", "bridge")
    rows = [row for row in figures["rows"] if row["machine"] == "pc"]
    return table(
        ["CRC16, PC, -O2", *works],
        [[row["choice"], *(f"{row[work]:.1f}" for work in works)] for row in rows],
    )


def wire_virtual(figures):
    return table(
        ["image KiB", "image / 11520 s", "from BEGIN on s", "of the protocol's limit",
         "whole update s"],
        [
            [r["image_bytes"] // KIB, f"{r['limit_s']:.2f}", f"{r['wire_s'] / r['of_wire']:.2f}",
             percent(r["of_wire"], 2), f"{r['update_s']:.2f}"]
            for r in figures["size"]
        ],
    )  # fmt: skip


def simulation(figures):
    return table(
        ["image KiB", "real ms", "updates a second", "events", "events a second",
         "faster than the line", "resident MiB"],
        [
            [r["image_bytes"] // KIB, f"{r['real_ms']:.1f}", f"{1000 / r['real_ms']:.0f}",
             r["events"], f"{r['events'] / r['real_ms'] / 1000:.1f} million",
             f"{r['update_s'] * 1000 / r['real_ms']:.0f} times",
             f"{r['resident_kib'] / KIB:.1f}"]
            for r in figures["size"]
        ],
    )  # fmt: skip


def noise(figures):
    kinds = {"flip": "a bit flipped", "lose": "a byte lost"}
    return table(
        ["each byte either way", "rate", "limit s", "best block", "host's own blocks",
         "always 1012", "always the best block"],
        [
            [kinds[r["kind"]], f"{r['rate']:g}", f"{r['limit_s']:.1f}", r["best_block"]]
            + [
                f"{r[way]:.1f} s, {percent(r['limit_s'] / r[way])}"
                for way in ("adaptive_s", "largest_s", "best_block_s")
            ]
            for r in figures["noise"]
        ],
    )  # fmt: skip


def busy(figures):
    return table(
        ["ms a page", "update s", "wire + busy s", "of that"],
        [
            [f"{r['page_busy_ms']:g}", f"{r['update_s']:.2f}", f"{r['limit_s']:.2f}",
             percent(r["limit_s"] / r["update_s"], 2)]
            for r in figures["busy"]
        ],
    )  # fmt: skip


def wire_real(figures):
    def us(value):
        return "" if value is None else f"{value:.0f}"

    return table(
        ["protocol", "image KiB", "data s", "of 11520 B/s", "of its own limit",
         "turn-around p50 µs", "p99 µs"],
        [
            [r["name"], r["image_bytes"] // KIB, f"{r['data_s']:.3f}", percent(r["of_limit"], 2),
             percent(r["of_wire"], 2), us(r["turn_p50_us"]), us(r["turn_p99_us"])]
            for r in figures["rows"]
        ],
    )  # fmt: skip


def growth_image(figures):
    return table(
        ["image KiB", "seconds", "CPU s", "own memory KiB", "with the mapped image KiB"],
        [
            [r["image_bytes"] // KIB, f"{r['seconds']:.2f}", f"{r['cpu_s']:.2f}", r["own_kib"],
             r["resident_kib"]]
            for r in figures["image"]
        ],
    )  # fmt: skip


def growth_gang(figures):
    one = figures["gang"][0]
    return table(
        ["modules", "seconds", "times one", "CPU %", "own memory KiB", "resident KiB",
         "wake-ups a second"],
        [
            [r["modules"], f"{r['seconds']:.2f}", f"{r['seconds'] / one['seconds']:.2f}",
             f"{r['cpu_percent']:.1f}", r["own_kib"], r["resident_kib"],
             f"{r['wake_ups_per_second']:.0f}"]
            for r in figures["gang"]
        ],
    )  # fmt: skip


def weight(figures):
    each = figures["calls_per_packet"]
    names = ", ".join(f"{name} {n:.2f}" for name, n in figures["calls_by_name"].items())
    own = figures["start_ms"] - figures["true_ms"]
    return table(
        ["one module at 115200 baud", "target", "measured", ""],
        [
            ("system calls a packet", "4", f"{each:.2f}: {names}", yes(each <= 4)),
            ("resident memory", "4096 KiB", f"{figures['resident_kib']} KiB",
             yes(figures["resident_kib"] <= 4096)),
            ("of these its own, no file's", "", f"{figures['own_kib']} KiB", ""),
            ("wake-ups a second", "", f"{figures['wake_ups_per_second']:.0f}, at "
             f"{figures['packets_per_second']:.1f} packets", ""),
            ("CPU", "", f"{figures['cpu_percent']:.1f} %", ""),
            ("start-up, more than `true`", "", f"{own:.1f} ms", ""),
        ],
    )  # fmt: skip


# Part of the page: the benchmark it is made of, how, and whether every run gives the same.
PARTS = {
    "chip-targets": ("chip", chip_targets, True),
    "chip": ("chip", chip, True),
    "chip-profile": ("chip", chip_profile, True),
    "chip-crc": ("chip", chip_crc, True),
    "cycles-target": ("cycles", cycles_target, True),
    "cycles": ("cycles", cycles, True),
    "cycles-pc": ("cycles", cycles_pc, False),
    "wire-virtual": ("world", wire_virtual, True),
    "noise": ("world", noise, True),
    "busy": ("world", busy, True),
    "simulation": ("world", simulation, False),
    "wire-real": ("wire", wire_real, False),
    "growth-image": ("growth", growth_image, False),
    "growth-gang": ("growth", growth_gang, False),
    "weight": ("weight", weight, False),
}
