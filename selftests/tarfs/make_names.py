#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Write a tarball of one directory "many" with empty files.
#
#   make_names.py COUNT > TARBALL
#
# Names are name-0000000 and so on.
#
# Copyright (C) 2026 The tarfs authors
import sys
import tarfile

WHEN = 1700000000
BATCH = 4096


def main():
    count = int(sys.argv[1])
    out = sys.stdout.buffer
    folder = tarfile.TarInfo('many')
    folder.type, folder.mode, folder.mtime = tarfile.DIRTYPE, 0o755, WHEN
    out.write(folder.tobuf(tarfile.USTAR_FORMAT))

    # headers differ in seven digits and the checksum only
    file = tarfile.TarInfo('many/name-0000000')
    file.mtime = WHEN
    block = bytearray(file.tobuf(tarfile.USTAR_FORMAT))
    block[148:156] = b' ' * 8
    base = sum(block) - sum(b'0000000')
    batch = []
    for i in range(count):
        digits = b'%07d' % i
        block[10:17] = digits
        block[148:156] = b'%06o\0 ' % (base + sum(digits))
        batch.append(bytes(block))
        if len(batch) == BATCH:
            out.write(b''.join(batch))
            batch = []
    out.write(b''.join(batch) + bytes(1024))
    return 0


if __name__ == '__main__':
    sys.exit(main())
