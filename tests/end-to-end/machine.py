# SPDX-License-Identifier: MIT
"""A machine with serial ports that this one need not have: a sysfs and a /dev in a folder."""
import os


class Machine:
    def __init__(self, folder):
        self.ttys = 0
        self.sysfs = folder / "sys"
        self.dev = folder / "dev"
        (self.sysfs / "class/tty").mkdir(parents=True)
        (self.sysfs / "dev/char").mkdir(parents=True)
        (self.dev / "serial/by-id").mkdir(parents=True)
        os.environ["GSMFLASH_SYSFS"] = str(self.sysfs)
        os.environ["GSMFLASH_DEV"] = str(self.dev)

    def write(self, folder, **values):
        folder.mkdir(parents=True, exist_ok=True)
        for name, value in values.items():
            (folder / name).write_text(f"{value}\n")

    def driver(self, device, name):
        folder = self.sysfs / "bus/drivers" / name
        folder.mkdir(parents=True, exist_ok=True)
        (device / "driver").symlink_to(folder)

    def tty(self, name, device, node):
        """A tty of this device; `node` is what really is behind it: a pty, or nothing."""
        tty = device / "tty" / name
        self.ttys += 1
        number = os.stat(node).st_rdev if node else os.makedev(188, self.ttys)
        self.write(tty, dev=f"{os.major(number)}:{os.minor(number)}")
        (tty / "device").symlink_to(device)
        (self.sysfs / "class/tty" / name).symlink_to(tty)
        (self.sysfs / "dev/char" / f"{os.major(number)}:{os.minor(number)}").symlink_to(tty)
        if node:
            (self.dev / name).symlink_to(node)
        else:
            (self.dev / name).touch()

    def usb(self, name, node=None, vendor="0403", product="6001", serial="A1", bus="1-1",
            by_id=None, latency=None, text=None, maker=None):
        """An adapter with one port, as ftdi_sio shows it; returns the adapter's folder."""
        usb = self.sysfs / "devices/pci0/usb1" / bus
        device = usb / f"{bus}:1.0" / name
        self.write(usb, idVendor=vendor, idProduct=product, serial=serial)
        if text:
            self.write(usb, product=text, manufacturer=maker)
        self.write(device)
        if latency is not None:
            self.write(device, latency_timer=latency)
        self.driver(device, "ftdi_sio")
        self.tty(name, device, node)
        if by_id:
            (self.dev / "serial/by-id" / by_id).symlink_to(f"../../{name}")
        return usb

    def board(self, name, kind="4", node=None):
        """A port of the board itself, below the kernel's generic serial core."""
        owner = self.sysfs / "devices/platform/uart0"
        device = owner / "uart0:0" / "uart0:0.0"
        self.write(device)
        if not (owner / "driver").exists():
            self.driver(owner, "dw-apb-uart")
            self.driver(owner / "uart0:0", "ctrl")
            self.driver(device, "port")
        self.tty(name, device, node)
        self.write(device / "tty" / name, type=kind)
