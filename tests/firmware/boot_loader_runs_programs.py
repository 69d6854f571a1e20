#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The boot loader in QEMU gets two programs in turn from the tool, on two of its ports; each runs."""
import pathlib

from boot_loader import BootLoader
from lab import Lab, Port, ask, equal


def main():
    with Lab() as lab:
        ports = {uart: Port(lab, f"port-{uart}") for uart in (1, 2)}
        module = BootLoader(lab, {uart: port.fd for uart, port in ports.items()})
        for uart, name in ((1, "slot-a"), (2, "slot-b"), (1, "slot-a")):
            program = pathlib.Path(lab.firmware, f"{name}.bin")
            port = ports[uart].path
            status, events = lab.update(program, port, power=lab.power_method(module.power))
            equal(status, 0, f"status of the update with {name}", module.mcu.console)
            equal(events[-1]["firmware"], "valid", "what the tool says of the module")
            wanted = f"Revision: {name}"
            answer = ask(port, "ATI")
            assert wanted in answer, f"{answer!r} does not name {wanted}"
            data = program.read_bytes()
            equal(module.flash(len(data)), data, "the flash")

        # Its power comes back with nobody there: what it has is what it runs.
        module.switch(False)
        module.switch(True)
        module.mcu.wait_for("application: Revision: slot-a", times=3)


main()
