#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Describe a directory tree, one line for each entry, for tree_test in the
# guest.
#
#   manifest.py DIR [--format 1]
#
# Fields: type, mode, uid, gid, nlink, size, seconds, nanoseconds, rdev, digest
# of the extended attributes, digest of the content or link target, number of
# the first line with this inode, path.  "-": none, or not compared.  With
# --format 1 omit what that format loses.
#
# Copyright (C) 2026 The tarfs authors
import argparse
import hashlib
import os
import stat
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] /
                       'tools/tests/kit'))
from extract import file_sha256  # noqa: E402

TYPES = {stat.S_IFREG: 'f', stat.S_IFDIR: 'd', stat.S_IFLNK: 'l',
         stat.S_IFCHR: 'c', stat.S_IFBLK: 'b', stat.S_IFIFO: 'p'}


def escaped(name):
    return ''.join(chr(b) if 33 <= b <= 126 and b != 92 else f'\\{b:02x}'
                   for b in name)


def xattr_digest(path):
    """
    Digest of each name, sorted and NUL-terminated, followed by its value.
    """
    names = sorted(os.fsencode(n)
                   for n in os.listxattr(path, follow_symlinks=False))
    if not names:
        return '-'
    digest = hashlib.sha256()
    for name in names:
        value = os.getxattr(path, name, follow_symlinks=False)
        digest.update(name + b'\0' + value)
    return digest.hexdigest()


def subdirectories(path):
    with os.scandir(path) as entries:
        return sum(e.is_dir(follow_symlinks=False) for e in entries)


def describe(path, format1):
    """Return all fields but the last two, and the stat result."""
    st = os.lstat(path)
    kind = TYPES[stat.S_IFMT(st.st_mode)]
    mode, nlink, size, nsec = (st.st_mode & 0o7777, st.st_nlink, st.st_size,
                               st.st_mtime_ns % 1000000000)
    rdev, xattrs, content = '-', xattr_digest(path), '-'
    if kind == 'd':
        nlink, size = 2 + subdirectories(path), '-'
    elif kind == 'f':
        content = file_sha256(path)
    elif kind == 'l':
        content = escaped(os.readlink(path))
    elif kind in 'cb':
        rdev = f'{os.major(st.st_rdev)}:{os.minor(st.st_rdev)}'
    if format1:
        mode, nlink, nsec, xattrs = mode & 0o777, 1, 0, '-'
    return [kind, f'{mode:o}', st.st_uid, st.st_gid, nlink, size,
            st.st_mtime_ns // 1000000000, nsec, rdev, xattrs, content], st


def tree(top):
    """Yield the path of every entry as bytes, "." first."""
    yield b'.'
    for folder, dirs, files in os.walk(top):
        dirs.sort()
        for name in sorted(dirs + files):
            yield os.path.relpath(os.path.join(folder, name), top)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('dir', type=os.fsencode)
    parser.add_argument('--format', choices='12', default='2')
    args = parser.parse_args()

    seen = {}
    for number, path in enumerate(tree(args.dir)):
        fields, st = describe(os.path.join(args.dir, path), args.format == '1')
        same = seen.setdefault(st.st_ino, number)
        print(*fields, same, escaped(path))
    return 0


if __name__ == '__main__':
    sys.exit(main())
