"""What a program that plays a part calls, and the ways to build that part."""

from dataclasses import dataclass

CALLS = {
    "host": ("start", "next", "receive"),
    "module": ("start", "next", "receive", "done"),
    "bridge": ("start", "active", "receive", "output", "sent", "next"),
}
HOST_OPTIONS = ("READER", "RESUME", "ADAPT")


@dataclass(frozen=True)
class Variant:
    """One way to build a part; `without` are the host's options that are left out."""

    name: str
    part: str
    without: tuple = ()

    def defines(self):
        return [f"-DGSMFLASH_HOST_{option}=0" for option in self.without]

    def symbols(self):
        return [f"gsmflash_{self.part}_{call}" for call in CALLS[self.part]]


def _with_only(option):
    return tuple(other for other in HOST_OPTIONS if other != option)


VARIANTS = (
    Variant("host", "host"),
    Variant("host, mapped image", "host", HOST_OPTIONS),
    *(
        Variant(f"host, mapped image + {option.lower()}", "host", _with_only(option))
        for option in HOST_OPTIONS
    ),
    Variant("module", "module"),
    Variant("bridge", "bridge"),
)
