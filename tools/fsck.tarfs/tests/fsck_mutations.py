# SPDX-License-Identifier: GPL-2.0
"""
Corrupt images with the message that fsck.tarfs must print: one for each check.

Copyright (C) 2026 The tarfs authors

A row is a name, a part of the message, and patches: pairs of an offset and
bytes.  The images are "small" and "rich" of make_tars.py.
"""
import stat
import struct

import mutate
from mutate import MAX32, MAX64, U16, U32, U64, entries2, put

# sections, and fields of an inode of format 2
XATTRS, SLOTS = mutate.XATTRS, 511
RESERVED = 48


def swap(image, a, b, length):
    return [(a, image.data[b:b + length]), (b, image.data[a:a + length])]


def inode_of(image, at):
    return (at - image.section(0)) // 64 + 1


def empty_dir(image):
    table = image.section(0)
    for at in range(table, table + 64 * image.get(U32, image.super + 20), 64):
        if (stat.S_ISDIR(image.get(U16, at)) and
                not image.get(U64, at + mutate.SIZE)):
            return at
    raise LookupError("no empty directory")


def inodes2(image, at):
    yield "inode's type", "unknown file type", put(at["file"], U16, 0o140644)
    yield ("device's reserved field", "reserved fields are not zero",
           put(at["device"] + RESERVED + 4, U32, 1))
    yield ("link's reserved field", "reserved fields are not zero",
           put(at["link"] + RESERVED, U32, 1))
    yield ("seed", "a small directory has a seed or buckets",
           put(at["dir"] + RESERVED + 12, U32, 1))
    yield ("empty directory", "an empty directory has a start",
           put(empty_dir(image) + mutate.START, U64, 8))
    yield ("flag", "the flag of an ACL without attributes",
           put(at["file"] + mutate.FLAGS, U16, 4))
    yield ("root", "root is not a directory",
           put(at["root"], U16, 0o100644))
    yield ("target", "link target contains NUL",
           put(image.get(U64, at["link"] + mutate.START) + 1, "B", 0))
    yield ("owner", "uid: the index says 0x7, the tar makes it 0x0",
           put(at["file"] + 8, U32, 7))
    yield ("path", "(/link), uid", put(at["file"] + 8, U32, 7))


def chunks2(image, at):
    folder = entries2(image, at["dir"])
    first, second = list(folder.values())[:2]
    chunk = image.get(U64, at["dir"] + mutate.START)
    name = chunk + image.get(U16, first + 4)
    used = image.get(U16, chunk + 2)
    assert used % 8, "the folder's chunk has padding"
    yield ("entries", "entries are not in order",
           swap(image, first, second, 4))
    yield ("tag", "has the tag of another",
           put(first + 7, "B", image.data[first + 7] ^ 1))
    yield ("hash", "cannot be found by its hash",
           put(name, "B", ord("Q")))
    yield ("type", "unknown file type in an entry",
           put(first + 6, "B", 99))
    yield "another type", "has type 10, its inode 8", put(first + 6, "B", 10)
    yield ("names", "a gap between entries and names",
           put(second + 4, U16, image.get(U16, second + 4) + 1) +
           put(first + 4, U16, image.get(U16, first + 4) + 1))
    yield ("chunk's end", "bytes behind the names are not zero",
           put(chunk + used, "B", 1))
    yield ("chunk's owner", "chunk belongs to another directory",
           put(chunk + 4, U32, 1))
    yield "name", "impossible name", put(name, "B", ord("/"))
    yield "entry", "inode out of range", put(first, U32, 0)
    yield ("a name's bytes", "name '", put(name, "B", ord("Q")))
    big = image.get(U64, at["big"] + mutate.START)
    one, two = (big + image.get(U16, big + 12 + 8 * i) for i in (0, 1))
    yield "names of a large directory", "is there twice", [
        (two, image.data[one:one + 200])]


