"""The processors that the core is measured for: how to compile and to link for each."""

import shutil
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Processor:
    name: str
    prefix: str
    machine: tuple
    libraries: tuple  # what a program that plays a part would be linked with

    def tool(self, name):
        return self.prefix + name

    def version(self):
        """The compiler's own; None where there is none."""
        if shutil.which(self.tool("gcc")) is None:
            return None
        text = subprocess.run(
            [self.tool("gcc"), "-dumpfullversion", "-dumpversion"],
            check=True,
            capture_output=True,
            text=True,
        )
        return text.stdout.strip()


NANO = ("--specs=nano.specs", "-lc", "-lgcc")
PROCESSORS = (
    Processor("cortex-m0plus", "arm-none-eabi-", ("-mcpu=cortex-m0plus", "-mthumb"), NANO),
    Processor("cortex-m4", "arm-none-eabi-", ("-mcpu=cortex-m4", "-mthumb"), NANO),
    Processor(
        "rv32imc",
        "riscv64-unknown-elf-",
        ("-march=rv32imc", "-mabi=ilp32", "--specs=picolibc.specs"),
        ("-lc", "-lgcc"),
    ),
    Processor("avr", "avr-", ("-mmcu=atmega1284p",), ("-lc", "-lgcc")),
)
