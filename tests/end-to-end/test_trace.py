# SPDX-License-Identifier: MIT
"""`gsmflash update --trace`, as tshark and `gsmflash decode` read it."""
import os
import signal
import subprocess
import unittest

import harness

FIELDS = ("frame.time_epoch", "frame.p2p_dir", "frame.packet_flags_direction",
          "rtacser.eventtype", "rtacser.timestamp", "data.data", "frame.comment",
          "frame.interface_name")
OUT, IN = 2, 1  # in epb_flags


class Packet:
    def __init__(self, line):
        (self.time, self.p2p, self.direction, self.event, self.stamp, data, self.comment,
         self.interface) = line.split("\t")
        self.direction = int(self.direction or "0", 0)
        self.data = bytes.fromhex(data)


def tshark(trace):
    """The trace as tshark reads it."""
    command = ["tshark", "-r", str(trace), "-T", "fields", "-E", "occurrence=f"]
    for field in FIELDS:
        command += ["-e", field]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    if process.returncode != 0:
        raise AssertionError(process.stderr)
    return [Packet(line) for line in process.stdout.splitlines()]


class Trace(harness.Case):
    def setUp(self):
        super().setUp()
        self.trace = self.folder / "session.pcapng"

    def update(self, *options, simulate=(), size=20000, baud=0):
        module = self.simulator("--power", "first-sync", *simulate, baud=baud)
        path, image = self.image(size)
        result = harness.run("update", path, "--port", module.port, "--power", "none", "--json",
                             "--trace", self.trace, *options)
        return module, result, image

    def decoded(self, *options):
        result = harness.run("decode", self.trace, "--json", *options)
        self.assertEqual(result.status, harness.DONE, result.stderr)
        return result.objects()

    def test_every_byte_and_its_direction(self):
        module, result, image = self.update()
        self.assertEqual(result.status, harness.DONE, result.stderr)
        packets = tshark(self.trace)
        sent = b"".join(each.data for each in packets if each.direction == OUT)
        self.assertEqual(len(sent), result.finished()["sent_bytes"])
        blocks = [each.data[9:-2] for each in packets
                  if each.direction == OUT and each.data[:3] == b"\xaa\x00\x03"]
        self.assertEqual(b"".join(blocks), image)
        for each in packets:
            self.assertEqual(int(each.event, 0), 1 if each.direction == OUT else 2)
            self.assertEqual(each.interface, str(module.port))
        self.assertIn(IN, {each.direction for each in packets})

    def test_times(self):
        _, result, _ = self.update(baud=115200)
        packets = tshark(self.trace)
        times = [float(each.time) for each in packets]
        self.assertEqual(times, sorted(times))
        for each in packets:
            self.assertEqual(each.stamp.split()[0][:17], each.time[:17])
        # The tool itself says how long the download took.
        begin = next(t for t, each in zip(times, packets) if each.data[:3] == b"\xaa\x00\x01")
        self.assertAlmostEqual(times[-1] - begin, result.finished()["seconds"], delta=0.5)

    def test_decode_says_what_the_tool_says(self):
        _, result, image = self.update(simulate=("--fault", "lost@3"))
        finished = result.finished()
        summary = self.decoded()[-1]
        self.assertEqual(result.status, harness.DONE, result.stderr)
        self.assertEqual(summary["outcome"], "started")
        self.assertEqual(summary["image_bytes"], len(image))
        self.assertEqual(summary["host_bytes"], finished["sent_bytes"])
        self.assertEqual(summary["repeats"], finished["repeats"])
        self.assertGreater(summary["repeats"], 0)
        self.assertEqual(summary["broken"], 0)

    def test_power_is_a_comment(self):
        control = self.folder / "control"
        os.mkfifo(control)
        _, result, _ = self.simulate_with_power(control)
        self.assertEqual(result.status, harness.DONE, result.stderr)
        comments = [each.comment for each in tshark(self.trace) if each.comment]
        self.assertEqual(comments, ["power off", "power on"])
        notes = [each["text"] for each in self.decoded() if each["type"] == "note"]
        self.assertEqual(notes, comments)

    def simulate_with_power(self, control):
        module = self.simulator("--power", "control", "--control", control)
        path, image = self.image(3000)
        command = self.folder / "power"
        command.write_text(f"#!/bin/sh\necho $1 >{control}\n")
        command.chmod(0o755)
        return module, harness.run("update", path, "--port", module.port, "--json", "--power",
                                   f"exec:{command}", "--trace", self.trace), image

    def test_what_a_killed_update_leaves_is_read(self):
        module = self.simulator("--power", "first-sync", baud=115200)
        path, _ = self.image(100000)
        running = self.start("update", path, "--port", module.port, "--power", "none", "--json",
                             "--trace", self.trace)
        for _ in range(20):
            running.read_until('"type":"progress"')
        running.process.send_signal(signal.SIGKILL)
        running.process.wait()
        summary = self.decoded()[-1]
        self.assertEqual(summary["outcome"], "invalid")
        self.assertGreater(summary["image_bytes"], 0)

    def test_interrupted(self):
        module = self.simulator("--power", "first-sync", baud=115200)
        path, _ = self.image(100000)
        running = self.start("update", path, "--port", module.port, "--power", "none", "--json",
                             "--trace", self.trace)
        running.read_until('"type":"progress"')
        running.process.send_signal(signal.SIGINT)
        self.assertEqual(running.end().status, harness.INTERRUPTED)
        self.assertFalse(self.decoded()[-1]["truncated"])


class Refused(harness.Case):
    def refused(self, trace, *words):
        line = self.line()
        path, _ = self.image(100)
        result = harness.run("update", path, "--port", line.port, "--trace", trace)
        self.check_error(result, harness.NOT_OPENED, trace, *words)
        os.set_blocking(line.master, False)
        with self.assertRaises(BlockingIOError):
            line.read()

    def test_the_image_is_not_written_over(self):
        path, image = self.image(100)
        self.refused(path, "is no trace")
        self.assertEqual(path.read_bytes(), image)

    def test_folder_that_is_not_there(self):
        self.refused(self.folder / "none" / "trace", "No such file")

    def test_fifo_that_nobody_reads(self):
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        self.refused(fifo, "nobody reads")

    def test_directory(self):
        self.refused(self.folder, "directory")


class Lost(harness.Case):
    """A trace that can't be written any more is a warning: the update goes on."""

    def test_full_disk(self):
        module = self.simulator("--power", "first-sync")
        path, image = self.image(400000)
        result = harness.run("update", path, "--port", module.port, "--power", "none", "--trace",
                             "/dev/full")
        self.assertEqual(result.status, harness.DONE, result.stderr)
        self.assertTrue(module.holds(image))
        self.assertIn("the trace is not complete: No space left", result.stderr)

    def test_reader_that_goes_away(self):
        module = self.simulator("--power", "first-sync")
        path, image = self.image(400000)
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        running = self.start("update", path, "--port", module.port, "--power", "none", "--json",
                             "--trace", fifo)
        running.read_until('"type":"started"')
        os.close(reader)
        result = running.end()
        self.assertEqual(result.status, harness.DONE, result.stderr)
        self.assertTrue(module.holds(image))
        self.assertIn("the trace is not complete: Broken pipe", result.stderr)


if __name__ == "__main__":
    unittest.main()
