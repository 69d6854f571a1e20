# SPDX-License-Identifier: MIT
"""Whatever breaks off, a plain update mends it; --resume sends only what is missing."""
import json
import os
import random
import time
import unittest

import harness

MOMENTS = int(os.environ.get("GSMFLASH_MOMENTS", "50"))
# Fast enough to do it often, slow enough to hit each part of it.
BAUD = 921600


class Killed(harness.Case):
    """SIGKILL at any moment, of either side."""

    def moments(self):
        chance = random.Random(1)
        # Synchronisation takes some 0.15 s here, the download 0.2 s.
        return [chance.uniform(0, 0.45) for _ in range(MOMENTS)]

    def mends(self, simulator, path, data):
        result = harness.run("update", path, "--port", simulator.port, "--baud", BAUD)
        self.assertEqual(result.status, harness.DONE, result.stderr)
        self.assertTrue(simulator.holds(data))

    def test_the_tool(self):
        simulator = self.simulator(baud=BAUD)
        for number, moment in enumerate(self.moments()):
            path, data = self.image(18000, seed=number)
            with self.subTest(moment=moment):
                running = self.start("update", path, "--port", simulator.port, "--baud", BAUD)
                time.sleep(moment)
                running.kill()
                self.mends(simulator, path, data)

    def test_the_module(self):
        for number, moment in enumerate(self.moments()):
            path, data = self.image(18000, seed=number)
            with self.subTest(moment=moment):
                simulator = self.simulator(baud=BAUD)
                running = self.start("update", path, "--port", simulator.port, "--baud", BAUD)
                time.sleep(moment)
                # First the name: the number of its pty is soon another test's.
                simulator.port.unlink()
                simulator.process.kill()
                simulator.process.wait()
                result = running.end()
                # NOT_STARTED: killed between its answers to END and to RUN.
                self.assertIn(result.status, (harness.DONE, harness.INVALID, harness.NOT_OPENED,
                                              harness.NOT_STARTED), result.stderr)
                simulator = self.simulator(baud=BAUD)
                self.mends(simulator, path, data)
                simulator.stop()


