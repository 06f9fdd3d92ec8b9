#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# List where a tar has the data of its regular files, for tests in the guest.
#
#   layout.py TARBALL
#
# Fields of a line: path, size, offset of the data in the tar, number of pieces;
# for each piece its offset in the file and its length.  Python's tarfile parses
# the maps of sparse files, independently of mktarfs.
#
# Copyright (C) 2026 The tarfs authors
import sys
import tarfile


def pieces(member):
    """Return the pieces of data: not empty, adjacent ones merged."""
    if member.sparse is None:
        found = [(0, member.size)]
    else:
        found = member.sparse
    merged = []
    for offset, length in found:
        if merged and length and sum(merged[-1]) == offset:
            merged[-1] = (merged[-1][0], merged[-1][1] + length)
        elif length:
            merged.append((offset, length))
    return merged


def main():
    with tarfile.open(sys.argv[1]) as tar:
        for member in tar:
            if not member.isreg():
                continue
            found = pieces(member)
            print(member.name, member.size, member.offset_data, len(found),
                  *(number for piece in found for number in piece))
    return 0


if __name__ == '__main__':
    sys.exit(main())
