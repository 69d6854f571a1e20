# SPDX-License-Identifier: MIT
"""Modules and lines that misbehave: the image arrives whole, or the truth is told."""
import os
import signal
import threading
import time
import unittest

import harness

IMAGE_BYTES = 20000


class Misbehaviour(harness.Case):
    """The image arrives whole, and what happened on the way is told."""

    def update(self, fault, *options):
        path, data = self.image(IMAGE_BYTES)
        simulator = self.simulator("--fault", fault)
        result = harness.run("update", path, "--port", simulator.port, "--json", *options)
        self.assertEqual(result.status, harness.DONE, result.stderr)
        self.assertTrue(simulator.holds(data))
        return result

    def one_retry(self, fault, cause):
        result = self.update(fault)
        retries = result.of_type("retry")
        self.assertEqual([(each["number"], each["cause"], each["restart"]) for each in retries],
                         [(5, cause, False)])
        self.assertEqual(result.finished()["repeats"], 1)
        return result, retries[0]

    def test_a_module_that_counts_bytes(self):
        self.assertEqual(self.update("count-bytes").finished()["repeats"], 0)

    def test_a_module_that_answers_each_packet_twice(self):
        self.assertEqual(self.update("twice").finished()["attempts"], 1)

    def test_an_answer_is_lost(self):
        result, _ = self.one_retry("lost@5", "silence")
        self.assertGreaterEqual(result.finished()["lost_seconds"], 3)

    def test_an_answer_is_late(self):
        self.one_retry("late@5=4000", "silence")

    def test_an_answer_is_broken(self):
        self.one_retry("broken@5", "damaged")

    def test_the_module_found_a_wrong_crc(self):
        _, retry = self.one_retry("status@5=1", "status")
        self.assertEqual(retry["module_status"], 1)

    def test_the_module_found_a_wrong_package(self):
        _, retry = self.one_retry("status@5=4", "status")
        self.assertEqual(retry["module_status"], 4)

    def test_a_flash_error_leads_to_a_new_download(self):
        result = self.update("status@5=2")
        restarts = result.of_type("retry")
        self.assertEqual([(each["attempt"], each["cause"], each["restart"]) for each in restarts],
                         [(2, "flash", True)])
        self.assertEqual(result.finished()["attempts"], 2)

    def test_the_log_says_it_to_people(self):
        path, _ = self.image(IMAGE_BYTES)
        simulator = self.simulator("--fault", "broken@5,status@7=1,status@9=2")
        result = harness.run("update", path, "--port", simulator.port, "-v")
        self.assertEqual(result.status, harness.DONE)
        for words in ("DATA 5 (byte 5060) is sent again: its answer was damaged",
                      "is sent again: the module asks for it with status 1 (CRC16 error)",
                      "attempt 2 of 3: the module reports a flash error; switch the module off",
                      "restarts: 1, which cost"):
            self.assertIn(words, result.stdout)

    def test_a_noisy_line(self):
        result = self.update("lose=0.0002,flip=0.0002,seed=3")
        self.assertGreater(result.finished()["repeats"], 0)


