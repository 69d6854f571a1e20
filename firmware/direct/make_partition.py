#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Puts the header of partition.h before an image:  make_partition.py IMAGE VERSION > PARTITION"""
import binascii
import struct
import sys


def partition(image: bytes, version: int) -> bytes:
    return b"GSF1" + struct.pack("<III", len(image), binascii.crc_hqx(image, 0), version) + image


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as file:
        sys.stdout.buffer.write(partition(file.read(), int(sys.argv[2])))
