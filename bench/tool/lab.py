"""The tool and simulated modules as processes, and what the kernel says of them."""

import contextlib
import os
import pathlib
import random
import re
import subprocess
import time


@contextlib.contextmanager
def running(*command, **more):
    process = subprocess.Popen([str(word) for word in command], **more)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(path):
    deadline = time.monotonic() + 60
    while not os.path.exists(path):
        assert time.monotonic() < deadline, f"{path} does not appear"
        time.sleep(0.01)


class Usage:
    """Watches a process until it ends."""

    def __init__(self, process):
        self.resident_kib = 0  # at most, the mapped image's pages included
        self.own_kib = 0  # at most, of memory that is no file's
        self.switches = 0
        status = pathlib.Path(f"/proc/{process.pid}/status")
        pid, self.exit = 0, None
        while pid == 0:
            with contextlib.suppress(OSError):
                self._read(status.read_text(encoding="utf-8"))
            time.sleep(0.005)
            pid, self.exit, usage = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(self.exit)
        self.cpu_s = usage.ru_utime + usage.ru_stime
        self.switches = usage.ru_nvcsw

    def _read(self, text):
        """getrusage() would tell the largest memory of the parent, where that is larger."""
        if match := re.search(r"^VmHWM:\s+(\d+) kB", text, re.MULTILINE):
            self.resident_kib = int(match.group(1))
        if match := re.search(r"^RssAnon:\s+(\d+) kB", text, re.MULTILINE):
            self.own_kib = max(self.own_kib, int(match.group(1)))


class Bench:
    def __init__(self, build, directory):
        self.tool = pathlib.Path(build).resolve() / "tool/gsmflash"
        self.directory = pathlib.Path(directory)

    def image(self, size):
        path = self.directory / f"image-{size}"
        if not path.exists():
            path.write_bytes(random.Random(size).randbytes(size))
        return path

    @contextlib.contextmanager
    def module(self, name="module", baud=0, flash_bytes=None):
        link, flash = self.directory / name, self.directory / f"{name}.flash"
        more = ["--flash-size", flash_bytes] if flash_bytes else []
        command = [
            self.tool, "simulate", "-q", "--link", link, "--flash", flash, "--baud", baud, *more
        ]  # fmt: skip
        try:
            with running(*command):
                wait_for(link)
                yield link
        finally:
            flash.unlink(missing_ok=True)

    def update(self, image, links):
        """The command; a journal of its own, so that no run knows of another."""
        ports = [word for link in links for word in ("--port", link)]
        return [str(word) for word in (self.tool, "update", "-q", image, "--power", "none", *ports)]

    def environment(self):
        return dict(os.environ, XDG_STATE_HOME=str(self.directory / "state"))

    def run(self, image, links, wrapper=()):
        """Updates; returns the wall time in seconds and what it used."""
        start = time.monotonic()
        process = subprocess.Popen(
            [*wrapper, *self.update(image, links)], env=self.environment(),
        )  # fmt: skip
        usage = Usage(process)
        assert process.returncode == 0, f"exit status {process.returncode}"
        return time.monotonic() - start, usage
