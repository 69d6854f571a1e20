# SPDX-License-Identifier: MIT
"""--power with lines: what is done to them, in which order and when, and what is said where there
are none. Without such lines in the machine a shim records the calls (power_shim.c)."""
import errno
import os
import select
import signal
import threading
import time
import unittest

import harness

SHIM = os.environ["GSMFLASH_POWER_SHIM"]

# A timer is never early. How late it is on a busy machine nobody knows: less than this.
LATE_MS = 3000


class PowerCase(harness.Case):
    def setUp(self):
        super().setUp()
        self.log = self.folder / "lines"

    def shimmed(self, fail=None):
        """Options for a run with the shim; `fail`, as in "request=16"."""
        environment = {**os.environ, "LD_PRELOAD": SHIM, "GSMFLASH_SHIM_LOG": str(self.log)}
        if fail:
            environment["GSMFLASH_SHIM_FAIL"] = fail
        return {"env": environment}

    def calls(self):
        """Each call with its time in ms; the port's name is left out."""
        if not self.log.exists():
            return []
        lines = [line.split(" ", 1) for line in self.log.read_text().splitlines()]
        return [(int(at) / 1000, what.split(" /dev/pts")[0]) for at, what in lines]

    def names(self):
        return [what for _, what in self.calls()]

    def check_calls(self, *expected):
        """These calls in this order. A number between two: so many ms pass, and not many more."""
        calls = self.calls()
        self.assertEqual([what for _, what in calls],
                         [each for each in expected if isinstance(each, str)])
        index = 0
        for each in expected:
            if isinstance(each, str):
                index += 1
                continue
            passed_ms = calls[index][0] - calls[index - 1][0]
            self.assertGreaterEqual(passed_ms, each - 1, f"before {calls[index]}")
            self.assertLess(passed_ms, each + LATE_MS, f"before {calls[index]}")

    def update(self, power, port, *options, size=5000, **more):
        path, data = self.image(size)
        return harness.run("update", path, "--port", port, "--power", power, *options, **more), data

    def update_simulated(self, power, *options, faults=()):
        module = self.simulator("--power", "first-sync", *faults)
        result, data = self.update(power, module.port, *options, **self.shimmed())
        self.assertEqual((result.status, result.stderr), (harness.DONE, ""))
        self.assertTrue(module.holds(data))
        return result

    def check_nothing_sent(self, line):
        readable, _, _ = select.select([line.master], [], [], 0)
        self.assertEqual(readable, [])


class ModemLine(PowerCase):
    def test_level(self):
        for power, calls in (("dtr", ("dtr 0", 500, "dtr 1")),
                             ("rts", ("rts 0", 500, "rts 1")),
                             ("dtr,active-low", ("dtr 1", 500, "dtr 0")),
                             ("rts,settle=300ms", ("rts 0", 800, "rts 1"))):
            with self.subTest(power):
                self.update_simulated(power)
                self.check_calls(*calls)
                self.log.unlink()

    def test_key(self):
        """Released first: opening a port moves its lines."""
        self.update_simulated("dtr,on=900ms,off=300ms")
        self.check_calls("dtr 0", "dtr 1", 300, "dtr 0", 500, "dtr 1", 900, "dtr 0")

    def test_key_that_is_active_low(self):
        self.update_simulated("rts,active-low,on=400ms,off=300ms,settle=600ms")
        self.check_calls("rts 1", "rts 0", 300, "rts 1", 1100, "rts 0", 400, "rts 1")

    def test_reset_input(self):
        self.update_simulated("dtr,on=200ms")
        self.check_calls("dtr 0", 500, "dtr 1", 200, "dtr 0")

    def test_a_restart_switches_again(self):
        self.update_simulated("rts", faults=("--fault", "status@2=2"))
        self.check_calls("rts 0", 500, "rts 1", "rts 0", 500, "rts 1")

    def test_a_line_that_fails(self):
        line = self.line()
        result, _ = self.update("dtr", line.port, **self.shimmed(f"modem={errno.EIO}"))
        self.check_error(result, harness.NOT_OPENED, "DTR", os.strerror(errno.EIO), "untouched")
        self.check_nothing_sent(line)


