# SPDX-License-Identifier: GPL-2.0
"""
A reader of format 2 that validates everything: a model for tests.

Copyright (C) 2026 The tarfs authors

Written from the definition of the format, independently of the tools that it
is compared with.  Every statement of the definition about an image is checked,
and each byte of the index must belong to a record or be zero.

Usage: format2_model.py IMAGE       list its content
"""
import hashlib
import stat
import struct
import sys
import uuid

import format1_model
from format2_dirs import read_dir
from format2_records import (
    ACL, ACL_ACCESS, ACL_DEFAULT, ALIGN, BLOCK, BUCKETS, Claims, Corrupt,
    DEFAULT, INODES, Inode, MAGIC, MAPS, OPAQUE, PREFIXES, ROOT, SPARSE, SUPER,
    TARGETS, XATTRS, need, rdev_pair)
from siphash import siphash


class Device:
    """A data device of format 2, completely validated on creation."""

    def __init__(self, data):
        self.data = data
        self.claims = Claims()
        self.read_super()
        self.inodes = [self.read_inode(i + 1) for i in range(self.count)]
        self.root = self.inodes[0]
        need(self.root.is_dir(), "root is no directory")
        for inode in self.inodes:
            self.read_xattrs(inode)
            if inode.is_dir():
                read_dir(self, inode)
            elif stat.S_ISREG(inode.mode):
                self.read_file(inode)
            elif stat.S_ISLNK(inode.mode):
                self.read_target(inode)
            else:
                self.read_special(inode)
        self.check_links()
        self.check_order()
        self.claims.check(data, self.tar_size, len(data) - SUPER)
        for offset, length in self.sections:
            need(not length or offset + length in self.claims.stops,
                 f"section at {offset} is longer than what is in it")

    # -- offsets --

    def unpack(self, layout, at):
        need(0 <= at <= len(self.data) - struct.calcsize(layout),
             f"offset {at} is beyond the device")
        return struct.unpack_from(layout, self.data, at)

    def within(self, section, at, length, what):
        offset, size = self.sections[section]
        need(offset <= at and at + length <= offset + size,
             f"{what} at {at} is outside of its section")
        need(at % ALIGN[section] == 0, f"{what} at {at} is not aligned")

    @staticmethod
    def one_block(at, length, what):
        need(at // BLOCK == (at + max(length, 1) - 1) // BLOCK,
             f"{what} at {at} straddles a block")

    # -- superblock --

    def read_super(self):
        data = self.data
        need(len(data) >= BLOCK and len(data) % BLOCK == 0,
             "device is not a number of blocks")
        block = data[-SUPER:]
        (magic, checksum, version, self.count, compat, incompat, self.tar_size,
         size, self.diff_id, uuid_bytes, reserved1) = struct.unpack_from(
             "<QQIIQQQQ32s16s24s", block)
        need(magic == MAGIC, "no superblock of format 2")
        need(checksum == siphash(0, 0, block[:8] + bytes(8) + block[16:]),
             "checksum of the superblock")
        need(version == 1, f"version {version}")
        need(not compat and not incompat, "feature bits are set")
        need(size == len(data), f"data_size {size} is not {len(data)}")
        need(self.tar_size <= size - SUPER, "tar_size is beyond the device")
        need(hashlib.sha256(data[:self.tar_size]).digest() == self.diff_id,
             "diff_id is not that of the tar")
        need(not any(reserved1 + block[256:]), "reserved bytes of superblock")
        digest = hashlib.sha256(b"tarfs uuid" + self.diff_id).digest()
        wanted = bytearray(digest[:16])
        wanted[6] = wanted[6] & 0x0f | 0x80  # version 8
        wanted[8] = wanted[8] & 0x3f | 0x80  # the variant of RFC 9562
        need(uuid_bytes == wanted, "uuid is not that of the diff_id")
        self.uuid = uuid.UUID(bytes=uuid_bytes)
        self.read_sections(struct.unpack_from("<16Q", block, 128))

    def read_sections(self, table):
        self.sections = list(zip(table[::2], table[1::2]))
        need(not any(table[12:]), "unknown sections are not zero")
        last = []
        for i, (offset, length) in enumerate(self.sections[:6]):
            if not length:
                need(not offset, f"empty section {i} has an offset")
                continue
            need(self.tar_size <= offset and
                 offset + length <= len(self.data) - SUPER,
                 f"section {i} is outside of the index")
            need(offset % ALIGN[i] == 0, f"section {i} is not aligned")
            last.append((offset, offset + length, i))
        self.check_layout(last)
        need(self.count and self.sections[INODES][1] == 64 * self.count,
             "inode table is not 64 bytes an inode")
        need(self.sections[BUCKETS][1] % BLOCK == 0, "buckets are no blocks")
        self.claims.add(self.sections[INODES][0], 64 * self.count, "inodes")

    def check_layout(self, sections):
        """
        Validate the only layout: an image is a function of the tar, with one
        offset for each section and one size of the device.  Only a parser of
        tars can tell whether blocks of zeros are an end or data of a file.
        """
        end = self.tar_size + -self.tar_size % SUPER
        if sections[0][0] >= end + 2 * SUPER:
            end += 2 * SUPER
        else:
            need(self.has_zero_blocks(), "the archive has no end")
        for begin, after, i in sections:
            end += -end % ALIGN[i]
            need(begin == end, f"section {i} is at {begin}, not at {end}")
            end = after
        end += SUPER
        need(len(self.data) == end + -end % BLOCK, "size of the device")

    def has_zero_blocks(self):
        """Does the tar have two blocks of zeros in a row?"""
        return any(not any(self.data[at:at + 2 * SUPER])
                   for at in range(0, self.tar_size - 2 * SUPER + 1, SUPER))

    # -- inodes --

    def read_inode(self, ino):
        at = self.sections[INODES][0] + 64 * (ino - 1)
        inode = Inode(ino, self.data[at:at + 64])
        kind = stat.S_IFMT(inode.mode)
        need(kind in (stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK, stat.S_IFCHR,
                      stat.S_IFBLK, stat.S_IFIFO),
             f"{inode}: type {kind:o}")
        need(not inode.flags & ~15, f"{inode}: unknown flags")
        need(inode.is_dir() or not inode.flags & (OPAQUE | DEFAULT),
             f"{inode}: flags of a directory")
        need(kind == stat.S_IFREG or not inode.flags & SPARSE,
             f"{inode}: sparse, but no regular file")
        need(inode.nsec < 1000000000, f"{inode}: nanoseconds")
        need(inode.nlink, f"{inode}: no links")
        return inode

    def read_special(self, inode):
        """Validate a device or a fifo."""
        need(not inode.size and not inode.start, f"{inode}: has data")
        rest = inode.union
        if stat.S_IFMT(inode.mode) in (stat.S_IFCHR, stat.S_IFBLK):
            inode.rdev = int.from_bytes(rest[:4], "little")
            rest = rest[4:]
        need(not any(rest), f"{inode}: reserved bytes")

    def read_target(self, inode):
        at, size = inode.start, inode.size
        need(1 <= size <= 4095, f"{inode}: target of {size} bytes")
        need(not any(inode.union), f"{inode}: reserved bytes")
        self.one_block(at, size, f"target of {inode}")
        self.within(TARGETS, at, size, f"target of {inode}")
        self.claims.add(at, size, f"target of {inode}")
        inode.target = self.data[at:at + size]
        need(b"\0" not in inode.target, f"{inode}: NUL in target")

    def read_file(self, inode):
        at, stored = struct.unpack("<QQ", inode.union)
        need(inode.start % 512 == 0, f"{inode}: data are not aligned")
        sparse = inode.flags & SPARSE
        need(sparse or not stored, f"{inode}: stored {stored}, but not sparse")
        if not sparse:
            stored = inode.size
        need(inode.start + stored <= self.tar_size,
             f"{inode}: data are outside of the tar")
        need(bool(stored) == bool(inode.start), f"{inode}: start {inode.start}"
             f" with {stored} bytes stored")
        if sparse:
            self.read_map(inode, at, stored)
            return
        need(not at, f"{inode}: map {at}, but not sparse")
        if stored:
            inode.pieces = [(0, inode.start, stored)]

    def read_map(self, inode, at, stored):
        count, reserved = self.unpack("<QQ", at)
        need(not reserved, f"{inode}: reserved bytes of the map")
        self.within(MAPS, at, 16 * (count + 2), f"map of {inode}")
        self.claims.add(at, 16 * (count + 2), f"map of {inode}")
        extents = [self.unpack("<QQ", at + 16 * (i + 1))
                   for i in range(count + 1)]
        need(extents[-1] == (inode.size, stored), f"{inode}: end of the map")
        need(extents[0][1] == 0, f"{inode}: map begins in the middle")
        for (logical, here), (following, there) in zip(extents, extents[1:]):
            need(here < there and logical + there - here <= following,
                 f"{inode}: map is out of order")
            inode.pieces.append((logical, inode.start + here, there - here))

    # -- extended attributes --

    def read_xattrs(self, inode):
        if inode.xattrs_at:
            inode.xattrs = self.xattr_set(8 * (inode.xattrs_at - 1), inode)
        prefixes = {prefix for prefix, _ in inode.xattrs}
        for flag, prefix in ((ACL, ACL_ACCESS), (DEFAULT, ACL_DEFAULT)):
            need(bool(inode.flags & flag) == (prefix in prefixes),
                 f"{inode}: ACL flags {inode.flags:#x}, set has {prefixes}")

    def xattr_set(self, offset, inode):
        """Return {(prefix, name): value} of a set of attributes."""
        base, found, values = self.sections[XATTRS][0], [], []
        at = base + offset
        self.within(XATTRS, at, 8, f"attributes of {inode}")
        count, reserved = self.unpack("<II", at)
        need(not reserved and 1 <= count <= 4096, f"attribute set at {at}")
        self.claims.add(at, 8, "attribute set", shared=True)
        at += 8
        for _ in range(count):
            pair, value, at = self.xattr(at, inode)
            found.append(pair)
            values += [value] if pair[1] else []
        keys = [key for key, _ in found]
        need(keys == sorted(set(keys)), f"{inode}: attributes not sorted")
        need(all(value >= at for value in values),
             f"{inode}: values are not behind the attributes")
        return dict(found)

    def xattr(self, at, inode):
        """
        Return an attribute, the offset of its value, and the earliest offset
        of the next one.  An attribute that would straddle a block is in the
        next one; zeros, which are no prefix, precede it.
        """
        if at % BLOCK > BLOCK - 16 or not self.data[at]:
            at = (at // BLOCK + 1) * BLOCK
        prefix, name_len, reserved, value_len, value = self.unpack(
            "<BBHIQ", at)
        size = 16 + (name_len + 7) // 8 * 8
        self.within(XATTRS, at, size, f"attribute of {inode}")
        self.one_block(at, size, f"attribute of {inode}")
        need(prefix in PREFIXES and not reserved, f"attribute at {at}")
        need(bool(name_len) == (prefix < ACL_ACCESS), f"attribute at {at}")
        need(value_len <= 65536, f"attribute at {at}: {value_len} bytes")
        name = self.data[at + 16:at + 16 + name_len]
        need(b"\0" not in name, f"attribute at {at}: NUL in name")
        need(not any(self.data[at + 16 + name_len:at + size]),
             f"attribute at {at}: padding")
        need(prefix > 2 or not name.startswith(b"overlay."),
             f"attribute at {at} would steer overlayfs")
        self.claims.add(at, size, "attribute", shared=True)
        need(value % 8 == 0, f"value of attribute at {at} is not aligned")
        self.within(XATTRS, value, value_len, f"value of attribute at {at}")
        self.claims.add(value, value_len, "value", shared=True)
        pair = (prefix, name), self.data[value:value + value_len]
        return pair, value, at + size

    # -- the tree --

    def check_links(self):
        """Every inode has as many names as it counts, a directory one."""
        names = [0] * (self.count + 1)
        subdirs = [0] * (self.count + 1)
        for inode in self.inodes:
            for name, ino in inode.entries:
                names[ino] += 1
                child = self.inodes[ino - 1]
                if child.is_dir():
                    subdirs[inode.ino] += 1
                    need(child.parent == inode.ino,
                         f"parent of {child} is {child.parent}")
        names[ROOT] += 1
        need(self.root.parent == ROOT, "root has a parent")
        for inode in self.inodes:
            want = names[inode.ino]
            if inode.is_dir():
                need(want == 1, f"{inode} has {want} names")
                want = 2 + subdirs[inode.ino]
            need(inode.nlink == want and want,
                 f"{inode}: nlink {inode.nlink}, but {want} names")
        reached = sum(1 for _, inode in self.walk() if inode.is_dir())
        need(reached == sum(inode.is_dir() for inode in self.inodes),
             "directories that the root does not lead to")

    def walk(self):
        """Yield (path, inode) of every name, first the root with path ""."""
        stack = [(b"", self.root)]
        while stack:
            path, inode = stack.pop()
            yield path, inode
            stack += [(path + b"/" + name if path else name,
                       self.inodes[ino - 1])
                      for name, ino in reversed(inode.entries)]

    def check_order(self):
        """
        Data, targets and sets of attributes are in the order of the inodes;
        equal sets are stored once.
        """
        for what, starts in (
                ("data", [i.start for i in self.inodes if i.pieces]),
                ("targets", [i.start for i in self.inodes if i.target])):
            need(starts == sorted(set(starts)), f"{what} are not in order")
        sets = {i.xattrs_at: i.xattrs for i in self.inodes if i.xattrs_at}
        need(list(sets) == sorted(sets), "attribute sets are not in order")
        different = {tuple(found.items()) for found in sets.values()}
        need(len(different) == len(sets), "two attribute sets are the same")

    def content_hash(self, inode):
        """Return the SHA-256 of a regular file, holes as zeros."""
        digest, at = hashlib.sha256(), 0
        for logical, start, length in inode.pieces + [(inode.size, 0, 0)]:
            while at < logical:
                hole = min(logical - at, 1 << 20)
                digest.update(bytes(hole))
                at += hole
            digest.update(self.data[start:start + length])
            at += length
        return digest.hexdigest()

    def xattr_names(self, inode):
        """Return {full name: value}."""
        return {PREFIXES[prefix] + name: value
                for (prefix, name), value in inode.xattrs.items()}


class Image:
    """A data device, with or without its hash tree and trailer."""

    def __init__(self, image):
        self.root_hash = None
        if image[-SUPER:-SUPER + 8] == MAGIC.to_bytes(8, "little"):
            self.device = Device(image)
            return
        need(len(image) >= 2 * BLOCK, "too small for an image")
        data_block, hash_block, blocks = struct.unpack_from(
            "<IIQ", image, len(image) - SUPER)
        need(data_block == hash_block == BLOCK, "no trailer")
        size = blocks * BLOCK
        need(size <= len(image) - BLOCK, "trailer is beyond the image")
        need(not any(image[-BLOCK:-SUPER] + image[16 - SUPER:]),
             "block of the trailer is not zero")
        self.device = Device(image[:size])
        tree, root_hash = format1_model.verity(image[:size])
        if size == BLOCK:  # the root hash is that of the only block
            tree, root_hash = b"", format1_model.hash_block(image[:size])
        need(tree == image[size:-BLOCK], "hash tree")
        self.root_hash = root_hash.hex()


def load(path):
    with open(path, "rb") as file:
        return Image(file.read())


def printable(name):
    return name.decode("ascii", errors="backslashreplace")


def line(path, inode):
    size = inode.size
    if stat.S_IFMT(inode.mode) in (stat.S_IFCHR, stat.S_IFBLK):
        size = "%d,%d" % rdev_pair(inode.rdev)
    text = (f"{inode.ino:6} {stat.filemode(inode.mode)} {inode.nlink:3} "
            f"{inode.uid}:{inode.gid} {size:>10} "
            f"{inode.mtime}.{inode.nsec:09} /{printable(path)}")
    if inode.target:
        text += f" -> {printable(inode.target)}"
    if inode.flags & OPAQUE:
        text += " (opaque)"
    return text


def main(argv):
    if len(argv) != 2:
        print("usage: format2_model.py IMAGE", file=sys.stderr)
        return 2
    try:
        image = load(argv[1])
    except Corrupt as error:
        print(f"{argv[1]}: {error}", file=sys.stderr)
        return 1
    device = image.device
    print(f"diff_id sha256:{device.diff_id.hex()}")
    print(f"uuid {device.uuid}")
    print(f"root_hash {image.root_hash}")
    for path, inode in device.walk():
        print(line(path, inode))
        for name, value in device.xattr_names(inode).items():
            print(f"       {printable(name)}={value.hex()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
