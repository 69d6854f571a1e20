# SPDX-License-Identifier: MIT
"""ModemManager is asked to leave the port alone for the length of the update: a fake of it, on a
private bus."""
import os
import signal
import subprocess
import unittest

import harness
from machine import Machine

FAKE = os.environ["GSMFLASH_FAKE_MODEM_MANAGER"]


class ModemManager(harness.Case):
    def setUp(self):
        super().setUp()
        self.machine = Machine(self.folder / "machine")
        for name in ("GSMFLASH_SYSFS", "GSMFLASH_DEV", "DBUS_SYSTEM_BUS_ADDRESS"):
            self.addCleanup(os.environ.pop, name, None)
        bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--nopidfile",
                                "--print-address"], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, text=True)
        self.cleaned(bus)
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = bus.stdout.readline().strip()

    def cleaned(self, process):
        self.stack.callback(process.stdout.close)
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)

    def fake(self, mode, *node):
        self.manager = subprocess.Popen([FAKE, mode, *map(str, node)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, text=True)
        self.cleaned(self.manager)
        self.expect("ready")

    def expect(self, *lines):
        self.assertEqual([self.manager.stdout.readline().strip() for _ in lines], list(lines))

    def adapter(self, node):
        """Returns how ModemManager calls the device behind this node."""
        return os.path.realpath(self.machine.usb("ttyUSB0", node))

    def update(self, *options):
        path, _ = self.image(3000)
        return harness.run("update", path, "--port", "ttyUSB0", "--power", "none", "--timeout", "20",
                           *options)

    def module(self):
        module = self.simulator("--power", "first-sync")
        return module, self.adapter(os.path.realpath(module.port))

    def test_let_go_after_the_update(self):
        _, device = self.module()
        self.fake("allow")
        result = self.update()
        self.assertEqual((result.status, result.stderr), (harness.DONE, ""))
        self.expect(f"inhibit {device}", f"release {device}", "gone")

    def test_port_that_it_has_open_is_waited_for(self):
        module, device = self.module()
        self.fake("allow", os.path.realpath(module.port))
        result = self.update()
        self.assertEqual((result.status, result.stderr), (harness.DONE, ""))
        self.expect(f"inhibit {device}", f"release {device}")

    def test_let_go_when_interrupted_or_killed(self):
        for number, lines in ((signal.SIGINT, ["release"]), (signal.SIGTERM, ["release"]),
                              (signal.SIGKILL, [])):
            with self.subTest(number):
                line = self.line(f"line{number}")
                device = os.path.realpath(self.machine.usb(f"ttyUSB{number}", line.node,
                                                           bus=f"1-{number}"))
                self.fake("allow")
                path, _ = self.image(3000)
                running = self.start("update", path, "--port", f"ttyUSB{number}", "--power", "none")
                line.read()
                self.expect(f"inhibit {device}")
                running.process.send_signal(number)
                running.end()
                self.expect(*[f"{each} {device}" for each in lines], "gone")
                self.manager.kill()
                self.manager.wait()

    def test_let_go_when_the_port_can_not_be_opened(self):
        line = self.line()
        device = self.adapter(line.node)
        self.fake("allow")
        with open(line.node, "rb", buffering=0) as terminal:
            holder = subprocess.Popen(["cat"], stdin=terminal)
        self.stack.callback(holder.wait)
        self.stack.callback(holder.kill)
        self.check_error(self.update(), harness.NOT_OPENED, "in use by cat")
        self.expect(f"inhibit {device}", f"release {device}", "gone")

    def test_where_it_refuses_a_line_says_what_to_do(self):
        _, device = self.module()
        self.fake("refuse")
        result = self.update()
        self.check_error(result, harness.DONE, "warning", "not authorized",
                         "sudo systemctl stop ModemManager")
        self.expect(f"inhibit {device}")

    def test_where_it_refuses_and_has_the_port(self):
        module, _ = self.module()
        self.fake("refuse", os.path.realpath(module.port))
        result = self.update()
        self.assertEqual(result.status, harness.NOT_OPENED)
        self.assertIn(f"in use by ModemManager (pid {self.manager.pid})", result.stderr)
        self.assertIn("systemctl stop ModemManager", result.stderr.splitlines()[-1])

    def test_device_that_it_does_not_know(self):
        _, device = self.module()
        self.fake("unknown")
        result = self.update()
        self.assertEqual((result.status, result.stderr), (harness.DONE, ""))
        self.expect(f"inhibit {device}")

    def test_pty_is_none_of_its_business(self):
        module = self.simulator("--power", "first-sync")
        self.fake("allow")
        path, _ = self.image(3000)
        result = harness.run("update", path, "--port", module.port, "--power", "none")
        self.assertEqual(result.status, harness.DONE)
        self.adapter(os.path.realpath(module.port))
        self.update()
        # The second update is the first that it hears of.
        self.assertTrue(self.manager.stdout.readline().startswith("inhibit"))

    def test_machine_without_it_or_without_a_bus(self):
        self.module()
        self.assertEqual(self.update().status, harness.DONE)
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/none"
        self.assertEqual(self.update().status, harness.DONE)

    def test_info_asks_too(self):
        _, device = self.module()
        self.assertEqual(self.update().status, harness.DONE)
        self.fake("allow")
        self.assertEqual(harness.run("info", "--port", "ttyUSB0").status, harness.DONE)
        self.expect(f"inhibit {device}", f"release {device}", "gone")


if __name__ == "__main__":
    unittest.main()