class NoModemLine(PowerCase):
    """A pty has no such lines, and neither has a socket."""

    def test_it_is_said_once_and_the_update_goes_on(self):
        for power in ("dtr", "rts,active-low,on=20ms,off=20ms"):
            with self.subTest(power):
                module = self.simulator("--power", "first-sync", "--fault", "status@2=2")
                result, data = self.update(power, module.port)
                self.assertTrue(module.holds(data))
                self.check_error(result, harness.DONE, "warning", f"no {power[:3].upper()} line",
                                 "by hand")
                module.stop()

    def test_programs_are_told(self):
        module = self.simulator("--power", "first-sync")
        result, _ = self.update("dtr", module.port, "--json")
        self.assertEqual(result.status, harness.DONE, result.stderr)
        warnings = result.of_type("warning")
        self.assertEqual(len(warnings), 1, warnings)
        self.assertIn("no DTR line", str(warnings[0]))


class WhilePressed(PowerCase):
    """The far end of the line is the test: it sees when sync words come."""

    def press(self, line, power, *options):
        path, _ = self.image(100)
        return self.start("update", path, "--port", line.port, "--power", power, *options,
                          **self.shimmed())

    def test_sync_words_go_on(self):
        line = self.line()
        running = self.press(line, "rts,on=900ms,off=300ms", "--timeout", "2", "--attempts", "1")
        heard_ms = []
        while running.process.poll() is None:
            if select.select([line.master], [], [], 0.05)[0]:
                heard_ms += [time.monotonic() * 1000] * len(line.read())
        self.assertEqual(running.end().status, harness.NO_MODULE)
        self.check_calls("rts 0", "rts 1", 300, "rts 0", 500, "rts 1", 900, "rts 0")
        _, _, off, pressed, released = [at for at, _ in self.calls()]
        self.assertGreaterEqual(min(heard_ms), off)
        # One each 20 ms.
        while_pressed = len([at for at in heard_ms if pressed < at < released])
        self.assertGreater(while_pressed, 10)
        self.assertLessEqual(while_pressed, 900 / 20 + LATE_MS / 20)

    def test_no_key_stays_pressed(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                line = self.line(f"line{number}")
                running = self.press(line, "dtr,on=50s,off=20ms")
                harness.wait_until(lambda: len(self.calls()) == 4, "the key is pressed")
                running.process.send_signal(number)
                self.assertEqual(running.end().status, harness.INTERRUPTED)
                self.assertEqual(self.names(), ["dtr 0", "dtr 1", "dtr 0", "dtr 1", "dtr 0"])
                self.log.unlink()

    def test_the_last_press_is_waited_for(self):
        """Where RUN gets no answer the host ends with off and on."""
        module = self.simulator("--power", "first-sync", "--fault", "lost@run*")
        result, _ = self.update("dtr,on=700ms,off=100ms", module.port, **self.shimmed())
        self.assertEqual(result.status, harness.NOT_STARTED, result.stderr)
        press = ("dtr 1", 100, "dtr 0", 500, "dtr 1", 700, "dtr 0")
        self.check_calls("dtr 0", *press, *press)


class Gpio(PowerCase):
    def test_level(self):
        """Left as it is until it is switched, and let go at the end."""
        self.update_simulated("gpio:gpiochip0:17")
        self.check_calls("open name gpiochip0", "request 17 gsmflash as-is", "output 17 0", 500,
                         "output 17 1", "close")

    def test_key(self):
        self.update_simulated("gpio:gpiochip0:17,active-low,on=1100ms,off=700ms")
        self.check_calls("open name gpiochip0", "request 17 gsmflash as-is active-low",
                         "output 17 0", "output 17 1", 700, "output 17 0", 500, "output 17 1", 1100,
                         "output 17 0", "close")

    def test_chip_by_number_path_or_label(self):
        for chip, call in (("3", "open name gpiochip3"), ("/dev/gpiochip4", "open path /dev/gpiochip4"),
                           ("pinctrl-bcm2835", "open label pinctrl-bcm2835")):
            with self.subTest(chip):
                self.update_simulated(f"gpio:{chip}:0")
                self.assertEqual(self.names()[0], call)
                self.log.unlink()

    def refused(self, power, *words, fail=None, shim=True):
        line = self.line()
        result, _ = self.update(power, line.port, **(self.shimmed(fail) if shim else {}))
        self.check_error(result, harness.NOT_OPENED, *words, "the module is untouched")
        self.check_nothing_sent(line)

    def test_no_such_chip(self):
        """By the real library."""
        self.refused("gpio:gpiochip9999:1", "no GPIO chip 'gpiochip9999'", "gpiodetect", shim=False)

    def test_no_chip_at_all(self):
        self.refused("gpio:/dev/null:1", "'/dev/null' is no GPIO chip", shim=False)

    def test_no_such_line(self):
        self.refused("gpio:gpiochip0:32", "no line 32", "from 0 to 31")

    def test_line_in_use(self):
        self.refused("gpio:gpiochip0:17", "in use by status-led", "gpioinfo",
                     fail=f"request={errno.EBUSY}")

    def test_no_permission(self):
        self.refused("gpio:gpiochip0:17", "no permission", "sudo", fail=f"open={errno.EACCES}")

    def test_line_that_fails(self):
        self.refused("gpio:gpiochip0:17", "line 17", "can't be switched",
                     fail=f"output={errno.EIO}")
        self.assertEqual(self.names()[-1], "close")


class Key(PowerCase):
    """A module with a power key, which turns it on and off."""

    def hold_key(self, control, stop, turns):
        on = True
        seen = pressed_ms = 0
        while not stop.wait(0.01):
            calls = self.calls()
            for at, what in calls[seen:]:
                if what == "output 17 1":
                    pressed_ms = at
                elif what == "output 17 0" and pressed_ms and at - pressed_ms >= 300:
                    on = not on
                    turns.append("on" if on else "off")
                    control.write_text(turns[-1] + "\n")
            seen = len(calls)

    def test_module_is_restarted_by_its_key(self):
        control = self.folder / "control"
        os.mkfifo(control)
        module = self.simulator("--power", "control", "--control", control)
        control.write_text("on\n")
        stop, turns = threading.Event(), []
        hand = threading.Thread(target=self.hold_key, args=(control, stop, turns))
        hand.start()
        try:
            result, data = self.update("gpio:0:17,on=400ms,off=300ms", module.port,
                                       **self.shimmed())
        finally:
            stop.set()
            hand.join()
        self.assertEqual((result.status, result.stderr), (harness.DONE, ""))
        self.assertTrue(module.holds(data))
        self.assertEqual(turns, ["off", "on"])


class Bridge(PowerCase):
    def test_the_modules_port_is_switched(self):
        up, down = self.line("up"), self.line("down")
        running = self.start("bridge", up.port, down.port, "--power", "rts,on=200ms,off=100ms",
                             **self.shimmed())
        running.read_until("ready")
        up.write(b"\xb5")
        harness.wait_until(lambda: len(self.calls()) == 5, "both presses")
        running.process.send_signal(signal.SIGINT)
        self.assertEqual(running.end().status, harness.INTERRUPTED)
        self.check_calls("rts 0", "rts 1", 100, "rts 0", "rts 1", 200, "rts 0")
        ports = {line.split()[-1] for line in self.log.read_text().splitlines()}
        self.assertEqual(ports, {down.node})

    def test_no_such_chip(self):
        up, down = self.line("up"), self.line("down")
        result = harness.run("bridge", up.port, down.port, "--power", "gpio:gpiochip9999:1")
        self.check_error(result, harness.NOT_OPENED, "no GPIO chip 'gpiochip9999'")

    def test_no_such_line(self):
        up, down = self.line("up"), self.line("down")
        running = self.start("bridge", up.port, down.port, "--power", "dtr,on=20ms")
        running.read_until("ready")
        running.process.send_signal(signal.SIGINT)
        result = running.end()
        self.assertEqual(len([each for each in result.stderr.splitlines() if "no DTR line" in each]),
                         1, result.stderr)


class Nonsense(PowerCase):
    def test_it_is_said_before_a_port_is_opened(self):
        path, _ = self.image(100)
        for power, word in (("dtr,active_low", "active_low"), ("rts,on=1100", "on=1100"),
                            ("dtr,off=700ms", "off= without on="), ("gpio:gpiochip0", "CHIP:LINE"),
                            ("none,active-low", "active-low"), ("exec:", "command is missing"),
                            ("relay", "none of manual")):
            with self.subTest(power):
                result = harness.run("update", path, "--port", "/nonsense", "--power", power,
                                     **self.shimmed())
                self.check_error(result, harness.USAGE, word)
                self.assertNotIn("/nonsense", result.stderr)
                result = harness.run("bridge", "/nonsense", "/nonsense", "--power", power)
                self.check_error(result, harness.USAGE, word)
        self.assertEqual(self.calls(), [])


if __name__ == "__main__":
    unittest.main()
