# SPDX-License-Identifier: GPL-2.0
"""
Parts of the model of format 2: constants, inodes, claims.

Copyright (C) 2026 The tarfs authors
"""
import stat
import struct

BLOCK, SUPER = 4096, 512
MAGIC = 0xff0a327366726174
ROOT = 1
INODES, DIRS, MAPS, XATTRS, TARGETS, BUCKETS = range(6)
ALIGN = {INODES: 64, DIRS: 8, MAPS: 16, XATTRS: 8, TARGETS: 1, BUCKETS: 4096}
OPAQUE, SPARSE, ACL, DEFAULT = 1, 2, 4, 8
PREFIXES = {1: b"user.", 2: b"trusted.", 3: b"security.",
            4: b"system.posix_acl_access", 5: b"system.posix_acl_default"}
ACL_ACCESS, ACL_DEFAULT = 4, 5


class Corrupt(Exception):
    """What is wrong, and where."""


def need(holds, what):
    if not holds:
        raise Corrupt(what)


class Inode:
    """A record of the inode table, and the records it refers to."""
    FIELDS = struct.Struct("<HHIIIQqIIQ")

    def __init__(self, ino, record):
        (self.mode, self.flags, self.nlink, self.uid, self.gid, self.size,
         self.mtime, self.nsec, self.xattrs_at,
         self.start) = self.FIELDS.unpack(record[:48])
        self.union = record[48:]
        self.ino = ino
        self.xattrs = {}
        self.entries = []  # of a directory: (name, inode number)
        self.target = b""
        self.pieces = []  # of a file: (file offset, device offset, length)
        self.rdev = 0

    def is_dir(self):
        return stat.S_ISDIR(self.mode)

    def __str__(self):
        return f"inode {self.ino}"


class Claims:
    """The owner of each byte of the index."""

    def __init__(self):
        self.spans = {}  # begin -> (end, owner)
        self.stops = set()  # ends of all spans, also of empty ones

    def add(self, begin, length, what, shared=False):
        """Claim a span.  A shared one may be claimed again, as a whole."""
        self.stops.add(begin + length)
        old = self.spans.get(begin)
        if old and length:
            need(shared and old == (begin + length, what),
                 f"{what} at {begin} overlaps {old[1]}")
        elif length:
            self.spans[begin] = (begin + length, what)

    def check(self, data, begin, end):
        """Spans do not overlap, and bytes between them are zero."""
        for start in sorted(self.spans):
            stop, what = self.spans[start]
            need(start >= begin, f"{what} at {start} overlaps what is before")
            need(not any(data[begin:start]), f"not zero before {start}")
            begin = stop
        need(begin <= end, "index goes beyond the superblock")
        need(not any(data[begin:end]), f"not zero after {begin}")


def rdev_pair(rdev):
    """Return (major, minor) of a device number in the kernel's encoding."""
    return rdev >> 8 & 0xfff, rdev & 0xff | rdev >> 12 & 0xfff00
