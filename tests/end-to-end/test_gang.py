# SPDX-License-Identifier: MIT
"""Many modules at a time: each on its own, and one account of them all."""
import os
import re
import resource
import signal
import subprocess
import unittest

import harness

BAUD = 115200
MODULES = os.environ.get("GSMFLASH_MANY_MODULES", "many_modules")


class Modules:
    """Simulated modules in one process."""

    def __init__(self, folder, count, *faults, baud=BAUD, flash_bytes=128 * 1024):
        self.folder = folder
        self.ports = [folder / f"{number:02}" for number in range(count)]
        self.process = subprocess.Popen([MODULES, folder, str(count), str(baud), str(flash_bytes),
                                         *faults], stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise AssertionError("the modules did not begin")

    def options(self):
        return [word for port in self.ports for word in ("--port", port)]

    def stop(self):
        """Returns what each flash holds."""
        self.process.terminate()
        self.process.communicate(timeout=harness.PATIENCE_S)
        return [(self.folder / f"{port.name}.flash").read_bytes() for port in self.ports]

    def kill(self):
        self.process.kill()
        self.process.communicate()


class Case(harness.Case):
    def modules(self, count, *faults, name="modules", **options):
        folder = self.folder / name
        folder.mkdir()
        modules = Modules(folder, count, *faults, **options)
        self.stack.callback(modules.kill)
        return modules

    def update(self, modules, image, *options, **more):
        return harness.run("update", image, *modules.options(), "--power", "none", *options, **more)

    def check_summary(self, result, modules, **expected):
        """What the JSON's last line says of each; modules that are not named are good."""
        self.assertEqual(result.objects()[-1]["type"], "summary")
        [summary] = result.of_type("summary")
        named = {number for numbers in expected.values() for number in numbers}
        expected["good"] = [n for n in range(len(modules.ports)) if n not in named]
        for state in ("good", "not_started", "untouched", "invalid"):
            ports = [str(modules.ports[number]) for number in expected.get(state, [])]
            self.assertEqual(summary[state], ports, state)
        self.assertEqual((summary["modules"], summary["status"]),
                         (len(modules.ports), result.status))


class Eight(Case):
    def test_each_on_its_own(self):
        modules = self.modules(8, "2=dead@sync", "4=dead@5", "5=lost@7")
        path, image = self.image(16 * 1024)
        result = self.update(modules, path, "--timeout", "5", "--attempts", "1", "--json")
        self.assertEqual(result.status, harness.INVALID, result.stderr)
        self.check_summary(result, modules, untouched=[2], invalid=[4])
        self.assertTrue(all("port" in each for each in result.objects()))
        statuses = {each["port"]: each["status"] for each in result.of_type("finished")}
        self.assertEqual(len(statuses), 8)
        self.assertEqual(statuses[str(modules.ports[2])], harness.NO_MODULE)
        self.assertEqual(statuses[str(modules.ports[4])], harness.INVALID)
        self.assertEqual(len(result.stderr.splitlines()), 2, result.stderr)
        # Those that are well are done long before those that are not.
        seconds = {each["port"]: each["seconds"] for each in result.of_type("finished")}
        self.assertLess(seconds[str(modules.ports[0])], seconds[str(modules.ports[4])] / 2)
        holds = [flash[:len(image)] == image for flash in modules.stop()]
        self.assertEqual(holds, [number not in (2, 4) for number in range(8)])

    def test_lines_in_a_pipe_are_tagged(self):
        modules = self.modules(3, "1=dead@sync", baud=0)
        path, _ = self.image(16 * 1024)
        result = self.update(modules, path, "--timeout", "2")
        self.assertEqual(result.status, harness.NO_MODULE)
        lines = result.stdout.splitlines()
        tags = [f"[{port}] " for port in modules.ports]
        for number in (0, 2):
            own = [line for line in lines if line.startswith(tags[number])]
            self.assertIn(" 50 %", "".join(own))
            self.assertIn("updated", own[-1])
        self.assertTrue(all(line.startswith(tuple(tags)) for line in lines[:-3]), lines)
        self.assertTrue(lines[-3].startswith("2 of 3 modules are good, after "), lines)
        self.assertEqual(lines[-2:], [f"  good (2): {modules.ports[0]} {modules.ports[2]}",
                                      f"  untouched (1): {modules.ports[1]}"])

    def test_quiet_says_what_failed_and_nothing_else(self):
        modules = self.modules(3, "1=dead@sync", baud=0)
        path, _ = self.image()
        result = self.update(modules, path, "--timeout", "1", "--quiet")
        self.check_error(result, harness.NO_MODULE, modules.ports[1])
        self.assertEqual(result.stdout, "")

    def test_the_worst_status_counts(self):
        path, _ = self.image()
        modules = self.modules(4, "1=dead@sync", "2=refuse", "3=dead@5", baud=0)
        order = [(3, harness.INVALID), (2, harness.REFUSED), (None, harness.NOT_OPENED),
                 (1, harness.NO_MODULE), (0, harness.DONE)]
        for worst, (_, status) in enumerate(order):
            ports = [modules.ports[number] if number is not None else self.folder / "missing"
                     for number, _ in order[worst:]]
            if len(ports) > 1:
                options = [word for port in ports for word in ("--port", port)]
                result = harness.run("update", path, *options, "--power", "none", "--timeout", "2",
                                     "--attempts", "1")
                self.assertEqual(result.status, status, result.stdout + result.stderr)

    def test_an_interrupt_ends_all_and_says_how_each_is_left(self):
        modules = self.modules(3, "1=dead@sync")
        path, _ = self.image(100000)
        running = self.start("update", path, *modules.options(), "--power", "none")
        running.read_until(" 20 %")
        running.process.send_signal(signal.SIGINT)
        result = running.end()
        self.assertEqual(result.status, harness.INTERRUPTED)
        self.assertEqual(len(result.stderr.splitlines()), 3, result.stderr)
        self.assertEqual(result.stdout.splitlines()[-2:],
                         [f"  untouched (1): {modules.ports[1]}",
                          f"  INVALID until an update completes (2): {modules.ports[0]} "
                          f"{modules.ports[2]}"])

    def test_a_broken_off_gang_is_resumed(self):
        modules = self.modules(3)
        path, image = self.image(60000)
        running = self.start("update", path, *modules.options(), "--power", "none")
        running.read_until(" 40 %")
        running.process.kill()
        running.end()
        result = self.update(modules, path, "--resume", "--json")
        self.assertEqual(result.status, harness.DONE, result.stderr)
        for each in result.of_type("finished"):
            self.assertGreater(each["resumed_at"], 10000, each)
        self.assertTrue(all(flash[:len(image)] == image for flash in modules.stop()))

    def test_the_image_may_change_when_all_of_it_is_read(self):
        modules = self.modules(2)
        path, image = self.image(30000)
        running = self.start("update", path, *modules.options(), "--power", "none")
        running.read_until(" 20 %")
        path.write_bytes(b"something else")
        result = running.end()
        self.assertEqual(result.status, harness.DONE, result.stderr)
        self.assertTrue(all(flash[:len(image)] == image for flash in modules.stop()))

    def test_trace_of_each_port(self):
        modules = self.modules(3, baud=0)
        path, _ = self.image()
        trace = self.folder / "gang.pcapng"
        self.assertEqual(self.update(modules, path, "--trace", trace).status, harness.DONE)
        result = harness.run("decode", trace, "--summary", "--json")
        self.assertEqual(result.status, harness.DONE, result.stderr)
        summaries = {each["port"]: each for each in result.of_type("summary")}
        self.assertEqual(set(summaries), {str(port) for port in modules.ports})
        names = subprocess.run(["tshark", "-r", str(trace), "-T", "fields", "-e",
                                "frame.interface_name"], capture_output=True, text=True,
                               check=True).stdout.split()
        self.assertEqual(set(names), {str(port) for port in modules.ports})

    def test_power_command_is_told_the_port(self):
        modules = self.modules(3, baud=0)
        path, _ = self.image()
        log = self.folder / "switched"
        result = harness.run("update", path, *modules.options(), "--power",
                             f"exec:echo $GSMFLASH_PORT >>{log}; true")
        self.assertEqual(result.status, harness.DONE, result.stderr)
        self.assertEqual(set(log.read_text().split()), {str(port) for port in modules.ports})

    def test_one_gpio_line_can_not_switch_them_all(self):
        path, _ = self.image()
        result = harness.run("update", path, "--port", "/dev/a", "--port", "/dev/b", "--power",
                             "gpio:gpiochip0:17")
        self.check_error(result, harness.USAGE, "one line", "GSMFLASH_PORT")

    def test_the_same_port_twice(self):
        path, _ = self.image()
        line = self.line()
        for other in (line.port, line.node):
            result = harness.run("update", path, "--port", line.port, "--port", other)
            self.check_error(result, harness.USAGE, line.port, other, "the same port")

    def test_more_ports_than_files_may_be_open(self):
        path, _ = self.image()
        options = [word for number in range(100) for word in ("--port", f"/dev/none{number}")]
        result = harness.run("update", path, *options, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_NOFILE, (128, 128)))
        self.check_error(result, harness.NOT_OPENED, "100 ports", "128", "ulimit -Hn")


