"""The curves of docs/performance.md, drawn by gnuplot."""

import subprocess

STYLE = """
set terminal svg size 760,400 font "sans-serif,13" background "white"
set border 3
set tics nomirror
set grid ytics lc rgb "#dddddd"
set key below
set style data linespoints
set linetype 1 lc rgb "#0b6e99" lw 2 pt 7 ps 0.6
set linetype 2 lc rgb "#b5541c" lw 2 pt 5 ps 0.6
set linetype 3 lc rgb "#3d7a2f" lw 2 pt 9 ps 0.7
set linetype 4 lc rgb "#7a4f9a" lw 2 pt 11 ps 0.7
"""


def draw(path, script, columns):
    data = "\n".join(" ".join(str(cell) for cell in row) for row in columns)
    text = f"{STYLE}\nset output '{path}'\n$data << END\n{data}\nEND\n{script}\n"
    subprocess.run(["gnuplot"], input=text, text=True, check=True)


def draw_noise(figures, path):
    rows = {kind: [r for r in figures["noise"] if r["kind"] == kind and r["rate"]]
            for kind in ("flip", "lose")}  # fmt: skip
    columns = [
        [flip["rate"]]
        + [
            100 * r["limit_s"] / r[way]
            for r in (flip, lose)
            for way in ("adaptive_s", "largest_s")
        ]
        for flip, lose in zip(rows["flip"], rows["lose"])
    ]
    draw(
        path,
        """
set logscale x
set format x "10^{%T}"
set xrange [1e-6:1e-3]
set xlabel "errors for each byte"
set ylabel "% of the best that stop-and-wait can do"
set yrange [0:105]
plot $data using 1:2 title "flipped, host's blocks", "" using 1:3 title "flipped, always 1012", \\
     "" using 1:4 title "lost, host's blocks", "" using 1:5 title "lost, always 1012"
""",
        columns,
    )


def draw_busy(figures, path):
    draw(
        path,
        """
set xlabel "ms that the flash is busy with each page of 256 bytes"
set ylabel "seconds for 256 KiB"
set yrange [0:*]
plot $data using 1:2 title "update", "" using 1:3 with lines dt 2 title "wire + busy time"
""",
        [[r["page_busy_ms"], r["update_s"], r["limit_s"]] for r in figures["busy"]],
    )


def draw_memory(figures, path):
    draw(
        path,
        """
set logscale x 4
set format x "%g"
set xlabel "image, MiB"
set ylabel "KiB"
set yrange [0:*]
plot $data using 1:2 title "own memory", "" using 1:3 title "resident, mapped image in it"
""",
        [[r["image_bytes"] / 1048576, r["own_kib"], r["resident_kib"]] for r in figures["image"]],
    )


def draw_gang(figures, path):
    draw(
        path,
        """
set xlabel "modules"
set ylabel "CPU %, wake-ups a second / 10"
set y2label "own memory, KiB"
set y2tics
set yrange [0:*]
set y2range [0:*]
plot $data using 1:2 title "CPU %", "" using 1:($3/10) title "wake-ups a second / 10", \\
     "" using 1:4 axes x1y2 title "own memory (right)"
""",
        [
            [r["modules"], r["cpu_percent"], r["wake_ups_per_second"], r["own_kib"]]
            for r in figures["gang"]
        ],
    )


PLOTS = {
    "noise": ("world", draw_noise),
    "busy": ("world", draw_busy),
    "memory": ("growth", draw_memory),
    "gang": ("growth", draw_gang),
}


def write(figures, directory):
    directory.mkdir(exist_ok=True)
    for name, (source, make) in PLOTS.items():
        if source in figures:
            make(figures[source], directory / f"{name}.svg")
