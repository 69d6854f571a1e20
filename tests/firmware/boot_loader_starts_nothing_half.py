#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The boot loader starts no program that is not whole, nor one that is linked for another place."""
import os
import pathlib
import select
import termios
import time

from boot_loader import BootLoader
from lab import PATIENCE_S, Lab, Port, Program, ask, equal, image_bytes

SYNC_WORD1, SYNC_WORD_RSP1 = b"\xB5", b"\x5B"


def says_it_still_listens(port):
    """A sync word long after the boot window: a module that runs its application answers none."""
    fd = os.open(port, os.O_RDWR | os.O_NOCTTY)
    try:
        time.sleep(0.5)
        termios.tcflush(fd, termios.TCIFLUSH)
        os.write(fd, SYNC_WORD1)
        assert select.select([fd], [], [], PATIENCE_S)[0], "no answer to a sync word"
        equal(os.read(fd, 16), SYNC_WORD_RSP1, "answer to a sync word")
    finally:
        os.close(fd)


def break_off(lab, module, image, port):
    """Kills the tool when a third of the image is in the module."""
    tool = Program(lab, "killed", [lab.gsmflash, "update", image, "--port", port, "--power",
                                   lab.power_method(module.power), "--json"])
    tool.wait_until(lambda: '"type":"progress"' in tool.text().replace(" ", ""), "some progress")
    tool.process.kill()
    equal(tool.exit_status(), -9, "what became of the tool")


def main():
    with Lab() as lab:
        wire = Port(lab, "port")
        port = wire.path
        module = BootLoader(lab, {1: wire.fd})
        power = lab.power_method(module.power)
        program = pathlib.Path(lab.firmware, "slot-a.bin")
        long_program = lab.file("long.bin", program.read_bytes() + image_bytes(100_000))

        equal(lab.update(program, port, power=power)[0], 0, "status of the first update")
        module.mcu.wait_for("application:", times=1)

        break_off(lab, module, long_program, port)
        module.switch(False)
        module.switch(True)
        module.mcu.wait_for("boot: invalid", times=2)
        says_it_still_listens(port)

        stranger = lab.file("stranger.bin", image_bytes(5000))
        status, events = lab.update(stranger, port, "--attempts", "1", power=power)
        equal((status, events[-1]["firmware"]), (5, "invalid"), "a program for another place")
        module.switch(False)
        module.switch(True)
        module.mcu.wait_for("boot: invalid", times=4)
        says_it_still_listens(port)
        equal(module.mcu.console().count("application:"), 1, "programs started", module.mcu.console)

        equal(lab.update(long_program, port, power=power)[0], 0, "status of the last update")
        assert "Revision: slot-a" in ask(port, "ATI")
        data = pathlib.Path(long_program).read_bytes()
        equal(module.flash(len(data)), data, "the flash")


main()
