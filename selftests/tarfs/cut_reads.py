#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Replace the extents of sparse files in an image of format 2 by others, of any
# length.
#
#   cut_reads.py IMAGE CUTS
#
# Extents from a tar are whole blocks, except a file's last one; the format has
# no such limit.  CUTS has pairs of lines: the size of a file with its old
# extents, and with its new ones.  The image must not have a hash tree yet.
#
# Copyright (C) 2026 The tarfs authors
import mmap
import struct
import sys


def map_of(line):
    """The map's record, see Documentation/filesystems/tarfs.rst."""
    size, *numbers = map(int, line.split())
    pieces = list(zip(numbers[::2], numbers[1::2]))
    record, stored = struct.pack('<QQ', len(pieces), 0), 0
    for offset, length in pieces:
        record += struct.pack('<QQ', offset, stored)
        stored += length
    return record + struct.pack('<QQ', size, stored)


def main():
    with open(sys.argv[1], 'r+b') as file, open(sys.argv[2]) as lines:
        image = mmap.mmap(file.fileno(), 0)
        for line in lines:
            old, new = map_of(line), map_of(next(lines))
            at = image.rfind(old)
            if at < 0:
                sys.exit(f'no map of {line}')
            image[at:at + len(new)] = new
    return 0


if __name__ == '__main__':
    sys.exit(main())