class Failure(harness.Case):
    def update(self, fault, *options):
        path, _ = self.image(IMAGE_BYTES)
        simulator = self.simulator("--fault", fault)
        result = harness.run("update", path, "--port", simulator.port, "--json", *options)
        return result, simulator

    def test_the_module_goes_silent_in_the_middle(self):
        result, simulator = self.update("silent@8", "--attempts", "1")
        self.check_error(result, harness.INVALID, "stopped answering", "byte 8096 of 20000",
                         "firmware is invalid until an update completes")
        self.assertEqual(result.finished()["firmware"], "invalid")
        path, data = self.image(IMAGE_BYTES)
        simulator.stop()
        again = self.simulator()
        self.assertEqual(harness.run("update", path, "--port", again.port).status, harness.DONE)
        self.assertTrue(again.holds(data))

    def test_an_mtu_too_small_to_carry_a_block(self):
        result, _ = self.update("mtu=12")
        self.check_error(result, harness.REFUSED, "MTU of 12 bytes is too small", "invalid")

    def test_an_image_that_the_product_refuses(self):
        result, _ = self.update("refuse")
        self.check_error(result, harness.REFUSED, "refuses the image", "invalid")

    def test_a_start_that_is_not_confirmed(self):
        result, simulator = self.update("lost@run*")
        self.check_error(result, harness.NOT_STARTED, "did not confirm", "firmware is valid")
        self.assertEqual(result.finished()["firmware"], "valid")
        self.assertTrue(simulator.holds(self.image(IMAGE_BYTES)[1]))

    def test_a_port_that_vanishes_in_the_middle(self):
        path, _ = self.image(200000)
        simulator = self.simulator(baud=115200)
        running = self.start("update", path, "--port", simulator.port)
        running.read_until("10 %")
        simulator.process.kill()
        self.check_error(running.end(), harness.INVALID, "the port is gone", "firmware is invalid")

    def test_a_port_that_vanishes_before(self):
        path, _ = self.image(100)
        line = self.line()
        running = self.start("update", path, "--port", line.port)
        line.read()
        line.vanish()
        self.check_error(running.end(), harness.NOT_OPENED, "the port is gone", "untouched")


class NobodyAnswers(harness.Case):
    def update(self, line, *words):
        path, _ = self.image(100)
        result = harness.run("update", path, "--port", line.port, "--timeout", "0.5")
        self.check_error(result, harness.NO_MODULE, "within 0.5 s", "the module is untouched", *words)

    def test_silence(self):
        self.update(self.line(), "not one byte came back")

    def test_an_echo(self):
        line = self.line()

        def echo():
            try:
                while True:
                    line.write(line.read())
            except OSError:
                pass

        threading.Thread(target=echo, daemon=True).start()
        self.update(line, "only our own bytes", "tied together")

    def test_something_else_that_talks(self):
        line = self.line()

        def talk():
            try:
                while line.read():
                    line.write(b"RDY")
            except OSError:
                pass

        threading.Thread(target=talk, daemon=True).start()
        self.update(line, "that were no sync word", "--baud")

    def test_a_module_whose_second_answer_never_comes(self):
        path, _ = self.image(100)
        simulator = self.simulator("--fault", "lost@sync2*")
        result = harness.run("update", path, "--port", simulator.port, "--timeout", "1")
        self.check_error(result, harness.NO_MODULE, "never the second", "untouched")


class Interrupted(harness.Case):
    def test_before_the_download(self):
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            with self.subTest(name):
                path, _ = self.image(100)
                line = self.line(name)
                running = self.start("update", path, "--port", line.port)
                line.read()
                running.process.send_signal(getattr(signal, name))
                self.check_error(running.end(), harness.INTERRUPTED, "the module is untouched")

    def test_during_the_download(self):
        path, data = self.image(200000)
        simulator = self.simulator(baud=115200)
        running = self.start("update", path, "--port", simulator.port)
        running.read_until("10 %")
        running.process.send_signal(signal.SIGINT)
        self.check_error(running.end(), harness.INTERRUPTED, "of 200000", "firmware is invalid")
        simulator.stop()
        again = self.simulator()
        self.assertEqual(harness.run("update", path, "--port", again.port).status, harness.DONE)
        self.assertTrue(again.holds(data))


class ImageThatChanges(harness.Case):
    """A mixture of two images must never become valid."""

    def update_while(self, change, *words):
        path, _ = self.image(60000)
        simulator = self.simulator(baud=115200)
        running = self.start("update", path, "--port", simulator.port, "--json")
        running.read_until('"progress"')
        change(path)
        result = running.end()
        self.check_error(result, harness.INVALID, "the image changed while it was read", *words)
        self.assertEqual(result.finished()["error"], "image_changed")
        self.assertFalse([each for each in result.of_type("phase") if each["phase"] == "run"])

    def test_written_over(self):
        def change(path):
            with open(path, "r+b") as file:
                file.seek(50000)
                file.write(b"changed")
        self.update_while(change)

    def test_written_over_behind_the_clock(self):
        """Its size and its time are what they were."""
        def change(path):
            before = os.stat(path)
            with open(path, "r+b") as file:
                file.seek(50000)
                file.write(b"changed")
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.update_while(change)

    def test_cut_short(self):
        self.update_while(lambda path: os.truncate(path, 100))

    def test_grown(self):
        def change(path):
            with open(path, "ab") as file:
                file.write(b"more")
        self.update_while(change)

    def test_replaced_by_another_file_it_stays_what_it_was(self):
        path, data = self.image(30000)
        simulator = self.simulator(baud=115200)
        running = self.start("update", path, "--port", simulator.port, "--json")
        running.read_until('"progress"')
        other = self.folder / "other"
        other.write_bytes(b"another image")
        other.rename(path)
        self.assertEqual(running.end().status, harness.DONE)
        self.assertTrue(simulator.holds(data))


