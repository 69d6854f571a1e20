# SPDX-License-Identifier: MIT
"""The simulated module behind its ptys: ports, power, pace, files, faults, and how it ends."""
import json
import os
import select
import signal
import time
import unittest

import harness

REVISION = b"Revision: SIMULATED-7"


def with_revision(data):
    return REVISION + b"\n" + data[len(REVISION) + 1:]


def ask(port, command, last=b"OK\r\n"):
    """Types a command until the application has booted and answers it."""
    fd = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        def answered():
            os.write(fd, command)
            got = b""
            while select.select([fd], [], [], 0.3)[0]:
                got += os.read(fd, 4096)
            return got if last in got else None

        return harness.wait_until(answered, f"an answer to {command}")
    finally:
        os.close(fd)


def silent(port, command, seconds=1.0):
    fd = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        os.write(fd, command)
        return not select.select([fd], [], [], seconds)[0]
    finally:
        os.close(fd)


class Simulate(harness.Case):
    def image(self, size=5000, **options):
        path, data = super().image(size, **options)
        data = with_revision(data)
        path.write_bytes(data)
        return path, data

    def update(self, port, path, *options):
        result = harness.run("update", path, "--port", port, "--power", "none", *options)
        self.assertEqual(result.status, harness.DONE, result.stderr)
        return result

    def run_simulate(self, *arguments):
        return harness.run("simulate", *arguments)


class Ports(Simulate):
    def test_each_of_three_takes_an_update_and_at_commands(self):
        path, data = self.image()
        debug, aux = self.folder / "debug", self.folder / "aux"
        simulator = self.simulator("--link", debug, "--link", aux)
        for port in (simulator.port, debug, aux):
            with self.subTest(port=port.name):
                self.update(port, path)
                self.assertTrue(simulator.holds(data))
                self.assertIn(REVISION, ask(port, b"AT+GMR\r"))

    def test_a_fourth_is_refused(self):
        links = [item for name in "abcd" for item in ("--link", self.folder / name)]
        self.check_error(self.run_simulate(*links), harness.USAGE, "three")

    def test_the_link_goes_with_the_simulator(self):
        simulator = self.simulator()
        self.assertTrue(simulator.port.is_symlink())
        simulator.stop()
        self.assertFalse(simulator.port.is_symlink())
        self.assertEqual(simulator.process.returncode, 0)

    def test_the_line_survives_those_who_come_and_go(self):
        simulator = self.simulator()
        path, _ = self.image()
        for _ in range(3):
            os.close(os.open(simulator.port, os.O_RDWR | os.O_NOCTTY))
            self.update(simulator.port, path)

    def test_a_file_is_not_taken_for_a_link(self):
        kept = self.folder / "kept"
        kept.write_text("mine")
        result = self.run_simulate("--link", kept)
        self.check_error(result, harness.NOT_OPENED, kept, "no symlink")
        self.assertEqual(kept.read_text(), "mine")