class Resume(harness.Case):
    IMAGE_BYTES = 100000

    def journal(self, port):
        plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:"
        name = "".join(c if c in plain else f"%{ord(c):02X}" for c in str(port))
        folder = self.folder / "state" / "gsmflash"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name

    def broken_off(self, simulator, path, *options):
        """Kills an update when some of the image has arrived."""
        running = self.start("update", path, "--port", simulator.port, "--json", "--baud", BAUD,
                             *options)
        while running.read_until('"progress"'):
            if json.loads(running.seen.splitlines()[-1])["bytes"] > 10000:
                break
        running.kill()
        self.assertTrue(self.journal(simulator.port).exists())

    def resumed(self, simulator, path, data, *options):
        result = harness.run("update", path, "--port", simulator.port, "--json", "--resume",
                             "--baud", BAUD, *options)
        self.assertEqual(result.status, harness.DONE, result.stderr)
        self.assertTrue(simulator.holds(data))
        self.assertFalse(self.journal(simulator.port).exists())
        return result

    def simulated(self, *options):
        # Nobody touches its power: it stays in download mode.
        return self.simulator("--power", "on", *options, baud=BAUD)

    def begun(self, *options):
        """A module that has no firmware waits for its first update as long as it takes."""
        path, data = self.image(self.IMAGE_BYTES)
        simulator = self.simulated(*options)
        self.broken_off(simulator, path)
        return simulator, path, data

    def test_only_what_is_missing_is_sent(self):
        simulator, path, data = self.begun()
        last = self.resumed(simulator, path, data).finished()
        self.assertGreater(last["resumed_at"], 10000)
        self.assertLess(last["sent_bytes"], self.IMAGE_BYTES - 9000)

    def test_a_module_that_counts_bytes(self):
        simulator, path, data = self.begun("--fault", "count-bytes")
        last = self.resumed(simulator, path, data).finished()
        self.assertGreater(last["resumed_at"], 10000)

    def test_blocks_that_changed_their_size(self):
        simulator, path, data = self.begun("--fault", "broken@3,broken@5")
        last = self.resumed(simulator, path, data).finished()
        self.assertGreater(last["resumed_at"], 10000)

    def test_where_this_program_has_the_switch_it_does_not_touch_it(self):
        simulator, path, data = self.begun()
        last = self.resumed(simulator, path, data, "--power", "exec:false").finished()
        self.assertGreater(last["resumed_at"], 10000)

    def test_it_can_be_broken_off_again(self):
        simulator, path, data = self.begun()
        self.broken_off(simulator, path, "--resume")
        last = self.resumed(simulator, path, data).finished()
        self.assertGreater(last["resumed_at"], 10000)

    def test_a_module_that_was_restarted_gets_all_of_it(self):
        path, data = self.image(self.IMAGE_BYTES)
        simulator = self.simulator(baud=BAUD)
        self.broken_off(simulator, path)
        simulator.stop()
        again = self.simulator(baud=BAUD)
        last = self.resumed(again, path, data).finished()
        self.assertEqual(last["resumed_at"], 0)

    def test_an_image_that_was_changed_in_between_is_not_resumed(self):
        path, _ = self.image(self.IMAGE_BYTES)
        simulator = self.simulator(baud=BAUD)
        self.broken_off(simulator, path)
        path, data = self.image(self.IMAGE_BYTES, seed=2)
        result = self.resumed(simulator, path, data)
        self.assertEqual(result.finished()["resumed_at"], 0)
        self.check_warning(result, "another image")

    def check_warning(self, result, *words):
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        warnings = result.of_type("warning")
        self.assertEqual(len(warnings), 1)
        for word in words:
            self.assertIn(word, warnings[0]["message"])

    def test_where_nothing_is_to_be_resumed(self):
        path, data = self.image(1000)
        result = self.resumed(self.simulator(baud=BAUD), path, data)
        self.check_warning(result, "no unfinished update")

    def test_a_journal_that_is_corrupt(self):
        path, data = self.image(self.IMAGE_BYTES)
        simulator = self.simulator(baud=BAUD)
        self.broken_off(simulator, path)
        journal = self.journal(simulator.port)
        text = journal.read_text()
        journal.write_text(text.replace("block_bytes 1012", "block_bytes 1010"))
        self.assertNotEqual(text, journal.read_text())
        result = self.resumed(simulator, path, data)
        self.check_warning(result, "corrupt", str(journal))
        self.assertEqual(result.finished()["resumed_at"], 0)

    def test_a_disk_that_is_full(self):
        path, data = self.image(1000)
        simulator = self.simulator(baud=BAUD)
        # What is to be written first goes where there is no room.
        os.symlink("/dev/full", f"{self.journal(simulator.port)}.new")
        result = harness.run("update", path, "--port", simulator.port, "--json", "--baud",
                             BAUD)
        self.assertEqual(result.status, harness.DONE)
        self.assertTrue(simulator.holds(data))
        self.check_warning(result, "No space left on device", "can't be resumed")

    def test_a_place_that_can_not_be_made(self):
        path, data = self.image(1000)
        simulator = self.simulator(baud=BAUD)
        os.environ["XDG_STATE_HOME"] = "/proc/nowhere"
        result = harness.run("update", path, "--port", simulator.port, "--json", "--baud",
                             BAUD)
        self.assertEqual(result.status, harness.DONE)
        self.assertTrue(simulator.holds(data))
        self.check_warning(result, "/proc/nowhere", "can't be resumed")

    def test_a_plain_update_says_what_to_do_where_nobody_has_the_switch(self):
        simulator, path, _ = self.begun()
        result = harness.run("update", path, "--port", simulator.port, "--timeout", "2",
                             "--baud", BAUD)
        self.check_error(result, harness.INVALID, "invalid", "switch the module off and on")


if __name__ == "__main__":
    unittest.main()
