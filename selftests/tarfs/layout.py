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

from reads_layouts import merged


def pieces(member):
    """Return the pieces of data: not empty, adjacent ones merged."""
    return merged([(0, member.size)] if member.sparse is None
                  else member.sparse)


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