class Power(Simulate):
    def test_on_means_that_nobody_touches_it_again(self):
        path, _ = self.image()
        simulator = self.simulator("--power", "on")
        self.update(simulator.port, path)
        result = harness.run("update", path, "--port", simulator.port, "--power", "none",
                             "--timeout", 1)
        self.assertEqual(result.status, harness.NO_MODULE, result.stderr)

    def test_a_fifo_controls_it(self):
        path, data = self.image()
        control = self.folder / "control"
        simulator = self.simulator("--power", "control", "--control", control)
        self.assertTrue(control.is_fifo())
        switch = f"sh -c 'echo $0 >{control}'"
        self.update_with_power(simulator, path, switch)
        self.assertTrue(simulator.holds(data))
        self.assertIn(REVISION, ask(simulator.port, b"AT+GMR\r"))
        control.write_text("off\n")
        harness.wait_until(lambda: silent(simulator.port, b"AT\r", 0.3), "silence")
        simulator.stop()
        self.assertFalse(control.exists())

    def update_with_power(self, simulator, path, switch):
        result = harness.run("update", path, "--port", simulator.port, "--power", f"exec:{switch}")
        self.assertEqual(result.status, harness.DONE, result.stderr)

    def test_a_serial_port_controls_it(self):
        path, data = self.image()
        wire = self.line("wire")
        simulator = self.simulator("--power", "control", "--control", wire.port)
        self.assertTrue(silent(simulator.port, b"\xb5"))
        wire.write(b"x1")
        self.update(simulator.port, path)
        self.assertTrue(simulator.holds(data))
        self.assertIn(REVISION, ask(simulator.port, b"ATI\r"))
        wire.write(b"0")
        harness.wait_until(lambda: silent(simulator.port, b"AT\r", 0.3), "silence")

    def test_control_that_makes_no_sense(self):
        self.check_error(self.run_simulate("--power", "control"), harness.USAGE, "--control")
        self.check_error(self.run_simulate("--control", "x"), harness.USAGE, "--power control")
        self.check_error(self.run_simulate("--power", "magic"), harness.USAGE, "magic")
        result = self.run_simulate("--power", "control", "--control", self.folder)
        self.check_error(result, harness.NOT_OPENED, self.folder)


class Pace(Simulate):
    def test_a_real_line_is_never_faster_than_its_baud_rate(self):
        path, _ = self.image(20000)
        simulator = self.simulator(baud=115200)
        began = time.monotonic()
        result = self.update(simulator.port, path, "--json")
        seconds = time.monotonic() - began
        finished = result.finished()
        wire = finished["sent_bytes"] / 11520
        self.assertGreater(finished["sent_bytes"], 20000)
        self.assertGreater(seconds, wire)

    def test_another_rate_is_garbage_and_said(self):
        path, data = self.image()
        simulator = self.simulator(baud=115200)
        result = harness.run("update", path, "--port", simulator.port, "--power", "none",
                             "--baud", 9600, "--timeout", 1)
        self.assertEqual(result.status, harness.NO_MODULE, result.stderr)
        self.assertEqual(simulator.log.read_text().count("set to 9600 baud"), 1)
        self.update(simulator.port, path)
        self.assertTrue(simulator.holds(data))

    def test_who_sets_no_rate_is_understood(self):
        path, _ = self.image()
        simulator = self.simulator(baud=9600)
        self.update(simulator.port, path, "--baud", 9600)
        simulator.stop()
        simulator = self.simulator("--power", "on", baud=9600)
        self.assertIn(REVISION, ask(simulator.port, b"at+cgmr\r"))
        self.assertNotIn("garbage", simulator.log.read_text())


