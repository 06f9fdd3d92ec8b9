#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Write a tarball of files of every layout from a seed, and a list of its
# content.
#
#   make_reads.py SEED MEGABYTES FOLDER
#
# FOLDER gets reads.tar, reads.list and reads.cuts.  A line of the list is a
# name of a regular file: path, kind, size, offset of its data in the tar, key,
# number of pieces, and for each piece its offset in the file and its length.
# Byte n of the stored data is byte n of the sequence of the key, see content();
# none is
# zero.  Bytes that no piece covers are zero.
#
# Most sparse files are written here, in the four dialects, the others by GNU
# tar, which finds holes of whole blocks only.  Files of kind "cut" have pieces
# that no tar can have; cut_reads.py puts them into the index by their lines in
# reads.cuts.
#
# Copyright (C) 2026 The tarfs authors
import array
import os
import random
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import reads_layouts as layouts
from make_holes import DIALECTS, header
from random_tars import padded  # make_holes has set the path

MASK = (1 << 64) - 1
FACTOR = 0x9e3779b97f4a7c15
ODD = 0x0101010101010101
PAX = ['--format=posix', '--pax-option='
       'exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime']
FORMATS = {'gnu': ['--format=gnu'],
           **{f'pax-{v}': [*PAX, f'--sparse-version={v}']
              for v in ('0.0', '0.1', '1.0')}}
PAGE = 4096
GNU_LARGEST = 8 << 20       # bytes, since GNU tar reads holes