def buckets2(image, at):
    bucket = image.get(U32, at["big"] + mutate.BLOCK) * 4096
    slot = bucket + 8
    count = image.get(U16, bucket)
    yield "slot", "impossible slot", put(slot + 4, U32, MAX32)
    yield "slots", "slots are not in order", swap(image, slot, slot + 8, 8)
    yield ("hashes", "too many slots with the same hash",
           [(slot + 8 * i, bytes(4)) for i in range(20)] +
           [(slot + 8 * i + 4, bytes(4)) for i in range(20)])
    yield ("unused slot", "slots that are not used are not zero",
           put(slot + 8 * (SLOTS - 1), U32, 1))
    yield ("fewer slots", "slots for 60 names", put(bucket, U16, count - 1))
    yield ("bucket's owner", "bucket belongs to another directory",
           put(bucket + 4, U32, 1))
    yield ("bucket's bytes", "buckets of directory inode",
           put(slot + 8 * (SLOTS - 1), U32, 1))


def maps2(image, at):
    table = image.get(U64, at["sparse"] + mutate.MAP)
    count = image.get(U64, table)
    yield ("map", "map: reserved field is not zero", put(table + 8, U64, 1))
    yield ("first extent", "stored data do not begin at the start",
           put(table + 24, U64, 1))
    yield ("last extent", "the last extent is not the end of the file",
           put(table + 16 + 16 * count, U64, 100001))
    yield "extents", "extents are not in order", put(table + 16, U64, MAX64)
    yield "many extents", "more extents than fit", put(table, U64, 1 << 40)
    yield "map's bytes", "map of inode", put(table + 8, U64, 1)


def xattrs2(image, at):
    attrs = image.section(XATTRS) + 8 * (
        image.get(U32, at["attributes"] + mutate.ATTRS) - 1)
    yield ("set", "attributes: reserved field is not zero",
           put(attrs + 4, U32, 1))
    yield "set's count", "impossible count", put(attrs, U32, 0)
    yield "order", "attributes: not in order", put(attrs + 8, "B", 3)
    yield ("value", "value is not aligned",
           put(attrs + 16, U64, image.get(U64, attrs + 16) + 1))
    yield ("attribute's end", "bytes behind a name are not zero",
           put(attrs + 8 + 16 + image.data[attrs + 9], "B", 1))
    yield "prefix", "unknown prefix", put(attrs + 8, "B", 9)
    yield ("set of another kind of file",
           "attribute on a file that cannot have it",
           put(at["link"] + mutate.ATTRS, U32,
               image.get(U32, at["attributes"] + mutate.ATTRS)))
    yield ("overlayfs's attribute", "name is one that overlayfs obeys",
           put(image.data.index(b"overlaz.redirect", attrs) + 6, "B",
               ord("y")))
    acl = image.section(XATTRS) + 8 * (
        image.get(U32, at["acl"] + mutate.ATTRS) - 1) + 8
    yield "ACL", "malformed ACL", put(image.get(U64, acl + 8), U32, 1)
    yield ("ACL's mode", "ACL contradicts the mode",
           put(image.get(U64, acl + 8) + 6, U16, 7))
    yield ("attributes' bytes", "attributes of inode",
           put(attrs + 4, U32, 1))


def names2(image, at):
    root = entries2(image, at["root"])
    folder = entries2(image, at["dir"])
    inner_ino = image.get(U32, folder[b"inner"])
    inner = entries2(image, image.section(0) + 64 * (inner_ino - 1))
    number = inode_of(image, at["dir"])
    yield "links", "the link count is 9, 2 names", put(at["file"] + 4, U32, 9)
    yield ("subdirectories", "the link count is 9, 1 subdirectories",
           put(at["dir"] + 4, U32, 9))
    yield ("parent", "not the directory that has it",
           put(image.section(0) + 64 * (inner_ino - 1) + mutate.PARENT, U32,
               1))
    yield ("parent behind", "parent's inode number is not lower",
           put(at["dir"] + mutate.PARENT, U32, 2))
    yield ("root's name", "the root is in a directory",
           put(folder[b"513"], U32, 1))
    yield ("two names", "a directory with 2 names",
           put(folder[b"513"], U32, inner_ino))
    yield ("no name", "no directory has it",
           put(folder[b"4097"], U32, image.get(U32, folder[b"513"])))
    yield ("loop", "cannot be reached from the root",
           put(root[b"folder"], U32, image.get(U32, root[b"empty"])) +
           put(inner[b"file"], U32, number))


