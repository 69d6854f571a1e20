# SPDX-License-Identifier: MIT
"""What the firmware tests share: MCUs in QEMU, wires between them, the tool, things that end."""
import contextlib
import itertools
import json
import os
import pathlib
import re
import select
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import time
import tty

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../firmware/direct"))
import make_partition  # noqa: E402 (it lies beside the program that reads what it writes)

# Nothing here is measured by the clock: this is when a test that hangs gives up.
PATIENCE_S = 120

UARTS = 5


class Wire:
    """A serial line between two paths, each of which a program opens as its port."""

    def __init__(self, lab, name):
        self.paths = []
        self.masters = []
        self.slaves = []  # held open, so that a line survives the programs at its ends
        for end in ("a", "b"):
            master, slave = os.openpty()
            tty.setraw(slave)
            path = lab.path(f"{name}-{end}")
            os.symlink(os.ttyname(slave), path)
            self.paths.append(path)
            self.masters.append(master)
            self.slaves.append(slave)
        for one, other in (self.masters, reversed(self.masters)):
            threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    @staticmethod
    def _pump(source, sink):
        while True:
            data = os.read(source, 4096)
            while data:
                data = data[os.write(sink, data):]


class Program:
    """A program that runs beside the test; its output goes to a file."""

    def __init__(self, lab, name, arguments, **options):
        self.name = name
        self.log = lab.path(f"{name}.log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, **options)
        lab.stack.callback(self.stop)

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def exit_status(self):
        try:
            return self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} does not end\n{self.console()}{self.text()}") from None

    def console(self):
        return ""

    def text(self):
        return pathlib.Path(self.log).read_text(errors="replace")


class Mcu(Program):
    """A program of firmware/ in QEMU. `ports`: UART number -> path of a port that is open already."""

    def __init__(self, lab, program, name, ports, devices=()):
        self.console_path = lab.path(f"{name}.console")
        self.monitor_path = lab.path(f"{name}.monitor")
        # QEMU's two threads take turns at every byte: on one CPU that costs half as much.
        cpus = sorted(os.sched_getaffinity(0))
        cpu = cpus[next(lab.mcus) % len(cpus)]
        arguments = ["taskset", "--cpu-list", str(cpu), lab.qemu, "-M", "mps2-an385", "-display", "none", "-nodefaults", "-nic", "none",
                     "-semihosting-config", "enable=on,target=native",
                     "-monitor", f"unix:{self.monitor_path},server=on,wait=off",
                     "-kernel", os.path.join(lab.firmware, f"{program}.elf"), *devices]
        for uart in range(UARTS):
            if uart == 0:
                chardev = f"file,path={self.console_path}"
            elif uart not in ports:
                chardev = "null"
            elif os.path.islink(ports[uart]):
                chardev = f"serial,path={ports[uart]}"
            else:
                chardev = f"file,path={ports[uart]}"
            arguments += ["-chardev", f"{chardev},id=c{uart}", "-serial", f"chardev:c{uart}"]
        super().__init__(lab, name, arguments)

    def console(self):
        with contextlib.suppress(FileNotFoundError):
            return pathlib.Path(self.console_path).read_bytes().decode(errors="replace")
        return ""

    def wait_for(self, text, times=1):
        wait_until(lambda: self.console().count(text) >= times, f"{self.name} to say {text!r}",
                   lambda: self.console() + self.text())

    def monitor(self, command):
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.connect(self.monitor_path)
            self._prompt(monitor)
            monitor.sendall(command.encode() + b"\n")
            self._prompt(monitor)

    @staticmethod
    def _prompt(monitor):
        seen = b""
        while not seen.endswith(b"(qemu) "):
            data = monitor.recv(4096)
            if not data:
                raise AssertionError("QEMU closed its monitor")
            seen += data


