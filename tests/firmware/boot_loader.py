# SPDX-License-Identifier: MIT
"""The module's side of a real product: a boot loader in QEMU whose flash outlives its power."""
import os
import threading

from lab import Mcu

FLASH_BYTES = 16 << 20


class BootLoader:
    """`power` is a FIFO that takes 0 and 1, as the wire of the reference board does."""

    def __init__(self, lab, ports):
        self.flash_path = lab.file("flash.bin", b"")
        os.truncate(self.flash_path, FLASH_BYTES)
        backend = f"memory-backend-file,id=flash,size=16M,mem-path={self.flash_path},share=on"
        self.mcu = Mcu(lab, "module", "module", ports,
                       devices=["-object", backend, "-machine", "memory-backend=flash", "-S"])
        self.mcu.wait_until(lambda: os.path.exists(self.mcu.monitor_path), "its monitor was there")
        self.power = lab.fifo("power")
        # Open both ways, so that neither end of the FIFO ever waits for the other.
        self.wire = os.open(self.power, os.O_RDWR)
        threading.Thread(target=self._obey, daemon=True).start()

    def _obey(self):
        while True:
            for byte in os.read(self.wire, 64):
                if byte == ord("1"):
                    self.mcu.monitor("system_reset")
                    self.mcu.monitor("cont")
                elif byte == ord("0"):
                    self.mcu.monitor("stop")

    def switch(self, on):
        os.write(self.wire, b"1" if on else b"0")

    def flash(self, size):
        with open(self.flash_path, "rb") as flash:
            return flash.read(size)
