#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Make images with misplaced directories, for twin_test.
#
#   make_twins.py MKTARFS FOLDER
#
# twins.1, twins.2  many/first and many/last, in two chunks, are one directory
# alias.1           a/sub and b/sub are one directory, and one string is both names
# lost.2            the parent of aa/sub is a file
# faulty.2          the first of three files in the root has no inode
# empty.1           the first file in the root has a name of 0 bytes, beyond the end
# shared.1          f and g are one directory, as format 1 makes of a file with
#                   two names that a directory replaces
#
# Copyright (C) 2026 The tarfs authors
import io
import subprocess
import sys
from pathlib import Path

import make_tars
import mutate
from mutate import U32, U64, put

PARENT2, FIRST_PARENT = mutate.PARENT, 3


def twins(tar):
    tar.dir('.')
    tar.dir('many')
    tar.dir('many/first')
    tar.add('many/first/file')
    for i in range(60):
        tar.add(f'many/{i:0200}')
    tar.dir('many/last')


def alias(tar):
    for name in ('.', 'a', 'b', 'a/sub', 'b/sub'):
        tar.dir(name)
    tar.add('a/sub/file')


def lost(tar):
    for name in ('.', 'aa'):
        tar.dir(name)
    tar.add('aa/file')
    tar.dir('aa/sub')


def three(tar):
    tar.dir('.')
    for name in ('aa', 'bb', 'cc'):
        tar.add(name)


def shared(tar):
    tar.dir('.')
    tar.add('f')
    tar.link('g', 'f')
    tar.dir('f')
    tar.add('f/x')


def entries1(image, ino):
    """Offsets of the entries of a directory in format 1."""
    record = image.get(U64, image.super) + 32 * (ino - 1)
    start = image.get(U64, record + mutate.OFFSET1)
    return range(start, start + image.get(U64, record + mutate.SIZE1), 32)


def name1(image, entry):
    start, size = (image.get(U64, entry + field)
                   for field in (mutate.NAME1, mutate.LEN1))
    return image.data[start:start + size]


def folder1(image, name):
    """The entries of a directory in the root, by their names."""
    ino = next(image.get(U64, entry) for entry in entries1(image, 1)
               if name1(image, entry) == name)
    return {name1(image, at): at for at in entries1(image, ino)}


def same1(image):
    entry = folder1(image, b'many')
    return put(entry[b'last'], U64, image.get(U64, entry[b'first']))


def alias1(image):
    first, second = (folder1(image, name)[b'sub'] for name in (b'a', b'b'))
    return [patch for field in (0, mutate.NAME1) for patch in
            put(second + field, U64, image.get(U64, first + field))]


def same2(image):
    at = mutate.records2(image)['big']
    start, size = (image.get(U64, at + field)
                   for field in (mutate.START, mutate.SIZE))
    last = start + size - 4096
    assert last > start, 'there are several chunks'
    last += 8 * image.get(mutate.U16, last)
    return put(last, U32, image.get(U32, start + 8))


def parent2(image):
    return put(image.section(mutate.INODES) + 64 * 3 + PARENT2, U32,
               FIRST_PARENT)


def faulty2(image):
    at = image.get(U64, mutate.records2(image)['root'] + mutate.START)
    return put(at + 8, U32, mutate.MAX32)


def empty1(image):
    first = entries1(image, 1)[0]
    return put(first + mutate.NAME1, U64, mutate.BIG) + \
        put(first + mutate.LEN1, U64, 0)


IMAGES = {'twins.1': (twins, same1), 'twins.2': (twins, same2),
          'alias.1': (alias, alias1), 'lost.2': (lost, parent2), 
          'faulty.2': (three, faulty2), 'empty.1': (three, empty1),
          'shared.1': (shared, lambda image: [])}


def write(mktarfs, path, make, patches):
    """Write an image, whose name ends in its format."""
    tar = io.BytesIO()
    writer = make_tars.Writer(tar)
    make(writer)
    writer.tar.close()
    subprocess.run([mktarfs, f'--format={path.suffix[1:]}', '--no-verity',
                    '--quiet', '-', path], input=tar.getvalue(), check=True)
    data = bytearray(path.read_bytes())
    for offset, new in patches(mutate.Image(bytes(data))):
        data[offset:offset + len(new)] = new
    path.write_bytes(data)


def main():
    mktarfs, folder = sys.argv[1], Path(sys.argv[2])
    for name, (make, patches) in IMAGES.items():
        write(mktarfs, folder / name, make, patches)
    return 0


if __name__ == '__main__':
    sys.exit(main())
