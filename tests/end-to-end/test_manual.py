# SPDX-License-Identifier: MIT
"""The manual pages and the completions say what the tool's own help says."""
import fcntl
import functools
import os
import pathlib
import pty
import re
import struct
import subprocess
import termios
import unittest

import harness

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = pathlib.Path(os.environ["GSMFLASH_MAN"])
COMPLETIONS = ROOT / "packaging/completions"
COMMANDS = ["update", "simulate", "bridge", "image", "ports", "info", "decode"]


def help_of(*command):
    result = harness.run(*command, "--help")
    assert result.status == harness.DONE, result.stderr
    return result.stdout


def options_of(command):
    """Those that stand at the beginning of a line of the command's help."""
    found = re.findall(r"^ +(?:-\w, )?(--[a-z][a-z0-9-]+)", help_of(command), re.MULTILINE)
    return set(found)


@functools.lru_cache(None)
def render(page):
    return subprocess.run(["man", "--warnings", "-l", PAGES / page], capture_output=True,
                          text=True, check=False,
                          env={**os.environ, "MANWIDTH": "80", "PAGER": "cat",
                               "LC_ALL": "C.UTF-8"})


class Help(unittest.TestCase):
    def test_every_command_is_listed(self):
        listed = re.findall(r"^  gsmflash (\w+)", help_of(), re.MULTILINE)
        self.assertEqual(listed, COMMANDS)

    def test_fits_a_terminal(self):
        for command in [()] + [(each,) for each in COMMANDS]:
            lines = help_of(*command).splitlines()
            self.assertLessEqual(max(map(len, lines)), 100, command)
        self.assertLessEqual(len(help_of().splitlines()), 24)


class Pages(unittest.TestCase):
    def test_rendered_without_a_warning(self):
        for page in ["gsmflash.1"] + [f"gsmflash-{each}.1" for each in COMMANDS]:
            with self.subTest(page):
                process = render(page)
                self.assertEqual((process.returncode, process.stderr), (0, ""))
                self.assertIn("EXIT STATUS", process.stdout)
                self.assertLessEqual(max(map(len, process.stdout.splitlines())), 80)

    def test_options(self):
        for command in COMMANDS:
            with self.subTest(command):
                text = render(f"gsmflash-{command}.1").stdout
                found = set(re.findall(r"^ {7}(?:-\w, )?(--[a-z][a-z0-9-]+)", text, re.MULTILINE))
                self.assertEqual(found, options_of(command))
                self.assertIn("--help", found)

    def test_exit_statuses(self):
        for command in COMMANDS:
            with self.subTest(command):
                text = render(f"gsmflash-{command}.1").stdout
                page = text[text.index("EXIT STATUS"):]
                page = re.findall(r"^ {7}(\d+)$", page, re.MULTILINE)
                told = help_of(command)
                if "Exit status:" not in told:
                    self.assertEqual(page, ["0", "2", "3"])
                    continue
                told = re.sub(r"\n +(?=[a-z])", " ", told[told.index("Exit status:") + 12:])
                self.assertEqual(page, re.findall(r"(?:^|; ?|\n) *(\d+)(?= )", told))


