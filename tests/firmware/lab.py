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


def relay(one, other):
    """Moves bytes between two file descriptors, until one of them comes to its end."""
    partner = {one: other, other: one}
    with contextlib.suppress(OSError):
        while True:
            for source in select.select([one, other], [], [])[0]:
                data = os.read(source, 4096)
                if not data:
                    return
                while data:
                    data = data[os.write(partner[source], data):]


def connect(one, other):
    threading.Thread(target=relay, args=(one, other), daemon=True).start()


class Port:
    """A serial port: `path` is for a program, `fd` is the wire that it ends in."""

    def __init__(self, lab, name):
        self.fd, slave = os.openpty()
        tty.setraw(slave)
        self.slave = slave  # held open, so that a line survives the programs at its ends
        self.path = lab.path(name)
        os.symlink(os.ttyname(slave), self.path)


class Wire:
    """A serial line between two paths, each of which a program opens as its port."""

    def __init__(self, lab, name):
        ports = [Port(lab, f"{name}-{end}") for end in ("a", "b")]
        self.paths = [port.path for port in ports]
        connect(*(port.fd for port in ports))


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

    def wait_until(self, condition, what):
        """As the function of that name; one that has ended is not waited for."""
        def over():
            ended = self.process.poll() is not None
            return condition() or ended
        wait_until(over, what, self.explain)
        if not condition():
            raise AssertionError(f"{self.name} ended before {what}\n{self.explain()}")

    def explain(self):
        return self.console() + self.text()


class Mcu(Program):
    """A program of firmware/ in QEMU.

    `ports`: UART number -> a wire: a file descriptor, or the path of a port. `power`: a file or
    FIFO for the wire to the module's supply, UART 2.
    """

    POWER_UART = 2

    def __init__(self, lab, program, name, ports, power=None, devices=()):
        self.console_path = lab.path(f"{name}.console")
        self.monitor_path = lab.path(f"{name}.monitor")
        chardevs = {0: f"file,path={self.console_path}"}
        if power is not None:
            chardevs[self.POWER_UART] = f"file,path={power}"
        for uart, wire in ports.items():
            chardevs[uart] = f"socket,path={self._serve(lab.path(f'{name}.{uart}'), wire)}"
        # QEMU's two threads take turns at every byte: on one CPU that costs half as much.
        cpus = sorted(os.sched_getaffinity(0))
        arguments = ["taskset", "--cpu-list", str(cpus[next(lab.mcus) % len(cpus)]),
                     lab.qemu, "-M", "mps2-an385", "-display", "none", "-nodefaults",
                     "-nic", "none", "-semihosting-config", "enable=on,target=native",
                     "-monitor", f"unix:{self.monitor_path},server=on,wait=off",
                     "-kernel", os.path.join(lab.firmware, f"{program}.elf"), *devices]
        for uart in range(UARTS):
            arguments += ["-chardev", f"{chardevs.get(uart, 'null')},id=c{uart}",
                          "-serial", f"chardev:c{uart}"]
        super().__init__(lab, name, arguments)

    @staticmethod
    def _serve(path, wire):
        """A socket, not a tty: reading a tty byte by byte waits for the kernel each time."""
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(1)

        def serve():
            with listener, listener.accept()[0] as uart:
                if not isinstance(wire, str):
                    relay(uart.fileno(), wire)
                    return
                # Closed when the MCU is gone: what comes then is for somebody else.
                port = os.open(wire, os.O_RDWR | os.O_NOCTTY)
                relay(uart.fileno(), port)
                os.close(port)
        threading.Thread(target=serve, daemon=True).start()
        return path

    def console(self):
        with contextlib.suppress(FileNotFoundError):
            return pathlib.Path(self.console_path).read_bytes().decode(errors="replace")
        return ""

    def wait_for(self, text, times=1):
        self.wait_until(lambda: self.console().count(text) >= times, f"it said {text!r}")

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
        self.wait_until(lambda: all(map(os.path.exists, self.links.values())), "its ports were there")

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
