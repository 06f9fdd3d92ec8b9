#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Gives sparse files of an image of format 2 other pieces, of any length.
#
#   cut_reads.py IMAGE CUTS
#
# A tar has pieces of whole blocks but for a file's last one; the format has not
# this limit.  Two lines of CUTS are the size of a file with its pieces, and
# then with those that it gets.  The image has no tree yet.
#
# Copyright (C) 2026 The tarfs authors
import mmap
import struct
import sys


def map_of(line):
    """The record as Documentation/filesystems/tarfs.rst has it."""
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
