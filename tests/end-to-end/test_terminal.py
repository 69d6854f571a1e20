# SPDX-License-Identifier: MIT
"""The picture on a terminal: it follows the width, never wraps, and leaves the terminal as it was."""
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time
import unittest

import harness

ESCAPE = re.compile(rb"\033\[[0-9;]*[A-Za-z]")


class Terminal:
    """Runs the tool on a terminal of so many columns and keeps what it writes."""

    def __init__(self, columns, *arguments, **environment):
        self.master, slave = pty.openpty()
        self.resize(columns)
        environment = {**os.environ, "TERM": "xterm", **environment}
        self.process = subprocess.Popen([harness.GSMFLASH, *map(str, arguments)], stdin=slave,
                                        stdout=slave, stderr=slave, env=environment)
        os.close(slave)
        self.seen = b""
        self.writes = []

    def resize(self, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def read(self):
        try:
            data = os.read(self.master, 65536)
        except OSError:
            data = b""
        self.seen += data
        if data:
            self.writes.append((time.monotonic(), data))
        return data

    def read_until(self, least):
        """Reads until so many percent are drawn."""
        while max(map(int, re.findall(rb"(\d+) %", self.seen)), default=0) < least:
            if not self.read():
                raise AssertionError(f"never drew {least} %: {self.seen}")

    def end(self):
        while self.read():
            pass
        os.close(self.master)
        return self.process.wait()

    def rows(self):
        """Everything that was ever drawn, without its escapes."""
        return re.split(rb"[\r\n]+", ESCAPE.sub(b"", self.seen))


class Bar(harness.Case):
    IMAGE_BYTES = 30000

    def terminal(self, columns, port, *options, **environment):
        path, _ = self.image(self.IMAGE_BYTES)
        terminal = Terminal(columns, "update", path, "--port", port, *options, **environment)
        self.stack.callback(lambda: terminal.process.poll() is None and terminal.process.kill())
        return terminal

    def test_it_never_wraps(self):
        for columns in (132, 80, 40, 20):
            with self.subTest(columns=columns):
                simulator = self.simulator(baud=115200, name=f"modem{columns}")
                terminal = self.terminal(columns, simulator.port)
                self.assertEqual(terminal.end(), harness.DONE)
                bars = [row for row in terminal.rows() if b" %" in row]
                self.assertGreater(len(bars), 5)
                self.assertLess(max(map(len, bars)), columns)
                if columns >= 40:
                    self.assertTrue(any(b"[##" in row for row in bars))
                self.assertTrue(any(row.startswith(b"100 %") for row in bars))

    def test_it_is_drawn_at_most_ten_times_a_second(self):
        terminal = self.terminal(80, self.simulator(baud=115200).port)
        began = time.monotonic()
        self.assertEqual(terminal.end(), harness.DONE)
        drawings = terminal.seen.count(b" %")
        self.assertLessEqual(drawings, (time.monotonic() - began) * 10 + 3)

    def test_it_follows_the_width(self):
        terminal = self.terminal(80, self.simulator(baud=115200).port)
        terminal.read_until(20)
        terminal.resize(30)
        terminal.read_until(50)
        before = len(terminal.seen)
        self.assertEqual(terminal.end(), harness.DONE)
        terminal.seen = terminal.seen[before:]
        self.assertLess(max(len(row) for row in terminal.rows() if b" %" in row), 30)

    def test_rate_and_time_left(self):
        terminal = self.terminal(80, self.simulator(baud=115200).port)
        self.assertEqual(terminal.end(), harness.DONE)
        self.assertTrue(re.search(rb"\d+\.\d kB/s +\d+:\d\d left", terminal.seen), terminal.seen)

    def test_after_an_interrupt_the_terminal_is_as_it_was(self):
        terminal = self.terminal(80, self.simulator(baud=115200).port)
        terminal.read_until(20)
        terminal.process.send_signal(signal.SIGINT)
        self.assertEqual(terminal.end(), harness.INTERRUPTED)
        last = terminal.rows()[-2]
        self.assertIn(b"firmware is invalid", last)
        self.assertTrue(terminal.seen.endswith(b"\r\n"))
        # It is never hidden, and every colour is taken back.
        self.assertNotIn(b"\033[?25l", terminal.seen)
        colors = re.findall(rb"\033\[(\d*)m", terminal.seen)
        self.assertTrue(not colors or colors[-1] == b"0", colors)

    def test_no_color(self):
        terminal = self.terminal(80, self.simulator(baud=115200).port)
        self.assertEqual(terminal.end(), harness.DONE)
        self.assertRegex(terminal.seen, rb"\033\[\d+m")
        terminal = self.terminal(80, self.simulator(name="other").port, NO_COLOR="1")
        self.assertEqual(terminal.end(), harness.DONE)
        self.assertNotRegex(terminal.seen, rb"\033\[\d*m")

    def test_a_dumb_terminal_gets_lines(self):
        terminal = self.terminal(80, self.simulator().port, TERM="dumb")
        self.assertEqual(terminal.end(), harness.DONE)
        self.assertNotIn(b"\033", terminal.seen)
        self.assertIn(b"100 %", terminal.seen)


if __name__ == "__main__":
    unittest.main()
