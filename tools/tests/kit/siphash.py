# SPDX-License-Identifier: GPL-2.0
"""
SipHash-2-4 with a result of 64 bits.

Copyright (C) 2026 The tarfs authors
"""
MASK = (1 << 64) - 1


def rotate(x, bits):
    return (x << bits | x >> (64 - bits)) & MASK


def rounds(v, count):
    v0, v1, v2, v3 = v
    for _ in range(count):
        v0 = (v0 + v1) & MASK
        v2 = (v2 + v3) & MASK
        v1 = rotate(v1, 13) ^ v0
        v3 = rotate(v3, 16) ^ v2
        v0 = rotate(v0, 32)
        v2 = (v2 + v1) & MASK
        v0 = (v0 + v3) & MASK
        v1 = rotate(v1, 17) ^ v2
        v3 = rotate(v3, 21) ^ v0
        v2 = rotate(v2, 32)
    return v0, v1, v2, v3


def siphash(key0, key1, data):
    v = (key0 ^ 0x736f6d6570736575, key1 ^ 0x646f72616e646f6d,
         key0 ^ 0x6c7967656e657261, key1 ^ 0x7465646279746573)
    words = data + bytes(-(len(data) + 1) % 8) + bytes([len(data) & 0xff])
    for i in range(0, len(words), 8):
        word = int.from_bytes(words[i:i + 8], "little")
        v0, v1, v2, v3 = rounds((v[0], v[1], v[2], v[3] ^ word), 2)
        v = (v0 ^ word, v1, v2, v3)
    v0, v1, v2, v3 = rounds((v[0], v[1], v[2] ^ 0xff, v[3]), 4)
    return v0 ^ v1 ^ v2 ^ v3


# the test vector of the paper that defines SipHash
assert siphash(0x0706050403020100, 0x0f0e0d0c0b0a0908,
               bytes(range(15))) == 0xa129ca6149be45e5
