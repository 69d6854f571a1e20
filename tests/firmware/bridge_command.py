#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`gsmflash bridge` as scripts see it: usage, exit statuses, the last line, what a person is told."""
import os
import re
import signal
import socket
import subprocess
import tty

from lab import PATIENCE_S, Lab, Port, Program, Simulator, Wire, equal, image_bytes

INVALID = "the module's firmware is invalid until an update completes"
UNTOUCHED = "the module is untouched"


class Bridge(Program):
    def __init__(self, lab, name, *arguments):
        super().__init__(lab, name, [lab.gsmflash, "bridge", *arguments])
        self.says("ready")

    def says(self, pattern):
        self.wait_until(lambda: re.search(pattern, self.text()), f"it said {pattern}")


def refuses(lab, status, reason, *arguments):
    done = subprocess.run([lab.gsmflash, "bridge", *arguments], capture_output=True, text=True,
                          timeout=PATIENCE_S, check=False)
    equal((done.returncode, done.stdout), (status, ""), f"status and output with {arguments}")
    assert re.fullmatch(f"gsmflash.*{reason}.*\n", done.stderr), done.stderr


def usage(lab):
    done = subprocess.run([lab.gsmflash, "bridge", "--help"], capture_output=True, text=True,
                          check=True)
    for option in ("--power", "--baud", "--silence", "--once", "--json", "--quiet"):
        assert option in done.stdout, done.stdout
    refuses(lab, 2, "two ports", "/dev/null")
    refuses(lab, 2, "--power", "a", "b", "--power", "prayer")
    refuses(lab, 2, "--silence", "a", "b", "--silence", "0")
    refuses(lab, 2, "--baud", "a", "b", "--baud", "fast")
    refuses(lab, 2, "no option", "a", "b", "--twice")
    refuses(lab, 2, "tcp:HOST:PORT", "tcp:nowhere", "b")
    refuses(lab, 3, "missing", lab.path("missing"), lab.path("too"))


def a_busy_port_names_its_holder(lab):
    wires = Wire(lab, "busy-up"), Wire(lab, "busy-down")
    Bridge(lab, "holder", wires[0].paths[1], wires[1].paths[0])
    refuses(lab, 3, "gsmflash", wires[0].paths[1], wires[1].paths[0])


def send(port, data):
    fd = os.open(port, os.O_RDWR | os.O_NOCTTY)
    os.write(fd, data)
    return fd


def once_untouched(lab):
    """A host that only synchronises: nothing happens to the module, and a person is asked once."""
    up, down = Wire(lab, "sync-up"), Wire(lab, "sync-down")
    bridge = Bridge(lab, "sync", up.paths[1], down.paths[0], "--once", "--silence", "0.7")
    fd = send(up.paths[0], b"\xB5")
    equal(bridge.exit_status(), 4, "exit status", bridge.text)
    os.close(fd)
    text = bridge.text()
    equal(text.count("switch the module off and on"), 1, "requests to the person", bridge.text)
    assert "left (silence): " + UNTOUCHED in text, text


def once_invalid(lab):
    """A host that begins and is heard no more."""
    up, down = Wire(lab, "begin-up"), Wire(lab, "begin-down")
    bridge = Bridge(lab, "begin", up.paths[1], down.paths[0], "--once", "--silence", "0.3",
                    "--power", "none")
    fd = send(up.paths[0], b"\xB5\xA9\xAA\x00\x01")
    equal(bridge.exit_status(), 1, "exit status", bridge.text)
    os.close(fd)
    assert "left (silence): " + INVALID in bridge.text(), bridge.text()


def once_complete(lab):
    simulator = Simulator(lab, "module", "--power", "first-sync", "--baud", "0")
    up = Wire(lab, "complete-up")
    bridge = Bridge(lab, "complete", up.paths[1], simulator.links["main"], "--once", "--power",
                    "none")
    image = image_bytes(300_000)
    status, _ = lab.update(lab.file("image.bin", image), up.paths[0])
    equal((status, bridge.exit_status()), (0, 0), "exit statuses of update and bridge")
    equal(simulator.flash(len(image)), image, "the module's flash")
    assert ", 0 lost" in bridge.text(), bridge.text()


def interrupted(lab):
    up, down = Wire(lab, "signal-up"), Wire(lab, "signal-down")
    for data, state in ((b"\xB5\xAA", INVALID), (b"\xB5", UNTOUCHED), (b"", UNTOUCHED)):
        name = f"signal-{len(data)}"
        bridge = Bridge(lab, name, up.paths[1], down.paths[0], "--power", "none")
        if data:
            fd = send(up.paths[0], data)
            bridge.says("transparent")
            os.close(fd)
        bridge.process.send_signal(signal.SIGTERM)
        equal(bridge.exit_status(), 130, "exit status", bridge.text)
        equal(bridge.text().splitlines()[-1], f"gsmflash: interrupted; {state}", "the last line")


def a_port_that_vanishes(lab):
    """As that of a USB adapter that is pulled out."""
    up = Wire(lab, "vanish-up")
    master, slave = os.openpty()
    tty.setraw(slave)
    bridge = Bridge(lab, "vanish", up.paths[1], os.ttyname(slave), "--power", "none")
    os.close(slave)
    fd = send(up.paths[0], b"\xB5\xAA")
    bridge.says("transparent")
    os.close(fd)
    os.close(master)
    equal(bridge.exit_status(), 1, "exit status", bridge.text)
    last = bridge.text().splitlines()[-1]
    assert "the port is gone" in last and INVALID in last, last


def a_port_elsewhere(lab):
    """The host is at the far end of a TCP connection."""
    down = Port(lab, "tcp-down")
    with socket.create_server(("127.0.0.1", 0)) as server:
        name = f"tcp:127.0.0.1:{server.getsockname()[1]}"
        bridge = Bridge(lab, "tcp", name, down.path, "--power", "none")
        with server.accept()[0] as host:
            host.sendall(b"\xB5\xA9")
            bridge.says("transparent")
            there = b""
            while len(there) < 2:
                there += os.read(down.fd, 16)
            equal(there, b"\xB5\xA9", "what comes out towards the module")
            os.write(down.fd, b"\x5B")
            equal(host.recv(16), b"\x5B", "what comes out towards the host")
    equal(bridge.exit_status(), 3, "exit status after the connection is closed", bridge.text)
    assert UNTOUCHED in bridge.text(), bridge.text()


with Lab() as the_lab:
    for case in (usage, a_busy_port_names_its_holder, once_untouched, once_invalid, once_complete,
                 interrupted, a_port_that_vanishes, a_port_elsewhere):
        print(case.__name__, flush=True)
        case(the_lab)
