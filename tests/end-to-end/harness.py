# SPDX-License-Identifier: MIT
"""What the end-to-end tests share: the tool, a simulated module, and lines with nobody at the end."""
import contextlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import time
import tty
import unittest

GSMFLASH = os.environ.get("GSMFLASH", "gsmflash")

# When a test that hangs gives up; nothing is measured by it.
PATIENCE_S = 120

DONE, INVALID, USAGE, NOT_OPENED, NO_MODULE, REFUSED, NOT_STARTED, INTERRUPTED = \
    0, 1, 2, 3, 4, 5, 6, 130


def wait_until(condition, what):
    for _ in range(PATIENCE_S * 100):
        result = condition()
        if result:
            return result
        time.sleep(0.01)
    raise AssertionError(f"in vain waited for: {what}")


class Result:
    """How a run of the tool ended."""

    def __init__(self, status, stdout, stderr):
        self.status = status
        self.stdout = stdout
        self.stderr = stderr

    def objects(self):
        return [json.loads(line) for line in self.stdout.splitlines()]

    def of_type(self, name):
        return [each for each in self.objects() if each["type"] == name]

    def finished(self):
        return self.of_type("finished")[-1]


class Running:
    """A run of the tool that is still under way."""

    def __init__(self, arguments, tool=GSMFLASH, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        self.process = subprocess.Popen([tool, *map(str, arguments)], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, errors="replace",
                                        **options)
        self.seen = ""

    def read_until(self, text):
        """Reads stdout, line by line, until one holds `text`."""
        for line in self.process.stdout:
            self.seen += line
            if text in line:
                return line
        raise AssertionError(f"never said '{text}':\n{self.seen}\n{self.process.stderr.read()}")

    def end(self):
        stdout, stderr = self.process.communicate(timeout=PATIENCE_S)
        status = self.process.returncode
        return Result(128 - status if status < 0 else status, self.seen + stdout, stderr)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        if not self.process.stdout.closed:
            self.process.communicate()


def run(*arguments, **options):
    return Running(arguments, **options).end()


class Simulator:
    """`gsmflash simulate`, with its files in a folder."""

    def __init__(self, folder, *options, baud=0, name="modem"):
        self.port = folder / name
        self.flash = folder / f"{name}.flash"
        self.log = folder / f"{name}.log"
        arguments = [GSMFLASH, "simulate", "--link", self.port, "--flash", self.flash, "--baud", baud,
                     *options]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(list(map(str, arguments)), stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=subprocess.STDOUT)
        wait_until(lambda: self.port.exists() or self.process.poll() is not None, "the module's port")
        if self.process.poll() is not None:
            raise AssertionError(f"the simulator ended: {self.log.read_text()}")

    def holds(self, image):
        with open(self.flash, "rb") as flash:
            return flash.read(len(image)) == image

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(PATIENCE_S)


class Line:
    """A serial line whose far end the test plays itself, byte by byte."""

    def __init__(self, folder, name="line"):
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.node = os.ttyname(self.slave)
        self.port = folder / name
        os.symlink(self.node, self.port)

    def read(self):
        return os.read(self.master, 65536)

    def write(self, data):
        os.write(self.master, data)

    def vanish(self):
        """As when an adapter is pulled out."""
        for fd in (self.slave, self.master):
            if fd >= 0:
                os.close(fd)
        self.master = self.slave = -1


class Case(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        # The tool's journals go there, and colours and widths of this machine do not matter.
        os.environ["XDG_STATE_HOME"] = str(self.folder / "state")

    def image(self, size=20000, name="firmware.bin", seed=1):
        """Writes an image of random bytes and returns its path and its bytes."""
        data = random.Random(seed).randbytes(size)
        path = self.folder / name
        path.write_bytes(data)
        return path, data

    def simulator(self, *options, **more):
        simulator = Simulator(self.folder, *options, **more)
        self.stack.callback(simulator.stop)
        return simulator

    def line(self, name="line"):
        line = Line(self.folder, name)
        self.stack.callback(line.vanish)
        return line

    def as_nobody(self):
        """Options to run the tool without root's power; a plain user has none to lose."""
        if os.geteuid() != 0:
            return {}
        # Where the tool was built nobody may look.
        tool = self.folder / "gsmflash"
        shutil.copy(GSMFLASH, tool)
        os.chmod(self.folder, 0o755)
        return {"tool": tool, "user": "nobody", "group": "nogroup", "extra_groups": []}

    def start(self, *arguments, **options):
        running = Running(arguments, **options)
        self.stack.callback(running.kill)
        return running

    def check_error(self, result, status, *words):
        """One line on stderr, this status, and these words in it."""
        self.assertEqual(result.status, status, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        for word in words:
            self.assertIn(str(word), result.stderr)
