# SPDX-License-Identifier: MIT
"""What can't work is refused with one clear line and the right status, and nothing is sent."""
import os
import socket
import subprocess
import unittest

import harness


class BadImage(harness.Case):
    def refused(self, path, *words):
        line = self.line()
        result = harness.run("update", path, "--port", line.port)
        self.check_error(result, harness.NOT_OPENED, path, *words)
        os.set_blocking(line.master, False)
        with self.assertRaises(BlockingIOError):
            line.read()

    def test_no_such_image(self):
        self.refused(self.folder / "none.bin", "No such file")

    def test_empty_image(self):
        path, _ = self.image(0)
        self.refused(path, "is empty")

    def test_directory(self):
        self.refused(self.folder, "is a directory")

    def test_fifo(self):
        path = self.folder / "fifo"
        os.mkfifo(path)
        self.refused(path, "no regular file")

    def test_unreadable(self):
        path, _ = self.image(100)
        path.chmod(0)
        result = harness.run("update", path, "--port", "/dev/null", **self.as_nobody())
        self.check_error(result, harness.NOT_OPENED, path, "Permission denied")

    def test_image_command_says_the_same(self):
        path, _ = self.image(0)
        self.check_error(harness.run("image", path), harness.NOT_OPENED, "is empty")


class BadPort(harness.Case):
    def refused(self, port, *words, **options):
        path, _ = self.image(100)
        path.chmod(0o644)
        result = harness.run("update", path, "--port", port, **options)
        self.check_error(result, harness.NOT_OPENED, port, *words)

    def test_no_such_port(self):
        self.refused(self.folder / "none", "no such port", "gsmflash ports")

    def test_directory(self):
        self.refused(self.folder, "a directory")

    def test_file(self):
        path, _ = self.image(1, "port")
        self.refused(path, "a file")

    def test_socket(self):
        path = self.folder / "socket"
        with socket.socket(socket.AF_UNIX) as unix:
            unix.bind(str(path))
            self.refused(path, "no serial port")

    def test_device_that_is_no_tty(self):
        self.refused("/dev/null", "not a tty")

    def test_no_permission_names_the_group(self):
        line = self.line()
        os.chmod(line.node, 0o060 if os.geteuid() == 0 else 0)
        options = self.as_nobody()
        if options:
            os.chown(line.node, 0, 0)
            self.refused(line.port, "no permission", "usermod -aG root", **options)
        else:
            self.refused(line.port, "no permission", "group '")

    def test_port_in_use_by_one_who_locks(self):
        line = self.line()
        path, _ = self.image(100)
        first = self.start("update", path, "--port", line.port)
        line.read()
        self.refused(line.port, "in use by gsmflash", f"pid {first.process.pid}")

    def test_port_in_use_by_one_who_does_not_lock(self):
        line = self.line()
        holder = self.start_holder(line.node)
        self.refused(line.port, "in use by cat", f"pid {holder.pid}")

    def start_holder(self, node):
        with open(node, "rb", buffering=0) as terminal:
            holder = subprocess.Popen(["cat"], stdin=terminal)
        self.stack.callback(holder.wait)
        self.stack.callback(holder.kill)
        return holder


class BadUsage(harness.Case):
    def test_nonsense(self):
        for arguments in (
            [],
            ["nonsense"],
            ["--nonsense"],
            ["update"],
            ["update", "image"],
            ["update", "--port", "port"],
            ["update", "image", "another", "--port", "port"],
            ["update", "image", "--port"],
            ["update", "image", "--port", "port", "--nonsense"],
            ["update", "image", "--port", "port", "--json=yes"],
            ["update", "image", "--port", "port", "--baud", "fast"],
            ["update", "image", "--port", "port", "--baud", "-1"],
            ["update", "image", "--port", "port", "--baud", "99999999999"],
            ["update", "image", "--port", "port", "--block", "3"],
            ["update", "image", "--port", "port", "--block", "0"],
            ["update", "image", "--port", "port", "--timeout", "never"],
            ["update", "image", "--port", "port", "--timeout", "0"],
            ["update", "image", "--port", "port", "--attempts", "0"],
            ["update", "image", "--port", "port", "--power", "magic"],
            ["update", "image", "--port", "port", "--power", "exec:"],
            ["update", "image", "--port", "port", "-q", "-v"],
            ["image"],
            ["image", "a", "b"],
            ["image", "a", "--mtu", "12"],
        ):
            with self.subTest(" ".join(arguments)):
                self.check_error(harness.run(*arguments), harness.USAGE, "gsmflash", "--help")

    def test_help_goes_to_stdout(self):
        for arguments in (["--help"], ["update", "--help"], ["image", "-h"], ["--version"]):
            with self.subTest(" ".join(arguments)):
                result = harness.run(*arguments)
                self.assertEqual((result.status, result.stderr), (harness.DONE, ""))
                self.assertIn("gsmflash", result.stdout)
                self.assertLessEqual(max(map(len, result.stdout.splitlines())), 100)

    def test_output_that_can_not_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            process = subprocess.run([harness.GSMFLASH, "--help"], stdout=full,
                                             stderr=subprocess.PIPE, check=False)
        self.assertEqual(process.returncode, harness.NOT_OPENED)
        self.assertIn(b"could not be written", process.stderr)


if __name__ == "__main__":
    unittest.main()
