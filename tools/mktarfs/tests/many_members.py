# SPDX-License-Identifier: GPL-2.0
"""
Tars of any number of small members, written as fast as Python can.

Copyright (C) 2026 The tarfs authors

Usage: many_members.py KIND COUNT > TAR
"""
import functools
import sys

from odd_tars import file, folder, header, link
from random_tars import BLOCK, padded, pax_record

NAME, CHECKSUM = slice(0, 100), slice(148, 156)
BATCH = 4096  # members written at once


class Template:
    """A header of which only the name and one more field change."""

    def __init__(self, block, field=slice(157, 257)):
        block = bytearray(block)
        block[NAME], block[CHECKSUM] = bytes(100), b" " * 8
        block[field] = bytes(field.stop - field.start)
        self.sum, self.field = sum(block), field
        self.parts = (bytes(block[100:148]), bytes(block[156:field.start]),
                      bytes(block[field.stop:]))

    def fill(self, name, value=b""):
        total = self.sum + sum(name) + sum(value)
        return b"%s%s%06o\0 %s%s%s" % (
            name.ljust(100, b"\0"), self.parts[0], total, self.parts[1],
            value.ljust(self.field.stop - self.field.start, b"\0"),
            self.parts[2])


FILE = Template(file(b"", b""))
FOLDER = Template(folder(b""))
LINK = Template(link(b"", b""))
PREFIXED = Template(file(b"", b""), slice(345, 500))


@functools.cache
def extended_header(size):
    return header(b"pax", b"x", size=size)


def extended(record):
    return extended_header(len(record)) + padded(record)


def flat(i):
    return FILE.fill(b"file-%08d" % i)


def deep(i):
    """Nested directories, a hundred levels, over and over."""
    path = b"%06d" % (i // 100) + b"/d" * (i % 100)
    if len(path) <= 100:
        return FOLDER.fill(path)
    return extended(pax_record(b"path", path)) + FOLDER.fill(b"d")


def implied(i):
    """A directory without a member for each file."""
    return FILE.fill(b"folder-%08d/file" % i)


def attributes(i):
    """A unique attribute, as long as a capability."""
    return extended(pax_record(b"SCHILY.xattr.user.x", b"%020d" % i)
                    ) + FILE.fill(b"file-%08d" % i)


def long_names(i):
    """Paths of 200 bytes, half of them one name."""
    return PREFIXED.fill(b"%099d" % i, b"p" * 100)


def long_folders(i):
    """Paths of 200 bytes, half of them a unique directory."""
    return PREFIXED.fill(b"%099d" % i, b"%0100d" % i)


def hard_links(i):
    return LINK.fill(b"link-%08d" % i, b"file") if i else FILE.fill(b"file")


KINDS = {kind.__name__: kind for kind in (
    flat, deep, implied, attributes, long_names, long_folders, hard_links)}


def write(kind, count, out):
    make = KINDS[kind]
    for start in range(0, count, BATCH):
        out.write(b"".join(map(make, range(start,
                                           min(start + BATCH, count)))))
    out.write(bytes(2 * BLOCK))


def main(argv):
    if len(argv) != 3 or argv[1] not in KINDS:
        print("usage: many_members.py KIND COUNT > TAR", file=sys.stderr)
        return 2
    write(argv[1], int(argv[2]), sys.stdout.buffer)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
