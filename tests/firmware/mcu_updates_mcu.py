#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Two MCUs and a wire: the direct program updates the boot loader, which then runs what it got."""
import pathlib
import socket

from boot_loader import BootLoader
from lab import Lab, Mcu, equal


def main():
    with Lab() as lab:
        image = pathlib.Path(lab.firmware, "slot-a.bin").read_bytes()
        partition = lab.file("partition.bin", lab.partition(image))
        wire = socket.socketpair()
        module = BootLoader(lab, {1: wire[1].fileno()})
        direct = Mcu(lab, "direct", "direct", {1: wire[0].fileno()}, module.power,
                     ["-device", f"loader,file={partition},addr=0x00200000,force-raw=on"])
        equal(direct.exit_status(), 0, "exit status of the direct program", direct.console)
        module.mcu.wait_for("application: Revision: slot-a")
        equal(module.flash(len(image)), image, "the module's flash")


main()
