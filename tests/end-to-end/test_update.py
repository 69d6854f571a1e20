# SPDX-License-Identifier: MIT
"""An update as in two terminals: the tool and the simulated module, at any size and MTU."""
import hashlib
import json
import os
import re
import subprocess
import unittest

import harness

SIZES = (1, 2, 1011, 1012, 1013, 2024, 100001)
MTUS = (64, 256, 1024, 4096, 65535)
LARGE = 4 << 20


class Update(harness.Case):
    def update(self, simulator, path, data, *options):
        result = harness.run("update", path, "--port", simulator.port, *options)
        self.assertEqual(result.status, harness.DONE, result.stderr)
        self.assertTrue(simulator.holds(data))
        return result

    def test_at_the_pace_of_a_real_line(self):
        path, data = self.image(30000)
        result = self.update(self.simulator(baud=115200), path, data)
        self.assertEqual(result.stderr, "")
        lines = result.stdout.splitlines()
        self.assertIn("switch the module on", lines[0])
        tenths = [int(line.split("%")[0]) for line in lines[1:-1]]
        self.assertEqual(tenths, list(range(10, 101, 10)))
        self.assertRegex(lines[-1], r"^updated.*: 30000 bytes in \d+\.\d s \(\d+\.\d kB/s\), nothing")

    def test_every_size_at_every_mtu(self):
        for mtu in MTUS:
            simulator = self.simulator("--mtu", mtu, name=f"modem{mtu}")
            for size in SIZES:
                with self.subTest(mtu=mtu, size=size):
                    self.update(simulator, *self.image(size, seed=size + mtu))

    def test_a_large_image_at_every_mtu(self):
        path, data = self.image(LARGE)
        for mtu in MTUS[1:]:
            with self.subTest(mtu=mtu):
                self.update(self.simulator("--mtu", mtu, name=f"modem{mtu}"), path, data)

    def test_a_block_size_that_is_asked_for(self):
        path, data = self.image(10000)
        result = self.update(self.simulator(), path, data, "--block", 48, "--json")
        packets = -(-10000 // 48)
        commands = 11 + 7 + 7
        sync_words = result.finished()["sent_bytes"] - 10000 - packets * 11 - commands
        self.assertTrue(2 <= sync_words < 1000, sync_words)

    def test_the_version_reaches_the_module(self):
        path, data = self.image(100)
        line = self.line()
        running = self.start("update", path, "--port", line.port, "--image-version", "0x01020304")
        self.assertEqual(line.read()[:1], b"\xb5")
        line.write(b"\x5b")
        while b"\xa9" not in line.read():
            pass
        line.write(b"\x9a")
        frame = b""
        while len(frame.lstrip(b"\xa9\xb5")) < 11:
            frame += line.read()
        self.assertEqual(frame.lstrip(b"\xa9\xb5")[:9].hex(), "aa0001000401020304")
        running.process.terminate()
        self.assertEqual(running.end().status, harness.INTERRUPTED)

    def test_the_new_firmware_is_started_unless_it_is_not_wanted(self):
        path, data = self.image(5000)
        simulator = self.simulator()
        result = self.update(simulator, path, data, "--no-run")
        self.assertIn("stays in command mode", result.stdout)
        self.assertNotIn("phase run", result.stdout)
        result = self.update(simulator, path, data, "-v")
        self.assertIn("phase run", result.stdout)


class Revision(harness.Case):
    """--expect-revision: the module is asked what it runs."""

    def update(self, revision, *options, **more):
        path = self.folder / "firmware.bin"
        path.write_bytes(b"\0\1Revision: GSM850_R02\0" + b"x" * 3000)
        simulator = self.simulator(*options, **more)
        return harness.run("update", path, "--port", simulator.port, "--expect-revision", revision,
                           "--json")

    def test_the_right_one(self):
        for name, revision in (("a", "GSM850_R02"), ("b", "Revision: GSM850_R02")):
            with self.subTest(revision):
                result = self.update(revision, name=name)
                self.assertEqual((result.status, result.stderr), (harness.DONE, ""))
                self.assertIn(revision, result.finished()["message"])

    def test_another_one(self):
        result = self.update("GSM850_R0")
        self.check_error(result, harness.NOT_STARTED, "reports 'Revision: GSM850_R02'",
                         "instead of 'GSM850_R0'", "firmware is valid")
        self.assertEqual(result.finished()["firmware"], "valid")
        self.assertEqual(result.finished()["error"], "revision")

    def test_a_module_that_takes_its_time(self):
        result = self.update("GSM850_R02", "--fault", "boot=2500")
        self.assertEqual((result.status, result.stderr), (harness.DONE, ""))

    def test_it_needs_the_firmware_to_run(self):
        result = harness.run("update", "image", "--port", "/dev/null", "--no-run",
                             "--expect-revision", "x")
        self.check_error(result, harness.USAGE, "--no-run")


class Json(harness.Case):
    def test_the_stream(self):
        path, data = self.image(50000)
        simulator = self.simulator()
        result = harness.run("update", path, "--port", simulator.port, "--json")
        self.assertEqual((result.status, result.stderr), (harness.DONE, ""))
        objects = result.objects()
        self.assertEqual(objects[0]["type"], "started")
        self.assertEqual(objects[0]["bytes"], len(data))
        self.assertEqual([each["phase"] for each in objects if each["type"] == "phase"],
                         ["sync", "sync2", "begin", "data", "end", "run"])
        last = objects[-1]
        self.assertEqual(last["type"], "finished")
        self.assertEqual((last["status"], last["error"], last["firmware"], last["bytes"],
                          last["repeats"], last["attempts"]), (0, None, "valid", 50000, 0, 1))
        self.assertGreater(last["seconds"], 0)
        for each in objects:
            self.assertEqual(each["port"], str(simulator.port))

    def test_a_failure_stands_in_it_too(self):
        path, _ = self.image(100)
        result = harness.run("update", path, "--port", self.folder / "none", "--json")
        self.check_error(result, harness.NOT_OPENED, "no such port")
        self.assertEqual(result.finished()["status"], harness.NOT_OPENED)
        self.assertEqual(result.finished()["error"], "port")
        self.assertEqual(result.finished()["firmware"], "untouched")

    def test_names_that_are_no_text(self):
        """The name of a file is any bytes; the stream stays JSON."""
        path, _ = self.image(100)
        strange = os.fsencode(self.folder) + b"/\xff.bin"
        os.rename(path, strange)
        running = subprocess.run(
            [harness.GSMFLASH, "update", strange, "--port", self.simulator().port, "--json"],
            stdout=subprocess.PIPE, check=False)
        self.assertEqual(running.returncode, harness.DONE)
        result = harness.Result(0, running.stdout.decode(), "")
        self.assertIn("?.bin", result.of_type("started")[0]["image"])


class Quiet(harness.Case):
    def test_says_nothing_but_errors(self):
        path, data = self.image(100)
        simulator = self.simulator()
        result = harness.run("update", path, "--port", simulator.port, "-q")
        self.assertEqual((result.status, result.stdout, result.stderr), (harness.DONE, "", ""))
        result = harness.run("update", path, "--port", self.line().port, "-q", "--timeout", "0.2")
        self.assertEqual(result.stdout, "")
        self.check_error(result, harness.NO_MODULE, "untouched")


class Output(harness.Case):
    """An update goes on where what it prints does not."""

    def update(self, stdout):
        path, data = self.image(30000)
        simulator = self.simulator()
        process = subprocess.run([harness.GSMFLASH, "update", path, "--port", simulator.port],
                                 stdout=stdout, stderr=subprocess.PIPE, check=False)
        self.assertEqual(process.returncode, harness.DONE)
        self.assertTrue(simulator.holds(data))
        self.assertIn(b"could not be written", process.stderr)

    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            self.update(full)

    def test_a_reader_that_leaves(self):
        reader, writer = os.pipe()
        os.close(reader)
        self.update(writer)
        os.close(writer)


class Image(harness.Case):
    def test_what_it_says_is_what_an_update_sends(self):
        path, data = self.image(20001)
        figures = json.loads(harness.run("image", path, "--json").stdout)
        self.assertEqual(figures["bytes"], 20001)
        self.assertEqual(figures["sha256"], hashlib.sha256(data).hexdigest())
        self.assertEqual(figures["packets"], 20)
        answers = 20 * 13 + 11 + 9 + 9
        self.assertEqual(figures["wire_bytes"], 20001 + 20 * 11 + 11 + 7 + 7 + answers)
        self.assertAlmostEqual(figures["seconds"], figures["wire_bytes"] / 11520)
        text = harness.run("image", path).stdout
        for name in ("size", "crc16", "sha256", "packets", "time"):
            self.assertTrue(re.search(rf"^{name} ", text, re.MULTILINE), text)


if __name__ == "__main__":
    unittest.main()
