#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Write a tarball of sparse files whose data begin and end anywhere.
#
#   make_holes.py > TARBALL
#
# GNU tar finds holes of whole blocks only, so this writes the four dialects of
# its
# maps.  Each has the same files, in a directory of its name.  The lengths of
# pieces, except the last, are multiples of 512: with others readers disagree
# where the next piece begins.
#
# Copyright (C) 2026 The tarfs authors
import struct
import sys
import tarfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] /
                       'tools/tests/kit'))
from make_tars import pattern  # noqa: E402
from random_tars import (BLOCK, padded, pax_record,  # noqa: E402
                         with_checksum)

WHEN = 1700000000
FAR = 5 << 30

# name: size of the file, pieces of data
SHAPES = {
    'hole': (1000000, []),
    'first': (1000000, [(0, 1)]),
    'last': (1000001, [(1000000, 1)]),
    'middle': (300001, [(5000, 3000)]),
    'end': (70001, [(100, 1024), (60000, 10001)]),
    'trailing': (1 << 20, [(0, 70001)]),
    'page': (20000, [(100, 512), (700, 512), (1213, 1536), (4000, 512),
                     (8191, 512), (12288, 4096), (19999, 1)]),
    'touching': (30000, [(1000, 512), (1512, 1024), (2536, 512),
                         (20000, 512), (20512, 77)]),
    'many': (1100000, [(i * 1061, 512) for i in range(1000)]),
    'large': (3 << 20, [(12345, 327680), (700001, 1 << 20),
                        (2 << 20, 400003)]),
    # two pieces in a page that is not the first of a readahead window
    'later': (40000, [(0, 9728), (10240, 20480)]),
    'chain': (600000, [(i * 17408, 16896) for i in range(30)]),
    'shared': (400001, [(i * 33280, 24064 + 512 * (i % 17))
                        for i in range(12)]),
    'far': (6 << 30, [(10, 512), ((1 << 32) - 300, 1024), (FAR + 123, 777)]),
}


def header(name, kind, size, gnu=b''):
    """A header whose last 167 bytes are old GNU's, or zero."""
    info = tarfile.TarInfo(name)
    info.type, info.size, info.mode, info.mtime = kind, size, 0o644, WHEN
    info.mode = 0o755 if kind == tarfile.DIRTYPE else 0o644
    style = tarfile.GNU_FORMAT if gnu else tarfile.USTAR_FORMAT
    block = bytearray(info.tobuf(style))
    block[345:345 + len(gnu)] = gnu
    return with_checksum(block)


def number(value):
    return b'%011o\0' % value


def old_gnu(name, size, pieces, data):
    """Four pieces in the header, 21 in each extension block."""
    rows = [number(offset) + number(length) for offset, length in pieces]
    first, more = rows[:4], rows[4:]
    # 41 bytes of times and offsets come first
    gnu = bytes(41) + b''.join(first).ljust(96, b'\0')
    gnu += struct.pack('B', bool(more)) + number(size)
    yield header(name, tarfile.GNUTYPE_SPARSE, len(data), gnu)
    while more:
        block, more = more[:21], more[21:]
        block = b''.join(block).ljust(504, b'\0')
        yield (block + struct.pack('B', bool(more))).ljust(BLOCK, b'\0')
    yield padded(data)


def pax(name, records, data):
    """A member with a PAX extended header."""
    text = b''.join(pax_record(key.encode(), value.encode())
                    for key, value in records)
    yield header('PaxHeaders/' + name.split('/')[1], tarfile.XHDTYPE,
                 len(text))
    yield padded(text)
    yield header(name, tarfile.REGTYPE, len(data))
    yield padded(data)


def pax_0_0(name, size, pieces, data):
    records = [('GNU.sparse.size', str(size)),
               ('GNU.sparse.numblocks', str(len(pieces)))]
    for offset, length in pieces:
        records += [('GNU.sparse.offset', str(offset)),
                    ('GNU.sparse.numbytes', str(length))]
    return pax(name, records, data)


def pax_0_1(name, size, pieces, data):
    numbers = ','.join(str(n) for piece in pieces for n in piece)
    return pax(name + '.0', [
        ('GNU.sparse.size', str(size)),
        ('GNU.sparse.numblocks', str(len(pieces))),
        ('GNU.sparse.name', name), ('GNU.sparse.map', numbers)], data)


def pax_1_0(name, size, pieces, data):
    numbers = [len(pieces)] + [n for piece in pieces for n in piece]
    table = ''.join(f'{n}\n' for n in numbers).encode()
    return pax(name + '.0', [
        ('GNU.sparse.major', '1'), ('GNU.sparse.minor', '0'),
        ('GNU.sparse.name', name), ('GNU.sparse.realsize', str(size))],
        padded(table) + data)


DIALECTS = {'gnu': old_gnu, 'pax-0.0': pax_0_0, 'pax-0.1': pax_0_1,
            'pax-1.0': pax_1_0}


def main():
    out = sys.stdout.buffer
    for dialect, member in DIALECTS.items():
        out.write(header(dialect + '/', tarfile.DIRTYPE, 0))
        for name, (size, pieces) in SHAPES.items():
            data = b''.join(pattern(length, start)
                            for start, length in pieces)
            # an empty piece gives the size of a file that ends in a hole
            if not pieces or sum(pieces[-1]) < size:
                pieces = pieces + [(size, 0)]
            for block in member(f'{dialect}/{name}', size, pieces, data):
                out.write(block)
    out.write(bytes(2 * BLOCK))
    return 0


if __name__ == '__main__':
    sys.exit(main())
