# SPDX-License-Identifier: MIT
"""`gsmflash ports`, and the names that --port takes."""
import os
import subprocess
import unittest

import harness
from machine import Machine


class Ports(harness.Case):
    def setUp(self):
        super().setUp()
        self.machine = Machine(self.folder / "machine")
        self.addCleanup(os.environ.pop, "GSMFLASH_SYSFS")
        self.addCleanup(os.environ.pop, "GSMFLASH_DEV")

    def ports(self):
        result = harness.run("ports", "--json")
        self.assertEqual((result.status, result.stderr), (harness.DONE, ""))
        return result.objects()

    def update(self, port, *options, **more):
        path, _ = self.image(3000)
        return harness.run("update", path, "--port", port, "--power", "none", "--timeout", "20",
                           *options, **more)


class List(Ports):
    def test_usb_adapter(self):
        self.machine.usb("ttyUSB0", serial="A50285BI", latency=16, by_id="usb-FTDI_A1-if00-port0",
                         text="FT232R USB UART", maker="FTDI")
        [port] = self.ports()
        self.assertEqual(port["path"], str(self.machine.dev / "ttyUSB0"))
        self.assertEqual((port["driver"], port["usb"], port["serial"], port["by_id"]),
                         ("ftdi_sio", "0403:6001", "A50285BI", "usb-FTDI_A1-if00-port0"))
        self.assertEqual(port["description"], "FTDI FT232R USB UART")
        self.assertEqual((port["latency_ms"], port["holders"], port["may_open"]), (16, [], True))

    def test_maker_is_named_once(self):
        self.machine.usb("ttyUSB0", text="Prolific USB-Serial", maker="Prolific")
        self.assertEqual(self.ports()[0]["description"], "Prolific USB-Serial")

    def test_port_of_the_board_and_one_that_was_never_soldered_in(self):
        self.machine.board("ttyS0")
        self.machine.board("ttyS1", kind="0")
        [port] = self.ports()
        self.assertEqual((port["driver"], port["usb"]), ("dw-apb-uart", ""))

    def test_order_is_by_number(self):
        for number in (10, 9, 2):
            self.machine.usb(f"ttyUSB{number}", bus=f"1-{number}")
        self.assertEqual([os.path.basename(each["path"]) for each in self.ports()],
                         ["ttyUSB2", "ttyUSB9", "ttyUSB10"])

    def test_who_holds_it(self):
        line = self.line()
        self.machine.usb("ttyUSB0", line.node)
        with open(line.node, "rb", buffering=0) as terminal:
            holder = subprocess.Popen(["cat"], stdin=terminal)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.kill)
        # Also this test has it open, but it has the far end as well.
        expected = [{"pid": holder.pid, "program": "cat"}]
        harness.wait_until(lambda: self.ports()[0]["holders"] == expected, "the holder")
        self.assertIn(f"in use by cat (pid {holder.pid})", harness.run("ports").stdout)

    def test_for_people(self):
        self.machine.usb("ttyUSB0", serial="X9", text="Modem", maker="Maker", latency=16,
                         by_id="usb-Maker_Modem_X9")
        lines = harness.run("ports").stdout.splitlines()
        self.assertTrue(lines[0].endswith("dev/ttyUSB0  Maker Modem (ftdi_sio)"), lines)
        self.assertEqual(lines[1:], ["    usb:0403:6001:X9", "    usb-Maker_Modem_X9",
                                     "    keeps bytes back for 16 ms"])

    def test_what_devices_say_does_no_harm(self):
        usb = self.machine.usb("ttyUSB0")
        (usb / "product").write_bytes(b"\x1b[2J\xff\n")
        self.assertEqual(self.ports()[0]["description"], "?")
        self.assertNotIn("\x1b", harness.run("ports").stdout)

    def test_no_port_at_all(self):
        result = harness.run("ports")
        self.check_error(result, harness.DONE, "there is no serial port", "plugged in")
        self.assertEqual(result.stdout, "")

    def test_no_sysfs(self):
        os.environ["GSMFLASH_SYSFS"] = str(self.folder / "none")
        self.check_error(harness.run("ports"), harness.NOT_OPENED, "is sysfs mounted?")

    def test_this_machine(self):
        del os.environ["GSMFLASH_SYSFS"], os.environ["GSMFLASH_DEV"]
        result = harness.run("ports", "--json")
        os.environ["GSMFLASH_SYSFS"] = os.environ["GSMFLASH_DEV"] = ""
        self.assertEqual(result.status, harness.DONE)
        for port in result.objects():
            self.assertTrue(os.path.exists(f"/sys/class/tty/{os.path.basename(port['path'])}"))


