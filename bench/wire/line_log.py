"""What the relay noted of a line: how long the transfer took, and who kept whom waiting."""

import statistics
from dataclasses import dataclass

# A lump of so many bytes from the sender is data, and no question or command.
DATA_BYTES = 512


@dataclass
class Line:
    sent: int  # bytes from the upper side, from the first data on
    answered: int  # bytes to it
    seconds: float
    turns_us: list  # from the end of an answer to the first byte of the data that follows


def parse(text):
    for line in text.splitlines():
        at_us, side, what, size = line.split()
        yield int(at_us), side, what, int(size)


def is_data(event):
    _, side, what, size = event
    return (side, what) == ("up", "in") and size >= DATA_BYTES


def transfer(events):
    """From the first data to the answer to the last: without greetings and farewells."""
    data = [i for i, event in enumerate(events) if is_data(event)]
    answers = (i for i in range(data[-1], len(events)) if events[i][1:3] == ("up", "out"))
    # A last answer may get lost when its sender goes: then to the last byte of data.
    end = next(answers, len(events) - 1)
    return events[data[0] : end + 1]


def turns(events):
    result, answered_us = [], None
    for at_us, side, what, _ in events:
        if (side, what) == ("up", "out"):
            answered_us = at_us
        elif side == "up" and answered_us is not None:
            result.append(at_us - answered_us)
            answered_us = None
    return result


def handed_on(events, side):
    return sum(size for _, where, what, size in events if (where, what) == (side, "out"))


def read(text):
    events = transfer(list(parse(text)))
    return Line(
        sent=handed_on(events, "down"),
        answered=handed_on(events, "up"),
        seconds=(events[-1][0] - events[0][0]) / 1e6,
        turns_us=turns(events),
    )


def percentile(values, percent):
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