def claims2(image, at):
    table, links = image.section(0), []
    for record in range(table, table + 64 * image.get(U32, image.super + 20),
                        64):
        if stat.S_ISLNK(image.get(U16, record)):
            links.append(record)
    short, long = links[:2]
    start = image.get(U64, long + mutate.START)
    yield ("target of another", "overlaps one of inode",
           put(short + mutate.START, U64, start))
    yield ("target of nobody", "belong to nothing and are not zero",
           put(short + mutate.START, U64, start))
    yield ("too many targets", "records of section 4 overlap",
           put(short + mutate.START, U64, start) +
           put(short + mutate.SIZE, U64, 200))
    yield ("padding", "belong to nothing and are not zero",
           put(image.super - 1, "B", 1))
    yield "padding's name", ", padding: ", put(image.super - 1, "B", 1)


def super2(image):
    yield ("checksum", "checksum of the superblock is wrong",
           put(image.super + 30, "B", 1))
    yield ("features", "superblock, compat: the index says 0x1",
           image.patched_super(24, U64, 1))
    yield ("uuid", "superblock, uuid: ",
           image.patched_super(88, "B", image.data[image.super + 88] ^ 1))
    yield ("data", "this is not the tar that was indexed",
           put(513 + 4 * 512, "B", 0xee))
    yield "tar", "mktarfs would refuse this tar", put(5, "B", 1)


def FORMAT2(image):
    at = mutate.records2(image)
    yield from super2(image)
    for part in (inodes2, chunks2, buckets2, maps2, xattrs2, names2, claims2):
        yield from part(image, at)


def FORMAT1(image):
    at = mutate.records1(image)
    table, size = image.get(U64, image.super), len(image.data)
    inodes = image.get(U64, image.super + 8)
    entry = image.get(U64, at["dir"] + mutate.OFFSET1)
    offset, length = mutate.OFFSET1, mutate.SIZE1
    room = size - 512 - table - 32 * inodes
    yield "flags", "unknown flags", put(at["file"] + 2, "B", 2)
    yield "time", "time out of range", put(at["file"] + 3, "B", 0x10)
    yield "mode", "mode has bits", put(at["file"], U16, 0o104644)
    yield "root", "root is not a directory", put(at["root"], U16, 0o100644)
    yield "entry", "inode out of range", put(entry, U64, 0)
    yield ("entry's end", "reserved bytes are not zero",
           put(entry + 31, "B", 1))
    yield "entry's type", "the type is 99", put(entry + 24, "B", 99)
    yield ("name", "name beyond the end of the device",
           put(entry + 8, U64, MAX64))
    yield ("entries", "in front of the end of the inode table",
           put(at["dir"] + offset, U64, 0))
    yield ("many entries", "directories overlap",
           put(at["dir"] + length, U64, room // 32 * 32 + 32) +
           put(at["dir"] + offset, U64, 0))
    target = image.get(U64, at["link"] + offset)
    yield "target", "link target contains NUL", put(target, "B", 0)
    yield ("table", "the inode table ends in the superblock",
           put(image.super + 8, U64, (size - table) // 32 - 1))
    yield ("owner", "uid: the index says 0x7, the tar makes it 0x0",
           put(at["file"] + 4, U32, 7))
    yield ("entry's bytes", "entry of directory inode",
           put(entry + 31, "B", 1))
    yield ("names", "targets and names: the index is not what the tar makes",
           put(image.get(U64, entry + 8), "B", ord("Q")))
    yield "tar", "mktarfs would refuse this tar", put(5, "B", 1)


def patched_byte(image, offset):
    return image[:offset] + bytes([image[offset] ^ 1]) + image[offset + 1:]


def trailer(image, blocks):
    return image[:-504] + struct.pack("<Q", blocks) + image[-496:]


def WRAPPING(image, said):
    """Corrupt what surrounds the data device; whole images, not patches."""
    size = said["data_size"]
    yield "nothing", "too short for an image", b""
    yield "a half block", "are not whole blocks", image + bytes(512)
    yield ("a block too many", "make an image of",
           image[:-4096] + bytes(4096) + image[-4096:])
    yield ("trailer's block", "bytes before the trailer are not zero",
           patched_byte(image, len(image) - 4096))
    yield ("too much data", "do not fit with their tree",
           trailer(image, len(image) // 4096 - 1))
    yield "first block", "data block 0, at byte 0, is wrong", patched_byte(
        image, 0)
    yield "zeros", "superblock at byte", bytes(size)