class Names(Ports):
    def module(self, *arguments, **more):
        """A simulated module behind an adapter."""
        simulator = self.simulator("--power", "first-sync", name=f"modem{len(os.listdir(self.folder))}")
        self.machine.usb(*arguments, node=os.path.realpath(simulator.port), **more)
        return simulator

    def updated(self, port):
        result = self.update(port)
        self.assertEqual(result.status, harness.DONE, result.stderr)

    def test_usb(self):
        self.module("ttyUSB3")
        self.updated("usb:0403:6001")
        self.updated("usb:403:6001:A1")

    def test_by_id_and_name_in_dev(self):
        self.module("ttyUSB3", by_id="usb-Maker_Modem_X9")
        self.updated("usb-Maker_Modem_X9")
        self.updated("ttyUSB3")

    def test_serial_number_tells_two_of_a_kind_apart(self):
        self.module("ttyUSB0", bus="1-1", serial="ONE")
        self.module("ttyUSB1", bus="1-2", serial="TWO")
        self.check_error(self.update("usb:0403:6001"), harness.NOT_OPENED, "'ONE'", "'TWO'",
                         "ttyUSB0", "ttyUSB1", "add the serial number")
        self.updated("usb:0403:6001:TWO")

    def test_no_such_usb_port(self):
        self.check_error(self.update("usb:1234:5678"), harness.NOT_OPENED, "plugged in")
        self.machine.usb("ttyUSB0")
        self.check_error(self.update("usb:1234:5678"), harness.NOT_OPENED, "0403:6001")

    def test_malformed(self):
        for name in ("", "usb:", "usb:0403", "usb:0403:", "usb:04033:6001", "usb:x:y",
                     "usb:0403:6001:", "tcp:", "tcp:host", "tcp::1", "tcp:host:", "tcp:1::2:3"):
            with self.subTest(name):
                self.check_error(self.update(name), harness.USAGE, "--port")

    def test_adapter_that_keeps_bytes_back(self):
        self.module("ttyUSB0", latency=16)
        result = self.update("ttyUSB0")
        self.assertEqual(result.status, harness.DONE)
        self.assertIn("keeps bytes back for 16 ms", result.stderr)
        self.assertIn("latency_timer", result.stderr)

    def test_adapter_that_does_not(self):
        self.module("ttyUSB0", latency=1)
        self.assertEqual(self.update("ttyUSB0").stderr, "")


class Opening(Ports):
    def test_udev_sets_the_mode_a_moment_late(self):
        """The node is there at once, and udev lets its group have it a little later."""
        module = self.simulator("--power", "first-sync")
        node = os.path.realpath(module.port)
        path, image = self.image(3000)
        path.chmod(0o644)
        os.chmod(node, 0)
        running = self.start("update", path, "--port", node, "--power", "none", "--timeout", "20",
                             **self.as_nobody())
        # Long enough to be refused, and not so long that it gives up.
        with self.assertRaises(subprocess.TimeoutExpired):
            running.process.wait(0.4)
        os.chmod(node, 0o666)
        result = running.end()
        self.assertEqual(result.status, harness.DONE, result.stderr)
        self.assertTrue(module.holds(image))


if __name__ == "__main__":
    unittest.main()