def content(key, length):
    """The first @length bytes of the key's sequence of little-endian words."""
    words = array.array('Q')
    for i in range(key, key + length // 8 + 1):
        word = i * FACTOR & MASK
        words.append(word ^ word >> 29 | ODD)
    if sys.byteorder == 'big':
        words.byteswap()
    return words.tobytes()[:length]


class Archive:
    """The tar and its list, while they are written."""

    def __init__(self, seed, folder):
        self.rng = random.Random(seed)
        self.tar = open(folder / 'reads.tar', 'wb')
        self.list = open(folder / 'reads.list', 'w')
        self.cuts = open(folder / 'reads.cuts', 'w')
        self.files = 0
        self.folder = None
        self.linkable = []

    def write(self, blocks):
        """Return the length of the last block, which is the file's data."""
        for block in blocks:
            self.tar.write(block)
        return len(block)

    def name(self):
        self.files += 1
        return f'{self.folder}/{self.files:05}'

    def add_line(self, path, kind, size, at, key, pieces):
        fields = [kind, size, at, f'{key:x}', len(pieces),
                  *(n for piece in pieces for n in piece)]
        print(path, *fields, file=self.list)
        self.linkable = self.linkable[-40:] + [(path, fields)]

    def add_folder(self, number):
        """Add a directory, some of them inside the one before."""
        above = f'{self.folder}/' if number % 8 in (1, 5, 6) else ''
        self.folder = f'{above}d{number:03}'
        self.write([header(self.folder + '/', tarfile.DIRTYPE, 0)])

    def add_plain(self, size):
        path, key = self.name(), self.rng.getrandbits(60)
        data = content(key, size)
        self.write([header(path, tarfile.REGTYPE, size)])
        at = self.tar.tell()
        self.write([padded(data)])
        self.add_line(path, 'plain', size, at, key, [(0, size)] if size else [])

    def add_sparse(self):
        rng, path = self.rng, self.name()
        dialect = rng.choice(list(DIALECTS))
        far = layouts.FAR_OLD_GNU if dialect == 'gnu' else layouts.FAR
        size, pieces = layouts.sparse(rng, far)
        stored = sum(length for _, length in pieces)
        key = rng.getrandbits(60)
        last = self.write(DIALECTS[dialect](
            path, size, pieces + [(size, 0)] * self.needs_end(size, pieces),
            content(key, stored)))
        at = self.tar.tell() - len(padded(bytes(stored)))
        assert last >= self.tar.tell() - at
        if len(pieces) > 1 and rng.random() < 0.3:
            dialect, pieces = self.add_cut(dialect, size, pieces)
        self.add_line(path, dialect, size, at, key, layouts.merged(pieces))

    @staticmethod
    def needs_end(size, pieces):
        """Does a file end in a hole?  An empty piece then gives its size."""
        return not pieces or sum(pieces[-1]) < size

    def add_cut(self, dialect, size, pieces):
        cut = layouts.cut(self.rng, size, pieces)
        if not cut:
            return dialect, pieces
        for row in (pieces, cut):
            print(size, *(n for piece in row for n in piece), file=self.cuts)
        return 'cut', cut

    def add_link(self):
        """Add a hard or symbolic link to an earlier file."""
        path = self.name()
        target, fields = self.rng.choice(self.linkable)
        hard = self.rng.random() < 0.5
        info = tarfile.TarInfo(path)
        info.type = tarfile.LNKTYPE if hard else tarfile.SYMTYPE
        info.linkname = target
        self.write([info.tobuf(tarfile.USTAR_FORMAT)])
        if hard:
            print(path, *fields, file=self.list)

    def add_by_tar(self, dialect, number):
        """Add @number sparse files, packed by GNU tar."""
        with tempfile.TemporaryDirectory() as work:
            written = {}
            os.mkdir(f'{work}/{self.folder}')
            while len(written) < number:
                size, pieces = layouts.sparse(self.rng, 0, PAGE)
                if has_free_page(pieces, size) and size <= GNU_LARGEST:
                    path, key = self.name(), self.rng.getrandbits(60)
                    write_file(f'{work}/{path}', size, pieces, key)
                    written[path] = size, pieces, key
            archive = f'{work}/tar'
            subprocess.run(['tar', *FORMATS[dialect], '--sparse',
                            '--hole-detection=raw', '--mtime=@1700000000',
                            '--owner=0', '--group=0', '--numeric-owner',
                            '-C', work, '-cf', archive, *written], check=True)
            self.append(archive, dialect, written)

    def append(self, archive, dialect, written):
        base = self.tar.tell()
        with tarfile.open(archive, 'r:') as tar:
            for member in tar:
                size, pieces, key = written[member.name]
                found = member.sparse or [(0, member.size)]
                if layouts.merged(found) != layouts.merged(pieces):
                    sys.exit(f'{member.name}: GNU tar has {found}')
                self.add_line(member.name, f'{dialect}/tar', size,
                              base + member.offset_data, key, pieces)
            end = tar.offset
        self.tar.write(Path(archive).read_bytes()[:end])

    def fill_folder(self):
        """Add runs of small files between others."""
        rng = self.rng
        for _ in range(rng.randint(1, 12)):
            for _ in range(rng.choice([0, 1, 3, 50])):
                self.add_plain(rng.randrange(rng.choice([10, 600, 6000])))
            for _ in range(rng.randint(0, 5)):
                self.add_plain(layouts.plain_size(rng))
            for _ in range(rng.randint(0, 9)):
                self.add_sparse()
            if self.linkable and rng.random() < 0.5:
                self.add_link()

    def close(self):
        self.tar.write(bytes(1024))
        for file in (self.tar, self.list, self.cuts):
            file.close()


def has_free_page(pieces, size):
    """
    Does a file take fewer blocks than its size on any file system?  GNU tar
    looks for holes only then.
    """
    taken = sum(-(-length // PAGE) for _, length in pieces)
    return size // PAGE > taken + 1


def write_file(path, size, pieces, key):
    data, done = content(key, sum(length for _, length in pieces)), 0
    with open(path, 'wb') as file:
        file.truncate(size)
        for offset, length in pieces:
            file.seek(offset)
            file.write(data[done:done + length])
            done += length


def main():
    seed, limit, folder = sys.argv[1], int(sys.argv[2]) << 20, sys.argv[3]
    archive = Archive(seed, Path(folder))
    number = 0
    while archive.tar.tell() < limit:
        archive.add_folder(number)
        archive.fill_folder()
        if number % 8 == 3:
            dialect = archive.rng.choice(list(FORMATS))
            archive.add_by_tar(dialect, archive.rng.randint(5, 30))
        number += 1
    archive.close()
    return 0


if __name__ == '__main__':
    sys.exit(main())
