# SPDX-License-Identifier: MIT
"""The two bridges, made to look alike: what a session of each says at its end."""
import json
import re

from lab import Mcu, Program, ask_line, equal


class McuBridge(Mcu):
    LEFT = re.compile(r"left: (\w+); module (\w+); up \d+ bytes, (\d+) lost; "
                      r"down \d+ bytes, (\d+) lost; uarts lost (\d+)\r\n")
    WORDS = {"complete": "valid"}

    def __init__(self, lab, up, down, control):
        super().__init__(lab, "bridge", "bridge", {1: down, 3: up}, control)
        self.wait_for("ready")

    def sessions(self):
        return self.LEFT.findall(self.console())

    def left(self, session):
        self.wait_until(lambda: len(self.sessions()) >= session, f"end of session {session}")
        reason, module, *_ = self.sessions()[session - 1]
        return reason, self.WORDS.get(module, module)

    def lost(self):
        return sum(int(count) for _, _, *counts in self.sessions() for count in counts)

    def knows_an_invalid_module(self, port):
        """It is back in its own life, where it answers for itself."""
        equal(ask_line(port, b"?"), b"invalid", "what the MCU answers")


class ToolBridge(Program):
    def __init__(self, lab, up, down, control):
        super().__init__(lab, "bridge", [lab.gsmflash, "bridge", up, down, "--json", "--silence",
                                         "4", "--power", lab.power_method(control)])
        self.wait_until(lambda: '"ready"' in self.text(), "it was ready")

    def console(self):
        return self.text()

    def sessions(self):
        whole_lines = self.text().rpartition("\n")[0]
        objects = [json.loads(line) for line in whole_lines.splitlines()]
        return [each for each in objects if each["type"] == "left"]

    def left(self, session):
        self.wait_until(lambda: len(self.sessions()) >= session, f"end of session {session}")
        end = self.sessions()[session - 1]
        return end["reason"], end["firmware"]

    def lost(self):
        return sum(end["up_lost"] + end["down_lost"] for end in self.sessions())

    def knows_an_invalid_module(self, _):
        equal(self.sessions()[-1]["firmware"], "invalid", "what the bridge knows")


BRIDGES = {"mcu": McuBridge, "tool": ToolBridge}
