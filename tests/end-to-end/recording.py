# SPDX-License-Identifier: MIT
"""Recordings made by hand: frames of the protocol, and the pcapng that they are kept in."""
import struct

HOST, MODULE = 1, 2  # the link type's events, too: sent, received
RTAC_SERIAL = 250


def crc16(data):
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def frame(kind, data=b""):
    checked = struct.pack(">HH", kind, len(data)) + data
    return b"\xaa" + checked + struct.pack(">H", crc16(checked))


def begin(version=1):
    return frame(1, struct.pack(">I", version))


def begin_rsp(status=0, mtu=1024):
    return frame(2, struct.pack(">HH", status, mtu))


def data(number, block):
    return frame(3, struct.pack(">I", number) + block)


def data_rsp(status, following):
    return frame(4, struct.pack(">HI", status, following))


def end():
    return frame(5)


def end_rsp(status=0):
    return frame(6, struct.pack(">H", status))


def run():
    return frame(7)


def run_rsp(status=0):
    return frame(8, struct.pack(">H", status))


class Pcapng:
    """Writes blocks in either byte order, with times of any power of ten."""

    def __init__(self, order="<", digits=6):
        self.order = order
        self.digits = digits
        self.bytes = self.block(0x0A0D0D0A, self.pack("IHHq", 0x1A2B3C4D, 1, 0, -1))

    def pack(self, form, *values):
        return struct.pack(self.order + form, *values)

    def block(self, kind, body):
        body += bytes(-len(body) % 4)
        size = len(body) + 12
        return self.pack("II", kind, size) + body + self.pack("I", size)

    def option(self, code, value):
        return self.pack("HH", code, len(value)) + value + bytes(-len(value) % 4)

    def interface(self, name="", baud=None, link=RTAC_SERIAL):
        options = self.option(2, name.encode()) + self.option(9, bytes([self.digits]))
        if baud:
            options += self.option(8, self.pack("Q", baud))
        self.bytes += self.block(1, self.pack("HHI", link, 0, 0) + options + bytes(4))

    def packet(self, time_us, event, data=b"", port=0, comment=None):
        time = time_us * 10 ** self.digits // 10 ** 6
        seconds, micros = divmod(time_us, 10 ** 6)
        content = struct.pack(">IIBBH", seconds, micros, event, 0, 0) + data
        body = self.pack("IIIII", port, time >> 32, time & 0xFFFFFFFF, len(content), len(content))
        body += content + bytes(-len(content) % 4)
        if comment is not None:
            body += self.option(1, comment.encode()) + bytes(4)
        self.bytes += self.block(6, body)


# A small update, as (milliseconds, speaker, bytes): one number is asked for again, one answer is
# lost, one is broken, and one comes twice.
BLOCK = bytes(range(100))
SESSION = [
    (0, HOST, b"\xb5"),
    (20, HOST, b"\xb5"),
    (40, HOST, b"\xb5"),
    (41, MODULE, b"\x5b"),
    (42, HOST, b"\xa9"),
    (43, MODULE, b"\x9a"),
    (50, HOST, begin(7)),
    (52, MODULE, begin_rsp(0, 128)),
    (60, HOST, data(0, BLOCK)),
    (72, MODULE, data_rsp(1, 0)),
    (73, HOST, data(0, BLOCK)),
    (85, MODULE, data_rsp(0, 1)),
    (90, HOST, data(1, BLOCK)),
    (3090, HOST, data(1, BLOCK)),
    (3150, MODULE, data_rsp(4, 2)),
    (3151, MODULE, data_rsp(4, 2)),
    (3160, HOST, data(2, BLOCK[:55])),
    (3166, MODULE, data_rsp(0, 3)[:-1] + b"\0"),
    (3226, HOST, data(2, BLOCK[:55])),
    (3233, MODULE, data_rsp(4, 3)),
    (3240, HOST, end()),
    (3242, MODULE, end_rsp()),
    (3250, HOST, run()),
    (3252, MODULE, run_rsp()),
    (3300, MODULE, b"\r\nRDY\r\n"),
]


def recorded(session=tuple(SESSION), begin_us=1_700_000_000_000_000, **form):
    trace = Pcapng(**form)
    trace.interface("/dev/ttyUSB0", 115200)
    for time_ms, speaker, content in session:
        trace.packet(begin_us + time_ms * 1000, speaker, content)
    return trace.bytes
