# SPDX-License-Identifier: MIT
"""`gsmflash info`: what a running module tells about itself."""
import fcntl
import os
import signal
import struct
import threading
import unittest

import harness

TCGETS2 = 0x802C542A


def baud_of(fd):
    """The rate that the tool has set: also one that termios has no name for."""
    settings = fcntl.ioctl(fd, TCGETS2, bytes(44))
    return struct.unpack_from("I", settings, 40)[0]


class Modem:
    """A modem of the test's own: answers by a table, at one rate."""

    def __init__(self, line, answers, baud=None, echo=True):
        self.line = line
        self.answers = answers
        self.baud = baud
        self.echo = echo
        self.asked = []
        self.bauds = []
        self.thread = threading.Thread(target=self.play, daemon=True)
        self.thread.start()

    def play(self):
        while True:
            try:
                data = self.line.read()
            except OSError:
                return
            if not data:
                return
            baud = baud_of(self.line.slave)
            self.bauds.append(baud)
            if self.baud not in (None, baud):
                self.line.write(b"\xf8\x00\xff")
                continue
            for command in data.decode().split("\r")[:-1]:
                self.asked.append(command)
                if self.echo:
                    self.line.write(command.encode() + b"\r")
                self.line.write(self.answers.get(command, "\r\nERROR\r\n").encode())


OK = "\r\nOK\r\n"


class Info(harness.Case):
    def info(self, port, *options):
        return harness.run("info", "--port", port, *options)

    def module(self, revision=b"Revision: M35FAR02A01", **more):
        """A simulated module that runs an image with this revision."""
        path, data = self.image(5000)
        path.write_bytes(data[:100] + revision + data[100 + len(revision):])
        module = self.simulator("--power", "first-sync", **more)
        result = harness.run("update", path, "--port", module.port, "--power", "none")
        self.assertEqual(result.status, harness.DONE, result.stderr)
        return module

    def test_simulated_module(self):
        module = self.module()
        result = self.info(module.port)
        self.assertEqual((result.status, result.stderr), (harness.DONE, ""))
        self.assertEqual(result.stdout.splitlines()[0], "rate: 115200 baud")
        self.assertIn("identity: gsmflash, Simulated module", result.stdout)
        self.assertIn("revision: M35FAR02A01\n", result.stdout)

    def test_json(self):
        module = self.module()
        [info] = self.info(module.port, "--json").objects()
        self.assertEqual((info["type"], info["port"], info["baud"], info["revision"]),
                         ("info", str(module.port), 115200, "M35FAR02A01"))
        self.assertEqual(info["identity"][:2], ["gsmflash", "Simulated module"])

    def test_rate_is_found(self):
        for baud in (9600, 57600, 921600):
            with self.subTest(baud):
                line = self.line(f"line{baud}")
                Modem(line, {"AT": OK, "ATI": "\r\nMaker\r\n" + OK, "AT+GMR": "\r\nR1\r\n" + OK}, baud)
                [info] = self.info(line.port, "--json").objects()
                self.assertEqual((info["baud"], info["identity"], info["revision"]),
                                 (baud, ["Maker"], "R1"))

    def test_rate_that_is_given_is_the_only_one(self):
        line = self.line()
        modem = Modem(line, {"AT": OK}, 9600)
        result = self.info(line.port, "--baud", "19200", "--timeout", "2")
        self.check_error(result, harness.NO_MODULE, "no module answered")
        self.assertEqual(set(modem.bauds), {19200})

    def test_module_without_echo_that_knows_another_command(self):
        line = self.line()
        modem = Modem(line, {"AT": OK, "ATI": "\r\nERROR\r\n",
                             "AT+CGMR": "\r\n+CREG: 1\r\nRevision: X 2\r\n" + OK}, echo=False)
        [info] = self.info(line.port, "--json").objects()
        self.assertEqual((info["identity"], info["revision"]), ([], "X 2"))
        self.assertEqual(modem.asked, ["AT", "ATI", "AT+GMR", "AT+CGMR"])

    def test_module_that_does_not_tell(self):
        line = self.line()
        Modem(line, {"AT": OK})
        result = self.info(line.port)
        self.assertEqual(result.status, harness.DONE)
        self.assertIn("revision: the module does not tell it", result.stdout)

    def test_nobody_answers(self):
        line = self.line()
        result = self.info(line.port, "--timeout", "1")
        self.check_error(result, harness.NO_MODULE, line.port, "no module answered AT")

    def test_module_without_firmware_is_silent(self):
        module = self.simulator("--power", "on")
        result = self.info(module.port, "--timeout", "2")
        self.check_error(result, harness.NO_MODULE, "without valid firmware")

    def test_interrupted(self):
        line = self.line()
        running = self.start("info", "--port", line.port)
        line.read()
        running.process.send_signal(signal.SIGINT)
        self.check_error(running.end(), harness.INTERRUPTED, "interrupted", "untouched")

    def test_port_that_vanishes(self):
        line = self.line()
        running = self.start("info", "--port", line.port)
        line.read()
        line.vanish()
        self.check_error(running.end(), harness.NOT_OPENED, "the port is gone")

    def test_bad_use(self):
        for arguments in ([], ["--port", "a", "b"], ["--port", "a", "--port", "b"],
                          ["--port", "a", "--baud", "1"], ["--port", "usb:1"], ["--nonsense"]):
            self.check_error(harness.run("info", *arguments), harness.USAGE, "info --help")
        self.check_error(self.info(self.folder / "none"), harness.NOT_OPENED, "no such port")
        self.check_error(self.info(os.devnull), harness.NOT_OPENED, "not a tty")


if __name__ == "__main__":
    unittest.main()
