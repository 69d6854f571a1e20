#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The PC's own way: the tool straight onto the simulated module's debug port."""
from lab import Lab, Simulator, ask, equal, image_bytes


def main():
    with Lab() as lab:
        simulator = Simulator(lab, "module", "--power", "first-sync")
        image = image_bytes(20_000, "Revision: through debug")
        status, _ = lab.update(lab.file("image.bin", image), simulator.links["debug"])
        equal(status, 0, "status of the update", simulator.text)
        equal(simulator.flash(len(image)), image, "the module's flash")
        assert "Revision: through debug" in ask(simulator.links["debug"], "ATI")


main()