class Power(harness.Case):
    """--power exec: a command switches the module."""

    def script(self, text):
        path = self.folder / "switch"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    def controlled(self):
        control = self.folder / "control"
        os.mkfifo(control)
        simulator = self.simulator("--power", "control", "--control", control)
        log = self.folder / "log"
        return simulator, log, self.script(f'echo "$@" >>{log}\necho "$2" >{control}')

    def test_the_command_switches_the_module(self):
        path, data = self.image(5000)
        simulator, log, script = self.controlled()
        result = harness.run("update", path, "--port", simulator.port, "--power",
                             f"exec:{script} port3")
        self.assertEqual((result.status, result.stderr), (harness.DONE, ""))
        self.assertTrue(simulator.holds(data))
        self.assertEqual(log.read_text().split("\n"), ["port3 off", "port3 on", ""])
        self.assertNotIn("switch", result.stdout)

    def test_a_restart_switches_again(self):
        path, data = self.image(5000)
        control = self.folder / "control"
        os.mkfifo(control)
        simulator = self.simulator("--power", "control", "--control", control, "--fault",
                                   "status@2=2")
        script = self.script(f'echo "$1" >{control}')
        result = harness.run("update", path, "--port", simulator.port, "--power", f"exec:{script}",
                             "--json")
        self.assertEqual(result.finished()["attempts"], 2)
        self.assertTrue(simulator.holds(data))

    def test_a_slow_switch_is_waited_for(self):
        """No sync word goes out before the module is off, and it stays off long enough after."""
        line = self.line()
        path, _ = self.image(100)
        script = self.script(f"sleep 0.3\ndate +%s%N >>{self.folder}/$1")
        running = self.start("update", path, "--port", line.port, "--power", f"exec:{script}",
                             "--timeout", "1", "--attempts", "1")
        line.read()
        heard_ns = time.time_ns()
        off_ns = int((self.folder / "off").read_text())
        self.assertGreater(heard_ns - off_ns, 400e6)
        self.check_error(running.end(), harness.NO_MODULE, "power switch works")

    def test_a_command_that_fails(self):
        line = self.line()
        path, _ = self.image(100)
        for command, words in (("false", "failed with status 1"),
                               ("/nonsense/switch 2>/dev/null", "failed with status 127"),
                               ("kill -9 $$;", "was killed")):
            with self.subTest(command):
                result = harness.run("update", path, "--port", line.port, "--power",
                                     f"exec:{command}")
                self.check_error(result, harness.NOT_OPENED, words, "the module is untouched")

    def test_its_output_does_not_disturb_the_stream(self):
        line = self.line()
        path, _ = self.image(100)
        result = harness.run("update", path, "--port", line.port, "--power", "exec:echo switching",
                             "--json", "--timeout", "0.1", "--attempts", "1")
        self.assertEqual(result.finished()["status"], harness.NO_MODULE)
        self.assertIn("switching off", result.stderr)

    def test_nothing_is_said_where_nothing_is_asked(self):
        path, _ = self.image(100)
        simulator = self.simulator()
        result = harness.run("update", path, "--port", simulator.port, "--power", "none")
        self.assertEqual(result.status, harness.DONE)
        self.assertNotIn("switch", result.stdout)


if __name__ == "__main__":
    unittest.main()
