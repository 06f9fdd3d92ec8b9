# SPDX-License-Identifier: GPL-2.0
"""
A reader of format 1: the tree that the driver presents.

Copyright (C) 2026 The tarfs authors
"""
import hashlib
import stat
import struct

BLOCK, SUPER = 4096, 512
KNOWN = (stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK,
         stat.S_IFIFO)


class Inode:
    def __init__(self, device, ino):
        (self.mode, flags, high, self.uid, self.gid, low, self.size,
         self.offset) = struct.unpack_from("<HBBIIIQQ", device.data,
                                           device.table + 32 * (ino - 1))
        self.device, self.ino = device, ino
        self.kind, self.opaque = stat.S_IFMT(self.mode), bool(flags & 1)
        self.mtime = (high & 15) << 32 | low

    def bytes(self):
        return self.device.data[self.offset:self.offset + self.size]

    def rdev(self):
        return self.offset >> 32, self.offset & 0xfffff

    def content_hash(self):
        return hashlib.sha256(self.bytes()).hexdigest()

    def entries(self):
        """
        Return (name, inode) of a directory's entries, without absent entries
        and invalid names; the first of two equal names counts.
        """
        seen = {}
        for at in range(self.offset, self.offset + self.size, 32):
            ino, name, length, kind = struct.unpack_from(
                "<QQQB", self.device.data, at)
            text = self.device.data[name:name + length]
            usable = 0 < length <= 255 and not set(text) & set(b"/\0")
            if kind and usable and text not in seen:
                inode = Inode(self.device, ino)
                if inode.kind in KNOWN:
                    seen[text] = inode
        return seen.items()


class Device:
    """The data device of an image."""

    def __init__(self, data):
        self.data = data
        self.table, self.count = struct.unpack_from("<QQ", data,
                                                    len(data) - SUPER)
        self.root = Inode(self, 1)

    def walk(self):
        """Yield (path, inode) of every name, first the root with path ""."""
        stack = [(b"", self.root)]
        while stack:
            path, inode = stack.pop()
            yield path, inode
            if inode.kind == stat.S_IFDIR:
                stack += [(path + b"/" + name if path else name, below)
                          for name, below in inode.entries()]