class TwoHundred(Case):
    def test_two_hundred_ports(self):
        modules = self.modules(200, baud=0, flash_bytes=8192)
        path, image = self.image(5000)
        # No more than most systems grant at first.
        result = self.update(modules, path, "--json", preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_NOFILE, (128, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
        self.assertEqual(result.status, harness.DONE, result.stderr[-2000:])
        self.check_summary(result, modules)
        self.assertTrue(all(flash[:len(image)] == image for flash in modules.stop()))


class SixtyFour(Case):
    """64 modules at a real 115200 baud, two of them dead and one noisy."""
    COUNT, DEAD, DIES, NOISY = 64, 3, 7, 11
    ROUNDS = 5
    TOLERANCE = float(os.environ.get("GSMFLASH_TOLERANCE", "1.02"))

    def seconds(self, result):
        return {each["port"]: each["seconds"] for each in result.of_type("finished")}

    def alone(self, path, name):
        module = self.modules(1, name=name)
        result = harness.run("update", path, *module.options(), "--power", "none", "--json")
        self.assertEqual(result.status, harness.DONE, result.stderr)
        module.stop()
        return result.finished()["seconds"]

    def gang(self, name):
        """One round: whether each took as long as one alone, within the tolerance."""
        modules = self.modules(self.COUNT, f"{self.DEAD}=dead@sync", f"{self.DIES}=dead@20",
                               f"{self.NOISY}=lose=0.0003", name=name)
        path, image = self.image(64 * 1024)
        alone = self.alone(path, f"{name}-alone")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = self.update(modules, path, "--timeout", "8", "--attempts", "1", "--json")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)

        self.assertEqual(result.status, harness.INVALID, result.stderr)
        self.check_summary(result, modules, untouched=[self.DEAD], invalid=[self.DIES])
        repeats = {each["port"]: each["repeats"] for each in result.of_type("finished")}
        self.assertGreater(repeats[str(modules.ports[self.NOISY])], 0)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        longest = max(self.seconds(result).values())
        self.assertLess(cpu / longest, 0.25)

        bad = (self.DEAD, self.DIES)
        flashes = modules.stop()
        holds = [flash[:len(image)] == image for flash in flashes]
        self.assertEqual(holds, [number not in bad for number in range(self.COUNT)])
        seconds = self.seconds(result)
        slowest = max(seconds[str(port)] for number, port in enumerate(modules.ports)
                      if number not in (*bad, self.NOISY))
        print(f"alone {alone:.2f} s, the slowest of 61 good ones {slowest:.2f} s "
              f"({slowest / alone * 100 - 100:+.1f} %), the process {cpu / longest:.1%} of a core")
        return slowest <= alone * self.TOLERANCE

    def test_each_takes_its_own_time(self):
        # On a machine that is busy with other things a round may be late for them.
        self.assertTrue(any(self.gang(f"round{number}") for number in range(self.ROUNDS)))


class Table(Case):
    """The table as tmux has it on its screen."""

    def setUp(self):
        super().setUp()
        self.socket = None

    def command(self, *words):
        return ["tmux", "-S", str(self.socket), "-f", "/dev/null", *map(str, words)]

    def tmux(self, *words):
        return subprocess.run(self.command(*words), capture_output=True, text=True,
                              check=True).stdout

    def begin(self, columns, rows, modules, path, *options):
        words = [harness.GSMFLASH, "update", path, *modules.options(), "--power", "none", *options]
        # A server that is told to end takes its time.
        self.socket = self.folder / f"tmux{columns}"
        self.stack.callback(subprocess.run, self.command("kill-server"), check=False,
                            stderr=subprocess.DEVNULL)
        shell = " ".join(map(str, words)) + '; echo "status $?"; cat'
        self.tmux("new-session", "-d", "-x", columns, "-y", rows, shell)

    def screen(self):
        """Its lines; one that wrapped is one that is too long."""
        return self.tmux("capture-pane", "-p", "-J").rstrip("\n").split("\n")

    def wait_for(self, pattern):
        def found():
            text = "\n".join(line.rstrip() for line in self.screen())
            return text if re.search(pattern, text, re.MULTILINE) else None
        return harness.wait_until(found, pattern)

    def rows(self, text, modules, columns):
        """The rows of the table: one for each module, whole and in its place."""
        rows = [line for line in text.split("\n") if re.search(r"\d+ %|done|FAILED|waiting", line)]
        self.assertEqual(len(rows), len(modules.ports), text)
        self.assertLess(max(map(len, rows)), columns, text)
        for row, port in zip(rows, modules.ports):
            self.assertRegex(row, rf"^\S*/{port.name} +\S", text)
        return rows

    def test_it_is_drawn_in_place(self):
        for columns in (80, 40):
            with self.subTest(columns=columns):
                modules = self.modules(8, "2=dead@sync", name=f"at{columns}")
                path, _ = self.image(40000)
                self.begin(columns, 30, modules, path, "--timeout", "6")
                rows = self.rows(self.wait_for(r" 2\d %"), modules, columns)
                self.assertIn("[#", rows[0])
                self.assertIn("waiting", rows[2])
                self.rows(self.wait_for(r" 7\d %"), modules, columns)
                text = self.wait_for("^status 4")
                self.assertNotIn(" %", text)
                self.assertIn("7 of 8 modules are good", text)
                summary = text[text.index("7 of 8"):].split("\n")
                if len(str(modules.folder)) + 10 < columns:
                    self.assertLess(max(map(len, summary)), columns, text)

    def test_more_modules_than_rows(self):
        modules = self.modules(20)
        path, _ = self.image(30000)
        self.begin(60, 10, modules, path)
        for percent in (r" 2\d %", r" 6\d %"):
            text = self.wait_for(percent)
            self.assertIn("20 modules: 0 done, 0 failed, 20 under way", text)
            self.assertEqual(len(re.findall(r"\d+ %", text)), 8, text)
        self.assertIn("20 of 20 modules are good", self.history("^status 0"))

    def history(self, pattern):
        self.wait_for(pattern)
        return self.tmux("capture-pane", "-p", "-S", "-")

    def test_after_an_interrupt_the_cursor_is_there(self):
        modules = self.modules(4)
        path, _ = self.image(100000)
        self.begin(80, 30, modules, path)
        self.wait_for(r" 1\d %")
        self.tmux("send-keys", "C-c")
        text = self.wait_for("^status 130")
        self.assertIn("INVALID until an update completes (4):", text)
        self.assertEqual(self.tmux("display-message", "-p", "#{cursor_flag} #{cursor_x}").split(),
                         ["1", "0"])
        self.assertTrue(text.rstrip().endswith("status 130"), text)


if __name__ == "__main__":
    unittest.main()