class Completions(unittest.TestCase):
    def setUp(self):
        self.path = os.path.dirname(harness.GSMFLASH) + ":" + os.environ["PATH"]

    def shell(self, *command):
        environment = {**os.environ, "PATH": self.path, "HOME": "/nonexistent"}
        process = subprocess.run(command, capture_output=True, text=True, check=False,
                                 env=environment, timeout=harness.PATIENCE_S)
        self.assertEqual((process.returncode, process.stderr), (0, ""), process.stdout)
        return process.stdout.split()

    def bash(self, line):
        script = f"""
            source {COMPLETIONS / "gsmflash.bash"}
            COMP_LINE={line!r} COMP_POINT=${{#COMP_LINE}} COMP_TYPE=9
            COMP_LINE={line!r}; COMP_POINT=${{#COMP_LINE}}
            read -r -a COMP_WORDS <<<"$COMP_LINE"
            [[ $COMP_LINE == *" " ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
            _gsmflash && printf '%s\\n' "${{COMPREPLY[@]}}" """
        return set(self.shell("bash", "--norc", "-c", script))

    def fish(self, line):
        script = f"source {COMPLETIONS / 'gsmflash.fish'}; complete -C {line!r}"
        process = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True,
                                 text=True, check=False, env={**os.environ, "PATH": self.path,
                                                              "HOME": "/tmp"})
        self.assertEqual((process.returncode, process.stderr), (0, ""))
        return {each.split("\t")[0] for each in process.stdout.splitlines()}

    def zsh(self, line):
        """Types the line and a Tab into a zsh on a terminal; returns what is on it then."""
        environment = {**os.environ, "PATH": self.path, "HOME": "/nonexistent", "TERM": "xterm"}
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvpe("zsh", ["zsh", "-f", "-i"], environment)
        try:
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 100, 200, 0, 0))
            self.type(terminal, "PROMPT= TAB='ov' TAB+=er; unsetopt beep prompt_sp\r"
                      f"fpath=({COMPLETIONS} $fpath); autoload -Uz compinit; compinit -D -u\r"
                      "show() { zle expand-or-complete; zle -R; print -r -- '' '<'$TAB'>' >$TTY }\r"
                      "zle -N show; bindkey '^I' show; echo '<'rea''dy'>'\r", "<ready>")
            return self.type(terminal, f"{line}\t", "<over>")
        finally:
            os.close(terminal)
            os.waitpid(pid, 0)

    def type(self, terminal, text, answer):
        os.write(terminal, text.encode())
        shown = ""
        while answer not in shown:
            shown += os.read(terminal, 65536).decode(errors="replace")
            shown = re.sub("\x1b(\\[[0-9;?]*[A-Za-z]|[=>])", "", shown)
        return shown

    def zsh_options(self, line):
        return set(re.findall(r"--[a-z][a-z0-9-]+", self.zsh(line)))

    def check_options(self, complete):
        for command in COMMANDS:
            with self.subTest(command):
                found = {each for each in complete(f"gsmflash {command} --") if each.startswith("--")}
                self.assertEqual(found, options_of(command))

    def test_bash(self):
        self.assertEqual(self.bash("gsmflash "), set(COMMANDS) | {"--help", "--version"})
        self.assertEqual(self.bash("gsmflash de"), {"decode"})
        self.assertEqual(self.bash("gsmflash update --power "),
                         {"manual", "none", "exec:", "dtr", "rts", "gpio:"})
        self.assertEqual(self.bash("gsmflash simulate --power f"), {"first-sync"})
        self.assertEqual(self.bash("gsmflash update --resume --no"), {"--no-run"})
        self.assertLessEqual({"usb:", "tcp:"}, self.bash("gsmflash info --port "))
        self.check_options(self.bash)

    def test_fish(self):
        self.assertEqual(self.fish("gsmflash de"), {"decode"})
        self.assertLessEqual(set(COMMANDS), self.fish("gsmflash "))
        self.assertEqual(self.fish("gsmflash update --power "),
                         {"manual", "none", "exec:", "dtr", "rts", "gpio:"})
        self.assertLessEqual({"usb:", "tcp:"}, self.fish("gsmflash info --port "))
        self.check_options(self.fish)

    def test_zsh(self):
        self.assertIn("gsmflash decode", self.zsh("gsmflash de"))
        self.assertIn("--power first-sync", self.zsh("gsmflash simulate --power f"))
        ports = self.zsh("gsmflash info --port ")
        self.assertIn("usb:", ports)
        self.assertIn("tcp:", ports)
        self.check_options(self.zsh_options)


if __name__ == "__main__":
    unittest.main()
