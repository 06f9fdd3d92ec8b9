# SPDX-License-Identifier: GPL-2.0
"""
Deflate data with Huffman codes that no compressor writes.

Copyright (C) 2026 The tarfs authors
"""
import struct
import zlib

ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)


class Bits:
    def __init__(self):
        self.value, self.count = 0, 0

    def put(self, value, bits):
        self.value |= value << self.count
        self.count += bits

    def put_code(self, code, bits):
        """Append a Huffman code, its highest bit first."""
        for i in reversed(range(bits)):
            self.put(code >> i & 1, 1)

    def bytes(self):
        return self.value.to_bytes((self.count + 7) // 8, "little")


def codes(lengths):
    """Return the canonical codes, {symbol: (code, bits)}."""
    table, code, last = {}, 0, 0
    for bits, symbol in sorted((b, s) for s, b in enumerate(lengths) if b):
        code <<= bits - last
        table[symbol] = code, bits
        code, last = code + 1, bits
    return table


def incomplete(data):
    """
    Return a gzip member of literals, each of 9 bits: the set of codes is
    incomplete.
    """
    bits = Bits()
    lengths = [9] * 257
    table = codes(lengths)
    bits.put(1, 1)              # the last block
    bits.put(2, 2)              # with dynamic codes
    bits.put(0, 5)              # 257 literals and lengths
    bits.put(0, 5)              # one distance
    bits.put(15, 4)             # 19 lengths of code lengths
    for symbol in ORDER:
        bits.put(1 if symbol in (0, 9) else 0, 3)
    for length in [*lengths, 0]:
        bits.put(1 if length else 0, 1)
    for symbol in [*data, 256]:
        bits.put_code(*table[symbol])
    return (b"\x1f\x8b\x08" + bytes(7) + bits.bytes() +
            struct.pack("<II", zlib.crc32(data), len(data)))
