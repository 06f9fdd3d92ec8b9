# SPDX-License-Identifier: GPL-2.0
"""
A model of format 1: a tar in, its only valid image out.

Copyright (C) 2026 The tarfs authors

Written from the description of the published format, independently of the
tools that it is compared with: slow, literal and short, so that it can be
checked against the description rule by rule.  The faults of the format are
part of it.

Usage: format1_model.py TAR [IMAGE] prints diff_id and root hash
"""
import collections
import hashlib
import struct
import sys

from format1_archive import (HEADER, Archive, NotANumber, Refused, number,
                             octal, or_zero)

BLOCK = 4096  # of data and of hashes
SUPER = 512  # superblock and trailer, at the end of a block
SALT = bytes(32)

S_IFMT, S_IFREG, S_IFDIR, S_IFLNK = 0o170000, 0o100000, 0o040000, 0o120000
S_IFCHR, S_IFBLK, S_IFIFO = 0o020000, 0o060000, 0o010000


# ---- the tree ----

class Node:
    """
    A file.  One that is implied by a path is all zero: mode 0, no directory.
    """
    def __init__(self, mode=0):
        self.ino = 0
        self.replace(mode)

    def replace(self, mode, size=0, offset=0, owner=0, group=0, mtime=0):
        self.children = {}
        self.opaque = False
        self.mode, self.size, self.offset = mode, size, offset
        self.owner, self.group, self.mtime = owner, group, mtime

    def type(self):
        return self.mode & S_IFMT

    def sorted_children(self):
        return sorted(self.children.items())


def clean(path):
    """Return the components of a path; None if '..' leads out of the root."""
    parts = []
    for part in path.split(b"/"):
        if part in (b"", b"."):
            continue
        if part != b"..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            return None
    return parts


class Tree:
    def __init__(self, pax_ids):
        self.pax_ids = pax_ids
        self.root = Node(0o040555)
        self.special = []  # targets that no header holds, in order

    def walk(self, parts):
        """Return the node of a path; create what is missing."""
        node = self.root
        for part in parts:
            node = node.children.setdefault(part, Node())
        return node

    def add(self, member):
        """Add a member: parse its mode first, then its type, then its name."""
        header = member.header
        try:
            perm = octal(header.mode) & 0o777
        except NotANumber:
            return
        if header.type == b"1":
            self.link(member)
            return
        fields = self.by_type(member)
        if not fields:
            return
        kind, size, offset = fields
        self.place(member, perm | kind, size, offset)

    def by_type(self, member):
        """Return (file type, size, offset), or None to ignore the member."""
        header = member.header
        if header.type in (b"0", b"\0"):
            return S_IFREG, member.size, member.pos + HEADER
        if header.type == b"5":
            return S_IFDIR, 0, 0
        if header.type == b"6":
            return S_IFIFO, 0, 0
        if header.type in (b"3", b"4"):
            return self.device(header)
        if header.type == b"2":
            return self.symlink(member)
        return None

    def device(self, header):
        if not header.ustar and not header.gnu:
            return None
        try:
            number = octal(header.major) << 32 | octal(header.minor)
        except NotANumber:
            return None
        return S_IFCHR if header.type == b"3" else S_IFBLK, 0, number

    def symlink(self, member):
        """
        A target in the header stays there, also an empty one.  Any other goes
        to the string area, even if this member is dropped later.
        """
        target = member.target()
        if target is None:
            return None
        if target == (member.header.target() or b""):
            return S_IFLNK, len(target), member.pos + 157
        self.special.append(target)
        return S_IFLNK, len(target), 0

    def link(self, member):
        """
        Make a hard link share the node of its target.  If that is no regular
        file, the nodes created on the way to it stay.
        """
        target = member.target()
        parts = clean(target) if target is not None else None
        if parts is None:
            return
        node = self.walk(parts)
        if node.type() != S_IFREG:
            return
        parts = clean(member.path())
        if parts is None:
            return
        if not parts:
            self.root = node
        else:
            self.walk(parts[:-1]).children[parts[-1]] = node

    def place(self, member, mode, size, offset):
        """
        Place a whiteout, an opaque marker, or a node, which overwrites the old
        one together with its children.
        """
        parts = clean(member.path())
        if parts is None:
            return
        last = parts[-1] if parts else b""
        if last == b".wh..wh..opq":
            self.walk(parts[:-1]).opaque = True
        elif last.startswith(b".wh."):
            node = self.walk(parts[:-1] + [last[4:]])
            node.children = {}
            node.mode = node.mode & ~S_IFMT | S_IFCHR
            node.size = node.offset = 0
        else:
            self.walk(parts).replace(mode, size, offset,
                *member.owner(self.pax_ids),
                or_zero(number, member.header.mtime))

    def refuse_cycles(self):
        """Refuse a cycle, on which the original loops forever."""
        done, path = set(), [(self.root, iter(self.root.children.values()))]
        above = {self.root}
        while path:
            node, rest = path[-1]
            child = next(rest, None)
            if child is None:
                path.pop()
                above.discard(node)
                done.add(node)
            elif child in above:
                raise Refused("a hard link makes a file its own parent")
            elif child not in done:
                above.add(child)
                path.append((child, iter(child.children.values())))

    def breadth_first(self):
        """
        Yield the node of every name, directory or not: one with two names
        comes twice.
        """
        queue = collections.deque([self.root])
        while queue:
            node = queue.popleft()
            yield node
            queue.extend(child for _, child in node.sorted_children())


