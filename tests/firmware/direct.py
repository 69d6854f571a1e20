#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The direct program in QEMU and the simulated module: `direct.py ports|bad-line|failures`."""
import sys

from lab import Lab, Mcu, Simulator, Port, ask, equal, image_bytes


def direct(lab, name, port, partition, control):
    return Mcu(lab, "direct", name, {1: port}, control,
               ["-device", f"loader,file={partition},addr=0x00200000,force-raw=on"])


def updates_through_each_port(lab):
    control = lab.fifo("control")
    simulator = Simulator(lab, "module", "--power", "control", "--control", control)
    for number, name in enumerate(Simulator.PORTS):
        image = image_bytes(20_001 + number, f"Revision: {name}")
        partition = lab.file(f"{name}.partition", lab.partition(image))
        mcu = direct(lab, name, simulator.links[name], partition, control)
        equal(mcu.exit_status(), 0, f"exit status on the {name} port", mcu.console)
        console = mcu.console()
        assert "100 %" in console and "the module's firmware is valid" in console, console
        equal(simulator.flash(len(image)), image, "the module's flash")
        assert f"Revision: {name}" in ask(simulator.links[name], "ATI")


def gets_over_a_bad_line(lab):
    control = lab.fifo("control-2")
    simulator = Simulator(lab, "noisy", "--power", "control", "--control", control,
                          "--fault", "lost@3,broken@7,status@9=1,status@12=2")
    image = image_bytes(30_000)
    partition = lab.file("bad-line.partition", lab.partition(image))
    mcu = direct(lab, "bad-line", simulator.links["main"], partition, control)
    equal(mcu.exit_status(), 0, "exit status on a bad line", mcu.console)
    for line in ("sent again: packet 3", "sent again: packet 7", "sent again: packet 9",
                 "attempt 2"):
        assert line in mcu.console(), mcu.console()
    equal(simulator.flash(len(image)), image, "the module's flash")


def tells_what_it_could_not_do(lab):
    nobody = Port(lab, "nobody")
    image = image_bytes(1000)
    damaged = bytearray(lab.partition(image))
    damaged[500] ^= 1
    partition = lab.file("damaged.partition", bytes(damaged))
    mcu = direct(lab, "damaged", nobody.fd, partition, lab.path("power-1"))
    equal(mcu.exit_status(), 3, "exit status with a damaged image", mcu.console)
    partition = lab.file("fine.partition", lab.partition(image))
    mcu = direct(lab, "alone", nobody.fd, partition, lab.path("power-2"))
    equal(mcu.exit_status(), 4, "exit status without a module", mcu.console)
    assert "the module is untouched" in mcu.console(), mcu.console()
    with open(lab.path("power-2"), "rb") as power:
        equal(power.read(), b"010101", "what the supply was told, in three attempts")


CASES = {"ports": updates_through_each_port, "bad-line": gets_over_a_bad_line,
         "failures": tells_what_it_could_not_do}

with Lab() as the_lab:
    CASES[sys.argv[1]](the_lab)