class Simulator(Program):
    """`gsmflash simulate`: a module with three ports and a flash that is a file."""

    PORTS = ("main", "debug", "aux")

    def __init__(self, lab, name, *options):
        self.links = {port: lab.path(f"{name}-{port}") for port in self.PORTS}
        self.flash_path = lab.path(f"{name}-flash.bin")
        links = [word for path in self.links.values() for word in ("--link", path)]
        super().__init__(lab, name, [lab.gsmflash, "simulate", "--json", "--flash",
                                           self.flash_path, *links, *options])
        wait_until(lambda: all(map(os.path.exists, self.links.values())) or
                   self.process.poll() is not None, "the simulator's ports", self.text)
        equal(self.process.poll(), None, "the simulator's end", self.text)

    def flash(self, size):
        with open(self.flash_path, "rb") as flash:
            return flash.read(size)


class Lab:
    def __init__(self):
        self.stack = contextlib.ExitStack()
        self.qemu = os.environ["QEMU"]
        self.mcus = itertools.count(os.getpid())
        self.firmware = os.environ["FIRMWARE"]
        self.gsmflash = os.environ["GSMFLASH"]

    def __enter__(self):
        self.directory = self.stack.enter_context(tempfile.TemporaryDirectory(prefix="gsmflash-"))
        return self

    def __exit__(self, *problem):
        return self.stack.__exit__(*problem)

    def path(self, name):
        return os.path.join(self.directory, name)

    def file(self, name, data):
        pathlib.Path(self.path(name)).write_bytes(data)
        return self.path(name)

    def fifo(self, name):
        os.mkfifo(self.path(name))
        return self.path(name)

    @staticmethod
    def partition(image, version=1):
        return make_partition.partition(image, version)

    def power_method(self, fifo):
        """A --power method that writes 1 and 0 into a FIFO."""
        script = self.path("switch.sh")
        pathlib.Path(script).write_text(f'case $1 in on) printf 1 ;; off) printf 0 ;; esac >{fifo}\n')
        return f"exec:sh {script}"

    def program(self, name, *arguments):
        return Program(self, name, [self.gsmflash, *arguments])

    def update(self, image, port, *options, power="none"):
        """Runs the tool to its end; returns its exit status and the objects that it printed."""
        done = subprocess.run([self.gsmflash, "update", image, "--port", port, "--power", power,
                               "--json", *options], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=PATIENCE_S, check=False)
        sys.stderr.write(done.stderr.decode(errors="replace"))
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def wait_until(condition, what, explain=lambda: ""):
    limit = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > limit:
            raise AssertionError(f"waited in vain for {what}\n{explain()}")
        time.sleep(0.02)


def image_bytes(size, revision="Revision: lab"):
    """A firmware image that does not compress, with a revision where modules have theirs."""
    state, data = size, bytearray(revision.encode() + b"\0")
    while len(data) < size:
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        data += state.to_bytes(4, "big")
    return bytes(data[:size])


def finished(events):
    """The update's last word."""
    equal(events[-1]["type"], "finished", "the type of the last event")
    return events[-1]


def converse(port, question, ends):
    """Sends `question` to a serial port; returns what comes, up to where `ends` says so.

    Who is asked may still be booting: the question is put again while nothing comes.
    """
    fd = os.open(port, os.O_RDWR | os.O_NOCTTY)
    try:
        termios.tcflush(fd, termios.TCIFLUSH)
        seen = b""
        limit = time.monotonic() + PATIENCE_S
        while not ends(seen):
            if not seen:
                os.write(fd, question)
            if select.select([fd], [], [], 1)[0]:
                seen += os.read(fd, 4096)
            elif time.monotonic() > limit:
                raise AssertionError(f"no answer to {question!r}: {seen!r}")
        return seen
    finally:
        os.close(fd)


def ask(port, command):
    """One AT command to a module; returns all that came up to its OK or ERROR."""
    end = re.compile(rb"(^|\n)(OK|ERROR)\r\n$")
    return converse(port, command.encode() + b"\r", end.search).decode(errors="replace")


def ask_line(port, question):
    """Returns the one line that is the answer, without its end."""
    return converse(port, question, lambda seen: seen.endswith(b"\r\n"))[:-2]


def equal(got, wanted, what, explain=lambda: ""):
    if got != wanted:
        raise AssertionError(f"{what}: {got!r}, not {wanted!r}\n{explain()}")