# ---- the data device ----

def inode_bytes(node, offset):
    return struct.pack("<HBBIIIQQ", node.mode, 1 if node.opaque else 0,
                       node.mtime >> 32 & 0xf, node.owner, node.group,
                       node.mtime & 0xffffffff, node.size, offset)


def entry_bytes(child, name_offset, name):
    return struct.pack("<QQQB7x", child.ino, name_offset, len(name),
                       child.type() >> 12)


def index_bytes(tree, tar_size):
    """
    Return (bytes of the index, number of inodes, its nominal end).

    The nominal end is that of the last name, which is not always the actual
    one, plus the size of everything after the directory entries: targets, and
    names once more.
    """
    tree.refuse_cycles()
    count = 0
    for node in tree.breadth_first():
        if not node.ino:
            count += 1
            node.ino = count

    offset = tar_size + 32 * count
    for node in tree.breadth_first():
        if node.type() == S_IFDIR:
            node.offset = offset
            node.size = 32 * len(node.children)
            offset += node.size
    string = offset

    inodes, emitted = [], set()
    for node in tree.breadth_first():
        if node in emitted:
            continue
        emitted.add(node)
        at = node.offset
        if node.type() == S_IFLNK and at == 0:
            at = string
            string += node.size
        inodes.append(inode_bytes(node, at))

    entries, names = [], []
    for node in tree.breadth_first():
        if node.type() != S_IFDIR:
            continue
        for name, child in node.sorted_children():
            entries.append(entry_bytes(child, string, name))
            names.append(name)
            string += len(name)
    strings = tree.special + names
    end = string + sum(len(text) for text in strings)
    return b"".join(inodes + entries + strings), count, end


def round_up(size, unit):
    return (size + unit - 1) // unit * unit


def data_device(tar, pax_ids):
    """
    Return the tar, the index, zeros up to the block of the nominal end, and
    one more block with the superblock.
    """
    tree = Tree(pax_ids)
    for member in Archive(tar).members():
        tree.add(member)
    index, count, end = index_bytes(tree, len(tar))
    data = (tar + index).ljust(round_up(end, BLOCK), b"\0")
    superblock = struct.pack("<QQ", len(tar), count)
    return data + bytes(BLOCK - SUPER) + superblock.ljust(SUPER, b"\0")


# ---- dm-verity ----

def hash_block(block):
    return hashlib.sha256(SALT + block).digest()


def verity(data):
    """Return (hash tree, root level first; root hash)."""
    levels, below = [], data
    while True:
        hashes = b"".join(hash_block(below[i:i + BLOCK])
                          for i in range(0, len(below), BLOCK))
        below = hashes.ljust(round_up(len(hashes), BLOCK), b"\0")
        levels.insert(0, below)
        if len(below) == BLOCK:
            return b"".join(levels), hash_block(below)


class Image:
    """The image of a tar; raises Refused if there is none."""
    def __init__(self, tar, pax_ids=False):
        self.tar_size = len(tar)
        self.diff_id = "sha256:" + hashlib.sha256(tar).hexdigest()
        self.data = data_device(tar, pax_ids)
        self.tree, root = verity(self.data)
        self.root_hash = root.hex()

    def trailer(self):
        fields = struct.pack("<IIQ", BLOCK, BLOCK, len(self.data) // BLOCK)
        return bytes(BLOCK - SUPER) + fields.ljust(SUPER, b"\0")

    def bytes(self):
        return self.data + self.tree + self.trailer()


def main(argv):
    if len(argv) not in (2, 3):
        print("usage: format1_model.py TAR [IMAGE]", file=sys.stderr)
        return 2
    with open(argv[1], "rb") as file:
        tar = file.read()
    try:
        image = Image(tar)
    except Refused as reason:
        print(f"{argv[1]}: refused: {reason}", file=sys.stderr)
        return 1
    if len(argv) == 3:
        with open(argv[2], "wb") as file:
            file.write(image.bytes())
    print(image.diff_id, image.root_hash)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
