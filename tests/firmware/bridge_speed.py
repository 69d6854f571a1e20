#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Through the MCU's bridge an update takes at most 15 % longer than without it.

The line is paced at 115200 baud in real time, so a machine that is busy with other things spoils a
try; twenty are given. That no byte is lost or held back is shown in virtual time by test_bridge_load.
"""
import contextlib
import os

from bridges import McuBridge
from lab import Lab, Port, Simulator, equal, finished, image_bytes

ALLOWED = 1.15
TRIES = 20


def seconds(lab, image, port):
    status, events = lab.update(image, port)
    equal(status, 0, "status of the update", lambda: events)
    return finished(events)["seconds"]


def main():
    with contextlib.suppress(PermissionError):
        os.nice(-15)  # an MCU does not share its CPU with whatever else a machine does
    with Lab() as lab:
        image = lab.file("image.bin", image_bytes(20_000))
        control = lab.fifo("control")
        alone = Simulator(lab, "alone", "--power", "first-sync")
        bridged = Simulator(lab, "bridged", "--power", "control", "--control", control)
        upstream = Port(lab, "upstream")
        bridge = McuBridge(lab, upstream.fd, bridged.links["main"], control)
        ratios = []
        while len(ratios) < TRIES and (not ratios or ratios[-1] > ALLOWED):
            without = seconds(lab, image, alone.links["main"])
            ratios.append(seconds(lab, image, upstream.path) / without)
            bridge.left(len(ratios))
        print("through the bridge an update takes", *(f"{ratio:.3f}" for ratio in ratios),
              "times as long")
        assert ratios[-1] <= ALLOWED, ratios
        equal(bridge.lost(), 0, "bytes lost", bridge.console)


main()
