# SPDX-License-Identifier: MIT
"""What is looked at before an update: the image's SHA-256, and the revision that the module runs."""
import hashlib
import os
import unittest

import harness


class Sha256(harness.Case):
    def setUp(self):
        super().setUp()
        self.path, self.data = self.image(5000)
        self.digest = hashlib.sha256(self.data).hexdigest()
        self.beside = self.folder / "firmware.bin.sha256"

    def updated(self, *options):
        module = self.simulator("--power", "first-sync")
        result = harness.run("update", self.path, "--port", module.port, "--power", "none", *options)
        self.assertEqual(result.status, harness.DONE, result.stderr)
        self.assertTrue(module.holds(self.data))
        module.stop()

    def refused(self, *options):
        line = self.line()
        result = harness.run("update", self.path, "--port", line.port, *options)
        self.check_error(result, harness.REFUSED, self.path)
        os.set_blocking(line.master, False)
        with self.assertRaises(BlockingIOError):
            line.read()
        line.vanish()
        line.port.unlink()
        return result.stderr

    def test_option(self):
        self.updated("--sha256", self.digest)
        self.updated("--sha256", self.digest.upper())
        self.assertIn("not what --sha256 says", self.refused("--sha256", "0" * 64))

    def test_option_that_is_no_sha256(self):
        for text in ("", "12", self.digest[:-1], self.digest + "0", "x" + self.digest[1:]):
            result = harness.run("update", self.path, "--port", "none", "--sha256", text)
            self.check_error(result, harness.USAGE, "64 hexadecimal digits")

    def test_file_beside_the_image_in_each_form(self):
        other = "0" * 64
        for text in (f"{self.digest}  firmware.bin\n", f"{self.digest} *build/firmware.bin\r\n",
                     f"{self.digest}", f"SHA256 (firmware.bin) = {self.digest}\n",
                     f"# sums\n{other}  other.bin\n{self.digest}  firmware.bin\n"):
            with self.subTest(text):
                self.beside.write_text(text)
                self.updated()

    def test_file_beside_the_image_that_differs(self):
        other = "0" * 64
        for text in (f"{other}  firmware.bin\n", other, f"SHA256 (firmware.bin) = {other}\n"):
            with self.subTest(text):
                self.beside.write_text(text)
                self.assertIn("beside it", self.refused())

    def test_one_bit_of_the_image(self):
        self.beside.write_text(self.digest)
        self.path.write_bytes(bytes([self.data[0] ^ 1]) + self.data[1:])
        self.refused()

    def test_file_beside_the_image_that_is_of_no_use(self):
        for text in ("", "hello\n", f"{self.digest}  other.bin\n", "SHA256 (firmware.bin = x\n"):
            with self.subTest(text):
                self.beside.write_text(text)
                self.assertIn("holds no SHA-256 of this image", self.refused())
        self.beside.unlink()
        self.beside.mkdir()
        self.refused()

    def test_option_overrules_the_file(self):
        self.beside.write_text("0" * 64)
        self.updated("--sha256", self.digest)


class Revision(harness.Case):
    def setUp(self):
        super().setUp()
        self.path, data = self.image(5000)
        self.data = b"Revision: NEW_R2\0" + data
        self.path.write_bytes(self.data)
        self.module = self.simulator("--power", "first-sync")

    def update(self, *options):
        return harness.run("update", self.path, "--port", self.module.port, "--power", "none",
                           "--json", *options)

    def test_module_that_runs_it_is_left_alone(self):
        self.assertEqual(self.update().status, harness.DONE)
        for revision in ("NEW_R2", "Revision: NEW_R2"):
            result = self.update("--skip-if-revision", revision)
            finished = result.finished()
            self.assertEqual((result.status, result.stderr), (harness.DONE, ""))
            self.assertEqual((finished["firmware"], finished["bytes"], finished["error"]),
                             ("untouched", 0, None))
            self.assertIn("not updated", finished["message"])

    def test_another_revision_is_updated(self):
        self.assertEqual(self.update().status, harness.DONE)
        for revision in ("NEW_R", "NEW_R22", "new_r2"):
            result = self.update("--skip-if-revision", revision)
            self.assertEqual((result.status, result.finished()["firmware"]), (harness.DONE, "valid"))

    def test_module_that_tells_nothing_is_updated(self):
        """It has no firmware yet."""
        result = self.update("--skip-if-revision", "NEW_R2", "--expect-revision", "NEW_R2")
        self.assertEqual((result.status, result.finished()["firmware"]), (harness.DONE, "valid"))
        self.assertTrue(self.module.holds(self.data))

    def test_question_stands_in_the_trace(self):
        trace = self.folder / "trace.pcapng"
        self.assertEqual(self.update().status, harness.DONE)
        self.update("--skip-if-revision", "NEW_R2", "--trace", trace)
        decoded = harness.run("decode", trace)
        self.assertEqual(decoded.status, harness.REFUSED)
        self.assertIn('host    text of 7 bytes: "AT+GMR\\r"', decoded.stdout)
        self.assertIn("Revision: NEW_R2", decoded.stdout)


if __name__ == "__main__":
    unittest.main()
