# SPDX-License-Identifier: GPL-2.0
"""
Tars from a seed on which all programs that extract should agree.

Copyright (C) 2026 The tarfs authors

They use every legal way to write a member, and members replace each other, but
nothing is damaged, ambiguous or given twice.
"""
from random_tars import (GNU, USTAR, V7, Writer, binary_field, octal_field,
                         pax_record)

KINDS = {b"0": 30, b"5": 20, b"2": 12, b"1": 16, b"3": 4, b"4": 2, b"6": 3,
         b"S": 3, b"7": 1}
NAMES = (b"a", b"b", b"c", b"d", b"e", b"f f", b"\xc3\xa9", b"g" * 60,
         b"h" * 120, b"i" * 255)
# none begins with '..' or '/': GNU tar delays the creation of such links
TARGETS = (b"a", b"b/c", b"none", b"t" * 99, b"u" * 100, b"v" * 101,
           b"w" * 4095)
TIMES = (0, 1, 1500000000, 0o77777777777, 1 << 33, -1, -86400)
FRACTIONS = (b"1500000000.5", b"-1.25", b"3.123456789", b"0.000000001",
             b"-0.5", b"7")


class TameWriter(Writer):
    """Write members that make sense in the tree so far."""

    def __init__(self, seed):
        super().__init__(seed)
        self.tree = {b"": b"5"}  # path: type

    def of_kind(self, *kinds):
        return sorted(path for path, kind in self.tree.items()
                      if kind in kinds)

    def path(self):
        """Return an existing name, or a new one."""
        if self.chance(25) and len(self.tree) > 1:
            return self.random.choice(sorted(self.tree)[1:])
        parent = self.random.choice(self.of_kind(b"5"))
        parts = [self.random.choice(NAMES)
                 for _ in range(2 if self.chance(10) else 1)]
        return b"/".join(([parent] if parent else []) + parts)

    def place(self, path, kind):
        """Add the member to the tree; False if it does not fit."""
        if len(path) > 2000:
            return False
        parts = path.split(b"/")
        above = [b"/".join(parts[:i]) for i in range(1, len(parts))]
        if any(self.tree.get(parent, b"5") != b"5" for parent in above):
            return False
        if kind != b"5" and self.tree.get(path) == b"5":
            return False
        for parent in above:
            self.tree[parent] = b"5"
        self.tree[path] = kind
        return True

    def number(self, value, width):
        if not 0 <= value < 8 ** (width - 1):
            return binary_field(value, width)
        return octal_field(value, width)

    def records(self, kind, path, link, size):
        """
        Write extended headers; return the (path, link, size) that remain for
        the header.
        """
        lines = []
        if len(path) > 100 and self.chance(50):
            self.record(b"L", path + b"\0")
            path = path[:100]
        elif len(path) > 100 or self.chance(5):
            lines.append(pax_record(b"path", path))
            path = b"other"
        if len(link) > 100 and self.chance(50):
            self.record(b"K", link + b"\0")
            link = link[:100]
        elif len(link) > 100 or (link and self.chance(5)):
            lines.append(pax_record(b"linkpath", link))
            link = b"other"
        if self.chance(15):
            lines.append(pax_record(b"mtime", self.random.choice(FRACTIONS)))
        if self.chance(10):
            lines += [pax_record(key, b"%d" % self.random.getrandbits(31))
                      for key in (b"uid", b"gid")]
        if kind in (b"0", b"5") and self.chance(10):
            lines.append(pax_record(b"SCHILY.xattr.user.x", b"two\nlines\0="))
            lines.append(pax_record(b"SCHILY.xattr.trusted.y", b"z" * 300))
        if kind == b"0" and self.chance(5):
            lines.append(pax_record(b"size", b"%d" % size))
            size = 0
        self.random.shuffle(lines)
        if lines:
            self.record(b"x", b"".join(lines), USTAR)
        return path, link, size

    def member(self):
        kind, path, link = self.pick(KINDS), self.path(), b""
        becomes = kind
        if kind == b"1":
            link = self.random.choice(
                self.of_kind(b"0", b"7", b"S", b"2", b"3", b"4", b"6")
                or [path])
            if link == path:
                return
            becomes = self.tree[link]
        elif kind == b"2":
            link = self.random.choice(TARGETS)
        if not self.place(path, becomes):
            return
        if kind == b"S":
            if len(path) > 100:
                self.record(b"L", path + b"\0")
            self.sparse_member(path)
        else:
            self.plain_member(kind, path, link)

    def plain_member(self, kind, path, link):
        size = self.random.choice((0, 1, 511, 512, 513, 4096, 5000)) \
            if kind in b"07" else 0
        body = self.data(size)
        shown, link, size = self.records(kind, path, link, size)
        if shown == path and kind == b"5" and len(path) < 100:
            shown += b"/"
        magic = GNU if kind in b"347" else self.random.choice((GNU, USTAR, V7))
        mtime = self.random.choice(TIMES)
        self.out.append(self.header(
            shown, kind=kind, link=link, magic=magic, size=size,
            mode=self.random.getrandbits(12),
            uid=self.number(self.random.choice((0, 1000, 4000000000)), 8),
            gid=self.number(self.random.choice((0, 100, 2097152)), 8),
            mtime=self.number(mtime, 12),
            major=self.number(self.random.choice((1, 8, 259)), 8),
            minor=self.number(self.random.choice((0, 3, 300, 70000)), 8)))
        self.out.append(body)

    def archive(self):
        for _ in range(self.random.choice((5, 20, 60))):
            self.member()
        return b"".join(self.out) + bytes(1024)


class HalfTameWriter(TameWriter):
    """Write an odd member now and then."""

    def member(self):
        if self.chance(6):
            Writer.member(self)
        else:
            super().member()

    def path(self):
        return Writer.path(self) if self.chance(6) else super().path()


def tar(seed):
    """Return the tar of a seed."""
    return TameWriter(seed).archive()


def odd_tar(seed):
    """Return a tar of a seed with some oddities."""
    return HalfTameWriter(seed).archive()