class Flash(Simulate):
    def test_it_is_kept_from_run_to_run(self):
        path, data = self.image()
        simulator = self.simulator()
        self.update(simulator.port, path)
        simulator.stop()
        simulator = self.simulator("--power", "on")
        self.assertTrue(simulator.holds(data))
        self.assertIn(REVISION, ask(simulator.port, b"AT+GMR\r"))

    def test_half_an_update_is_kept_too_and_does_not_run(self):
        path, _ = self.image()
        simulator = self.simulator()
        self.update(simulator.port, path)
        simulator.stop()
        simulator = self.simulator("--fault", "dead@2")
        result = harness.run("update", path, "--port", simulator.port, "--power", "none",
                             "--attempts", 1)
        self.assertEqual(result.status, harness.INVALID, result.stderr)
        simulator.process.send_signal(signal.SIGKILL)
        simulator.process.wait()
        simulator = self.simulator("--power", "on")
        self.assertTrue(silent(simulator.port, b"AT\r"))
        self.update(simulator.port, path)
        self.assertIn(REVISION, ask(simulator.port, b"AT+GMR\r"))

    def test_files_that_are_no_flash_are_left_alone(self):
        flash = self.folder / "flash"
        flash.write_bytes(bytes(8192))
        self.check_error(self.run_simulate("--flash", flash), harness.NOT_OPENED, "overwritten")
        self.assertEqual(flash.read_bytes(), bytes(8192))
        flash.write_bytes(b"short")
        self.check_error(self.run_simulate("--flash", flash), harness.NOT_OPENED, "--flash-size")
        self.check_error(self.run_simulate("--flash", self.folder), harness.NOT_OPENED, self.folder)
        self.check_error(self.run_simulate("--flash", "/nowhere/flash"), harness.NOT_OPENED,
                         "/nowhere/flash", "No such file")

    def test_its_size_is_its_own(self):
        simulator = self.simulator("--flash-size", 20000)
        simulator.stop()
        self.assertEqual(simulator.flash.stat().st_size, 20480 + 4096)
        self.simulator().stop()
        result = self.run_simulate("--flash", simulator.flash, "--flash-size", 50000)
        self.check_error(result, harness.NOT_OPENED, simulator.flash, "--flash-size")

    def test_an_image_that_does_not_fit_is_refused(self):
        path, _ = self.image(20000)
        simulator = self.simulator("--flash-size", 10000)
        result = harness.run("update", path, "--port", simulator.port, "--power", "none",
                             "--attempts", 1)
        self.assertIn(result.status, (harness.INVALID, harness.REFUSED), result.stderr)
        self.assertIn("invalid", result.stderr)


class End(Simulate):
    def test_after_so_many_sessions_it_leaves(self):
        path, _ = self.image()
        simulator = self.simulator("--sessions", 2)
        self.update(simulator.port, path)
        self.update(simulator.port, path)
        self.assertEqual(simulator.process.wait(harness.PATIENCE_S), 0)
        self.assertIn("2 completed updates", simulator.log.read_text())

    def test_json_is_one_object_a_line(self):
        path, data = self.image()
        simulator = self.simulator("--json", "--sessions", 1, "--fault", "status@1=1")
        self.update(simulator.port, path)
        simulator.process.wait(harness.PATIENCE_S)
        objects = [json.loads(line) for line in simulator.log.read_text().splitlines()]
        self.assertEqual([each["type"] for each in objects],
                         ["port", "power", "invalid", "fault", "valid", "application", "finished"])
        self.assertEqual(objects[0]["link"], str(simulator.port))
        self.assertEqual(objects[4]["bytes"], len(data))
        self.assertEqual(objects[5]["revision"], REVISION.decode())

    def test_verbose_tells_each_answer_and_quiet_nothing(self):
        path, _ = self.image()
        simulator = self.simulator("--verbose", name="loud")
        self.update(simulator.port, path)
        self.assertIn("DL_DATA_RSP status 0, next 5", simulator.log.read_text())
        simulator = self.simulator("--quiet", name="calm")
        self.update(simulator.port, path)
        simulator.stop()
        self.assertEqual(simulator.log.read_text(), "")

    def test_nonsense_is_one_line_and_status_2(self):
        for arguments in (["--fault", "nonsense"], ["--fault", "late@3"], ["--mtu", "7"],
                          ["--baud", "fast"], ["--sessions", "0"], ["--what"], ["more"],
                          ["--flash-size", "0"], ["-q", "-v"], ["--link"]):
            with self.subTest(arguments=arguments):
                self.check_error(self.run_simulate(*arguments), harness.USAGE, "simulate --help")

    def test_help(self):
        result = self.run_simulate("--help")
        self.assertEqual((result.status, result.stderr), (harness.DONE, ""))
        for option in ("--link", "--flash", "--mtu", "--baud", "--power", "--control", "--fault",
                       "--sessions", "--json"):
            self.assertIn(option, result.stdout)
        self.assertLessEqual(max(map(len, result.stdout.splitlines())), 100)


if __name__ == "__main__":
    unittest.main()
