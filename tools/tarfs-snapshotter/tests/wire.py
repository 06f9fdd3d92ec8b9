# SPDX-License-Identifier: GPL-2.0
"""
Protocol buffers by the numbers of their fields, without any .proto file.

Copyright (C) 2026 The tarfs authors

A message is a list of (number, value): an int is a varint, bytes and str have a
length, a list is a message.
"""


def varint(number):
    number &= 2**64 - 1
    out = bytearray()
    while number > 0x7f:
        out.append(number & 0x7f | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def encode(fields):
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
            continue
        if isinstance(value, list):
            value = encode(value)
        elif isinstance(value, str):
            value = value.encode()
        out += varint(number << 3 | 2) + varint(len(value)) + value
    return out


def take_varint(data, at):
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 0x7f) << shift
        shift += 7
        if byte < 0x80:
            return number, at


def decode(data):
    """Return {number: [values]}; what has a length is bytes."""
    fields, at = {}, 0
    while at < len(data):
        key, at = take_varint(data, at)
        value, at = take_varint(data, at)
        if key & 7 == 2:
            size, value = value, data[at:at + value]
            at += size
        elif key & 7:
            raise ValueError(f"wire type {key & 7}")
        fields.setdefault(key >> 3, []).append(value)
    return fields


def text(fields, number):
    return fields.get(number, [b""])[0].decode()


def labels_of(fields, number):
    pairs = (decode(entry) for entry in fields.get(number, []))
    return {text(pair, 1): text(pair, 2) for pair in pairs}


def label_fields(number, labels):
    return [(number, [(1, key), (2, value)]) for key, value in labels.items()]
