#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The tool updates the simulated module through a bridge: `transparent.py mcu|tool`.

`mcu`: core/bridge.c in QEMU; `tool`: `gsmflash bridge` on this machine. Two updates in turn, then
one whose host is killed, then another.
"""
import sys

from bridges import BRIDGES
from lab import Lab, Program, Simulator, Wire, equal, finished, image_bytes


def update(lab, bridge, simulator, port, revision, session):
    image = image_bytes(20_000, f"Revision: {revision}")
    status, events = lab.update(lab.file(f"{revision}.bin", image), port)
    equal(status, 0, f"status of the update with {revision}", bridge.console)
    equal(finished(events)["firmware"], "valid", "what the tool says of the module")
    equal(bridge.left(session), ("started", "valid"), "what the bridge says")
    equal(simulator.flash(len(image)), image, "the module's flash")


def kill_in_the_middle(lab, port):
    image = lab.file("long.bin", image_bytes(100_000))
    tool = Program(lab, "killed", [lab.gsmflash, "update", image, "--port", port, "--power", "none",
                                   "--json"])
    tool.wait_until(lambda: '"progress"' in tool.text(), "some progress")
    tool.process.kill()
    equal(tool.exit_status(), -9, "what became of the tool")


def main():
    with Lab() as lab:
        control = lab.fifo("control")
        simulator = Simulator(lab, "module", "--power", "control", "--control", control)
        wire = Wire(lab, "upstream")
        bridge = BRIDGES[sys.argv[1]](lab, wire.paths[1], simulator.links["main"], control)
        port = wire.paths[0]
        update(lab, bridge, simulator, port, "one", 1)
        update(lab, bridge, simulator, port, "two", 2)

        kill_in_the_middle(lab, port)
        equal(bridge.left(3), ("silence", "invalid"), "what the bridge says after the kill")
        bridge.knows_an_invalid_module(port)

        update(lab, bridge, simulator, port, "three", 4)
        equal(bridge.lost(), 0, "bytes lost in all sessions", bridge.console)


main()
