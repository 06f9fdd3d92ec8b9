#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# List ways to corrupt an image, for mutation_test in the guest.
#
#   mutate.py DATA_DEVICE
#
# A line is a name, the expected verdict (see mutation_test.c), and pairs of an
# offset and the bytes, in hex, to write there.
#
# Copyright (C) 2026 The tarfs authors
import stat
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] /
                       'tools/tests/kit'))
from siphash import siphash  # noqa: E402

SUPER = 512
MAGIC = 0xff0a327366726174
U16, U32, U64 = '<H', '<I', '<Q'
MAX32, MAX64 = 0xffffffff, 0xffffffffffffffff
BIG = 1 << 63


class Image:
    """The bytes of a data device, and the offsets of its records."""

    def __init__(self, data):
        self.data = data
        self.super = len(data) - SUPER
        self.second = self.get(U64, self.super) == MAGIC

    def get(self, kind, offset):
        return struct.unpack_from(kind, self.data, offset)[0]

    def patched_super(self, offset, kind, value):
        """A patch of a superblock field and of the checksum."""
        block = bytearray(self.data[self.super:])
        struct.pack_into(kind, block, offset, value)
        if self.second:
            struct.pack_into(U64, block, 8, 0)
            struct.pack_into(U64, block, 8, siphash(0, 0, bytes(block)))
        return [(self.super + i, bytes(block[i:i + 64]))
                for i in range(0, SUPER, 64)
                if block[i:i + 64] != self.data[self.super + i:
                                                self.super + i + 64]]

    def section(self, which):
        return self.get(U64, self.super + 128 + 16 * which)


def put(offset, kind, value):
    return [(offset, struct.pack(kind, value & (1 << 64) - 1))]


# ---- format 1 ----

TABLE, COUNT = 0, 8
MODE1, SIZE1, OFFSET1 = 0, 16, 24
INO1, NAME1, LEN1, TYPE1 = 0, 8, 16, 24


def super1(image):
    table, size = image.get(U64, image.super), len(image.data)
    rows = [
        ('table beyond the end', TABLE, U64, size),
        ('table far beyond the end', TABLE, U64, BIG),
        ('table ends beyond the end', TABLE, U64, size - 64),
        ('table of zeros', TABLE, U64, size - SUPER - 64),
        ('no inodes', COUNT, U64, 0),
        ('too many inodes', COUNT, U64, (size - table) // 32 + 1),
        ('inodes overflow', COUNT, U64, 1 << 59),
        ('2^32 inodes', COUNT, U64, 1 << 32),
        ('no end of inodes', COUNT, U64, MAX64),
        ('rest is not zero', 16, 'B', 1),
        ('last byte is not zero', SUPER - 1, 'B', 1)]
    for name, offset, kind, value in rows:
        yield name, 'refused', put(image.super + offset, kind, value)


def records1(image):
    """Offsets of the first inode of each kind, by name."""
    table, count = image.get(U64, image.super), image.get(U64, image.super + 8)
    found = {'root': table}
    for at in range(table + 32, table + 32 * count, 32):
        mode, size = image.get(U16, at), image.get(U64, at + SIZE1)
        kind = stat.S_IFMT(mode)
        if kind == stat.S_IFREG and size == 513:
            found.setdefault('file', at)
        elif kind == stat.S_IFDIR and size:
            found.setdefault('dir', at)
        elif kind == stat.S_IFLNK:
            found.setdefault('link', at)
        elif kind == stat.S_IFCHR:
            found.setdefault('device', at)
    return found


def inodes1(image):
    at, end = records1(image), len(image.data)
    rows = [
        ('root', 'a file', 'refused', MODE1, U16, 0o100644),
        ('root', 'nothing', 'refused', MODE1, U16, 0),
        ('root', 'setuid', 'refused', MODE1, U16, 0o44755),
        ('root', 'size', 'refused', SIZE1, U64, 33),
        ('root', 'length', 'refused', SIZE1, U64, BIG),
        ('root', 'offset', 'refused', OFFSET1, U64, end),
        ('file', 'setuid', 'broken', MODE1, U16, 0o104644),
        ('file', 'no type', 'broken', MODE1, U16, 0o644),
        ('file', 'socket', 'broken', MODE1, U16, 0o140644),
        ('file', 'all types', 'broken', MODE1, U16, 0o170644),
        ('file', 'missing', 'wrong', MODE1, U16, 0),
        ('file', 'size', 'broken', SIZE1, U64, BIG),
        ('file', 'largest size', 'broken', SIZE1, U64, BIG - 1),
        ('file', 'end', 'broken', SIZE1, U64, end),
        ('file', 'offset', 'broken', OFFSET1, U64, end),
        ('file', 'far offset', 'broken', OFFSET1, U64, MAX64 - 100),
        ('file', 'a directory', 'broken', MODE1, U16, 0o40755),
        ('dir', 'size', 'broken', SIZE1, U64, 31),
        ('dir', 'length', 'broken', SIZE1, U64, 1 << 62),
        ('dir', 'offset', 'broken', OFFSET1, U64, MAX64),
        ('dir', 'entries in the tar', 'broken', OFFSET1, U64, 0),
        ('dir', 'a file', 'wrong', MODE1, U16, 0o100755),
        ('link', 'size', 'broken', SIZE1, U64, 0),
        ('link', 'length', 'broken', SIZE1, U64, 4096),
        ('link', 'far length', 'broken', SIZE1, U64, BIG),
        ('link', 'offset', 'broken', OFFSET1, U64, end),
        ('device', 'major', 'broken', OFFSET1, U64, 1 << 44)]
    for who, what, verdict, offset, kind, value in rows:
        yield f'{who}: {what}', verdict, put(at[who] + offset, kind, value)


def entries1(image):
    records = records1(image)
    first = image.get(U64, records['root'] + OFFSET1)
    inodes = image.get(U64, image.super + 8)
    folder = next(i for i in range(2, inodes + 1)
                  if image.get(U64, records['root'] + 32 * (i - 1) + SIZE1)
                  and records['dir'] == records['root'] + 32 * (i - 1))
    inner = image.get(U64, records['dir'] + OFFSET1)
    rows = [
        ('no inode', 'broken', first + INO1, U64, 0),
        ('inode out of range', 'broken', first + INO1, U64, inodes + 1),
        ('inode far out of range', 'broken', first + INO1, U64, MAX64),
        ('name beyond the end', 'broken', first + NAME1, U64,
         len(image.data)),
        ('name far beyond the end', 'broken', first + NAME1, U64, MAX64),
        ('empty name', 'wrong', first + LEN1, U64, 0),
        ('name of 256 bytes', 'wrong', first + LEN1, U64, 256),
        ('name without end', 'wrong', first + LEN1, U64, MAX64),
        ('name with a slash', 'wrong',
         image.get(U64, first + NAME1) + 1, 'B', 0x2f),
        ('name with a NUL', 'wrong',
         image.get(U64, first + NAME1) + 1, 'B', 0),
        ('no such type', 'wrong', first + TYPE1, 'B', 99),
        ('a directory in itself', 'broken', inner + INO1, U64, folder),
        ('the root in a directory', 'broken', inner + INO1, U64, 1),
        ('a directory with two names', 'broken', first + INO1, U64,
         image.get(U64, first + 32 + INO1))]
    for name, verdict, offset, kind, value in rows:
        yield f'entry: {name}', verdict, put(offset, kind, value)


# ---- format 2 ----

INODES, DIRS, MAPS, XATTRS, TARGETS, BUCKETS = range(6)
MODE, FLAGS, NLINK, SIZE, NSEC, ATTRS, START = 0, 2, 4, 16, 32, 36, 40
PARENT, NBUCKETS, BLOCK, MAP, STORED = 48, 52, 56, 48, 56


def super2(image):
    size = len(image.data)
    yield 'checksum', 'refused', put(image.super + 8, U64, 0)
    rows = [
        ('magic', 'refused', 0, U64, MAGIC ^ 1),
        ('version 0', 'refused', 16, U32, 0),
        ('version 2', 'refused', 16, U32, 2),
        ('no inodes', 'refused', 20, U32, 0),
        ('one inode less', 'refused', 20, U32, image.get(
            U32, image.super + 20) - 1),
        ('no end of inodes', 'refused', 20, U32, MAX32),
        ('compatible features', 'same', 24, U64, MAX64),
        ('an incompatible feature', 'refused', 32, U64, 1),
        ('the last incompatible feature', 'refused', 32, U64, BIG),
        ('tar as long as the device', 'refused', 40, U64, size),
        ('tar without end', 'refused', 40, U64, MAX64),
        ('shorter device', 'refused', 48, U64, size - 4096),
        ('longer device', 'refused', 48, U64, size + 4096),
        ('other tar', 'wrong', 56, 'B', image.data[image.super + 56] ^ 1),
        ('other uuid', 'same', 88, 'B', image.data[image.super + 88] ^ 1),
        ('reserved field 1', 'refused', 104, 'B', 1),
        ('end of reserved field 1', 'refused', 127, 'B', 1),
        ('reserved field 2', 'refused', 256, 'B', 1),
        ('end of reserved field 2', 'refused', 511, 'B', 1)]
    for i in range(6):
        at = 128 + 16 * i
        rows += [
            (f'section {i} in the tar', 'refused', at, U64, 0),
            (f'section {i} at the end', 'refused', at, U64, size),
            (f'section {i} far away', 'refused', at, U64, MAX64 - 4095),
            (f'section {i} without end', 'refused', at + 8, U64, MAX64),
            (f'section {i} empty', 'refused', at + 8, U64, 0)]
        if i != TARGETS:
            rows.append((f'section {i} not aligned', 'refused', at, U64,
                         image.section(i) + 4))
    for i in (6, 7):
        rows.append((f'section {i} unknown', 'refused', 136 + 16 * i, U64, 8))
    for name, verdict, offset, kind, value in rows:
        yield name, verdict, image.patched_super(offset, kind, value)


def records2(image):
    table, count = image.section(INODES), image.get(U32, image.super + 20)
    found = {'root': table}
    for number in range(2, count + 1):
        at = table + 64 * (number - 1)
        kind = stat.S_IFMT(image.get(U16, at))
        size = image.get(U64, at + SIZE)
        if kind == stat.S_IFREG and image.get(U16, at + FLAGS) & 2:
            found.setdefault('sparse', at)
        elif kind == stat.S_IFREG and image.get(U16, at + FLAGS) & 4:
            found.setdefault('acl', at)
        elif kind == stat.S_IFREG and image.get(U32, at + ATTRS):
            found.setdefault('attributes', at)
        elif kind == stat.S_IFREG and size == 513:
            found.setdefault('file', at)
        elif kind == stat.S_IFDIR and image.get(U32, at + NBUCKETS):
            found.setdefault('other' if 'big' in found else 'big', at)
        elif kind == stat.S_IFDIR and size:
            found.setdefault('dir', at)
        elif kind == stat.S_IFLNK:
            found.setdefault('link', at)
        elif kind == stat.S_IFCHR:
            found.setdefault('device', at)
    return found


def inodes2(image):
    at, end = records2(image), len(image.data)
    number = {who: (where - at['root']) // 64 + 1 for who, where in at.items()}
    rows = [
        ('root', 'a file', 'refused', MODE, U16, 0o100644),
        ('root', 'nothing', 'refused', MODE, U16, 0),
        ('root', 'no parent', 'refused', PARENT, U32, 0),
        ('root', 'another parent', 'refused', PARENT, U32, 2),
        ('root', 'length', 'refused', SIZE, U64, BIG),
        ('file', 'no type', 'broken', MODE, U16, 0o644),
        ('file', 'socket', 'broken', MODE, U16, 0o140644),
        ('file', 'unknown flag', 'broken', FLAGS, U16, 0x10),
        ('file', 'opaque', 'broken', FLAGS, U16, 1),
        ('file', 'sparse without a map', 'broken', FLAGS, U16, 2),
        ('file', 'default ACL', 'broken', FLAGS, U16, 8),
        ('file', 'ACL without attributes', 'broken', FLAGS, U16, 4),
        ('link', 'ACL', 'broken', FLAGS, U16, 4),
        ('file', 'no names', 'broken', NLINK, U32, 0),
        ('file', 'nanoseconds', 'broken', NSEC, U32, 1000000000),
        ('file', 'size', 'broken', SIZE, U64, BIG),
        ('file', 'largest size', 'broken', SIZE, U64, BIG - 1),
        ('file', 'end', 'broken', SIZE, U64, end),
        ('file', 'start', 'broken', START, U64, end),
        ('file', 'far start', 'broken', START, U64, MAX64),
        ('file', 'map', 'broken', MAP, U64, 16),
        ('file', 'stored', 'broken', STORED, U64, 1),
        ('file', 'attributes', 'broken', ATTRS, U32, MAX32),
        ('dir', 'no parent', 'broken', PARENT, U32, 0),
        ('dir', 'parent out of range', 'broken', PARENT, U32, MAX32),
        ('dir', 'its own parent', 'broken', PARENT, U32, number['dir']),
        ('dir', 'parent behind it', 'broken', PARENT, U32,
         number['dir'] + 1),
        ('dir', 'size', 'broken', SIZE, U64, 4),
        ('dir', 'tiny', 'broken', SIZE, U64, 8),
        ('dir', 'length', 'broken', SIZE, U64, 1 << 62),
        ('dir', 'start', 'broken', START, U64, end),
        ('dir', 'start not aligned', 'broken', START, U64,
         image.section(DIRS) + 4),
        ('dir', 'chunk of another', 'broken', START, U64,
         image.get(U64, at['root'] + START)),
        ('dir', 'buckets', 'broken', NBUCKETS, U32, 1),
        ('dir', 'a file', 'wrong', MODE, U16, 0o100755),
        ('big', 'no buckets', 'broken', NBUCKETS, U32, 0),
        ('big', 'too many buckets', 'broken', NBUCKETS, U32, MAX32),
        ('big', 'buckets in the tar', 'broken', BLOCK, U32, 0),
        ('big', 'buckets far away', 'broken', BLOCK, U32, MAX32),
        ('big', 'size', 'broken', SIZE, U64, 4097),
        ('big', 'length', 'broken', SIZE, U64, 1 << 62),
        ('link', 'size', 'broken', SIZE, U64, 0),
        ('link', 'length', 'broken', SIZE, U64, 4096),
        ('link', 'far length', 'broken', SIZE, U64, BIG),
        ('link', 'start', 'broken', START, U64, 0),
        ('link', 'far start', 'broken', START, U64, MAX64),
        ('device', 'size', 'broken', SIZE, U64, 1),
        ('device', 'start', 'broken', START, U64, 1),
        ('sparse', 'map', 'broken', MAP, U64, 0),
        ('sparse', 'map not aligned', 'broken', MAP, U64,
         image.section(MAPS) + 8),
        ('sparse', 'far map', 'broken', MAP, U64, MAX64 - 15),
        ('sparse', 'stored', 'broken', STORED, U64, 1 << 40)]
    for who, what, verdict, offset, kind, value in rows:
        yield f'{who}: {what}', verdict, put(at[who] + offset, kind, value)


def chunks2(image):
    at = records2(image)
    chunk = image.get(U64, at['dir'] + START)
    root = image.get(U64, at['root'] + START)
    name = chunk + image.get(U16, chunk + 8 + 4)
    rows = [
        ('no entries', 'broken', chunk, U16, 0),
        ('too many entries', 'broken', chunk, U16, 0xffff),
        ('too long', 'broken', chunk + 2, U16, 0xffff),
        ('too short', 'broken', chunk + 2, U16, 8),
        ('other owner', 'broken', chunk + 4, U32, 1),
        ('entry without inode', 'broken', chunk + 8, U32, 0),
        ('entry with an inode out of range', 'broken', chunk + 8, U32, MAX32),
        ('the root in a directory', 'broken', chunk + 8, U32, 1),
        ('name in the header', 'broken', chunk + 12, U16, 0),
        ('name outside', 'broken', chunk + 12, U16, 0xffff),
        ('second name before the first', 'broken', chunk + 20, U16, 8),
        ('no such type', 'broken', chunk + 14, 'B', 99),
        ('the type of no entry', 'broken', chunk + 14, 'B', 0),
        ('a type that tars lack', 'broken', chunk + 14, 'B', 12),
        ('type of a directory on a file', 'broken', chunk + 14, 'B', 4),
        ('other tag', 'wrong', chunk + 15, 'B',
         image.data[chunk + 15] ^ 1),
        ('name with a slash', 'broken', name, 'B', 0x2f),
        ('name with a NUL', 'broken', name, 'B', 0),
        ('root with no entries', 'broken', root, U16, 0)]
    for what, verdict, offset, kind, value in rows:
        yield f'chunk: {what}', verdict, put(offset, kind, value)


def entries2(image, directory):
    """Return {name: offset of its entry} of a directory of one chunk."""
    chunk = image.get(U64, directory + START)
    count, used = image.get(U16, chunk), image.get(U16, chunk + 2)
    starts = [image.get(U16, chunk + 12 + 8 * i) for i in range(count)]
    return {image.data[chunk + start:chunk + end]: chunk + 8 + 8 * i
            for i, (start, end) in enumerate(zip(starts, starts[1:] + [used]))}


def entry_to(at, ino):
    """Make an entry name a directory."""
    return put(at, U32, ino) + put(at + 6, 'B', 4)


def names2(image):
    """Misplaced directories."""
    root, folder = (records2(image)[who] for who in ('root', 'dir'))
    number = (folder - root) // 64 + 1
    empty = entries2(image, root)[b'empty']
    file, other, inner = (entries2(image, folder)[name]
                          for name in (b'513', b'4097', b'inner'))
    below = image.get(U32, inner)
    deep = entries2(image, root + 64 * (below - 1))[b'file']
    rows = [
        ('two names', entry_to(empty, number)),
        ('two parents', entry_to(file, image.get(U32, empty))),
        ('another parent below', entry_to(empty, below)),
        ('itself', entry_to(file, number)),
        ('itself and not a directory', put(file, U32, number)),
        ('the one above', entry_to(deep, number)),
        ('type of a file', put(inner + 6, 'B', 8)),
        ('files that are not in order',
         put(file, U32, image.get(U32, other)) +
         put(other, U32, image.get(U32, file)))]
    for what, patches in rows:
        yield f'directory: {what}', 'broken', patches


ACL_USER = 8        # offset of the second entry in an ACL's value


def xattr2(image, name):
    """Offset of an attribute's record, by a part of its name."""
    at = image.data.find(name, image.section(XATTRS))
    while image.data[at - 16] not in (1, 2, 3) or image.data[at - 15] < len(
            name):
        at -= 1
    return at - 16


def xattrs2(image):
    """Attributes that no writer stores; a reader must refuse them as well."""
    user, trusted = (xattr2(image, b'overlaz.' + who)
                     for who in (b'redirect', b'metacopy'))
    y = 16 + len('overla')
    link, null = (xattr2(image, who) for who in (b'of-link', b'of-null'))
    long = xattr2(image, b'n' * 250)
    acl, flags = (records2(image)[who] for who in ('acl', 'attributes'))
    record = image.section(XATTRS) + 8 * (image.get(U32, acl + ATTRS) - 1) + 8
    value = image.get(U64, record + 8)
    size = image.get(U32, record + 4)
    rows = [
        ('user.overlay.redirect', put(user + y, 'B', ord('y'))),
        ('trusted.overlay.metacopy', put(trusted + y, 'B', ord('y'))),
        ('trusted.overlay. and nothing', put(trusted + y, 'B', ord('y')) +
         put(trusted + 1, 'B', len('overlay.'))),
        ('long name', put(long, 'B', 3)),
        ('user attribute of a link', put(link, 'B', 1)),
        ('user attribute of a device', put(null, 'B', 1)),
        ('value not aligned', put(user + 8, U64,
                                  image.get(U64, user + 8) + 1)),
        ('reserved field of a set', put(record - 4, U32, 1)),
        ('set of a file on a link', put(
            records2(image)['link'] + ATTRS, U32,
            image.get(U32, flags + ATTRS))),
        ('ACL: version', put(value, U32, 1)),
        ('ACL: no entries', put(record + 4, U32, 4)),
        ('ACL: nothing', put(record + 4, U32, 0)),
        ('ACL: a part of an entry', put(record + 4, U32, size - 1)),
        ('ACL: others missing', put(record + 4, U32, size - 8)),
        ('ACL: permissions', put(value + 4 + 2, U16, 8)),
        ('ACL: tag', put(value + 4, U16, 0x40)),
        ('ACL: no such user', put(value + 4 + ACL_USER + 4, U32, MAX32)),
        ('ACL: not what the mode says', put(value + 4 + 2, U16, 7)),
        ('ACL: of a directory on a file', put(record, 'B', 5)),
        ('ACL: without the flag', put(acl + FLAGS, U16, 0)),
        ('ACL: flag without it', put(flags + FLAGS, U16, 4))]
    for what, patches in rows:
        yield f'attribute: {what}', 'broken', patches


def others2(image):
    at = records2(image)
    bucket = image.get(U32, at['big'] + BLOCK) * 4096
    chunk = image.get(U64, at['big'] + START)
    table = image.get(U64, at['sparse'] + MAP)
    attrs = image.section(XATTRS) + 8 * (
        image.get(U32, at['attributes'] + ATTRS) - 1)
    # a search of a map need not notice that its extents are out of order
    rows = [
        ('bucket: too many slots', 'broken', bucket, U16, 512),
        ('bucket: no slots', 'wrong', bucket, U16, 0),
        ('bucket: reserved', 'broken', bucket + 2, U16, 1),
        ('bucket: other owner', 'broken', bucket + 4, U32, 1),
        ('bucket: no such chunk', 'broken', bucket + 12, U32, MAX32),
        ('bucket: other hash', 'wrong', bucket + 8, U32, MAX32),
        ('big: chunk of another', 'broken', chunk + 4, U32, 1),
        ('map: no end', 'broken', table, U64, MAX64),
        ('map: too many extents', 'broken', table, U64, 1 << 40),
        ('map: extent beyond the next', 'wrong', table + 16, U64, 90000),
        ('map: extent at the end of all', 'wrong', table + 16, U64, MAX64),
        ('map: stored beyond the next', 'broken', table + 24, U64, 600),
        ('map: stored without end', 'broken', table + 40, U64, MAX64),
        ('attributes: none', 'broken', attrs, U32, 0),
        ('attributes: too many', 'broken', attrs, U32, 4097),
        ('attributes: one more', 'any', attrs, U32, 4),
        ('attribute: unknown prefix', 'broken', attrs + 8, 'B', 9),
        ('attribute: no name', 'broken', attrs + 9, 'B', 0),
        ('attribute: long name', 'any', attrs + 9, 'B', 255),
        ('attribute: reserved', 'broken', attrs + 10, U16, 1),
        ('attribute: long value', 'broken', attrs + 12, U32, 65537),
        ('attribute: value far away', 'broken', attrs + 16, U64, MAX64),
        ('attribute: value in the tar', 'broken', attrs + 16, U64, 0)]
    for what, verdict, offset, kind, value in rows:
        yield what, verdict, put(offset, kind, value)


def references2(image):
    """Misplaced chunks and buckets of the right kind."""
    at = records2(image)
    big, other = at['big'], at['other']
    start, size = image.get(U64, big + START), image.get(U64, big + SIZE)
    start2, block2 = (image.get(U64, other + START),
                      image.get(U32, other + BLOCK))
    slots = image.get(U32, big + BLOCK) * 4096 + 8
    chunks = size // 4096
    next_chunk = (image.get(U32, slots + 4) + 1) % chunks
    rows = [
        ('chunks of another', 'broken', put(big + START, U64, start2)),
        ('buckets of another', 'broken', put(big + BLOCK, U32, block2)),
        ('chunks and buckets of another', 'broken',
         put(big + START, U64, start2) + put(big + BLOCK, U32, block2)),
        ('a chunk that two own', 'broken',
         put(start2 + 4, U32, image.get(U32, start + 4))),
        ('a chunk in the middle that another owns', 'broken',
         put(start + 4096 + 4, U32, image.get(U32, start2 + 4))),
        ('one chunk more', 'broken', put(big + SIZE, U64, size + 4096)),
        ('one chunk less', 'broken', put(big + SIZE, U64, size - 4096)),
        ('chunks from the second on', 'broken',
         put(big + START, U64, start + 4096)),
        ('chunks without the first', 'broken',
         put(big + START, U64, start + 4096) +
         put(big + SIZE, U64, size - 4096)),
        ('buckets that are chunks', 'broken',
         put(big + BLOCK, U32, start // 4096)),
        ('one bucket more', 'broken', put(big + NBUCKETS, U32, 2)),
        ('a slot to the chunk behind the last', 'broken',
         put(slots + 4, U32, chunks)),
        ('a slot to another chunk', 'wrong',
         put(slots + 4, U32, next_chunk))]
    for name, verdict, patches in rows:
        yield f'big: {name}', verdict, patches


PARTS = {False: (super1, inodes1, entries1),
         True: (super2, inodes2, chunks2, names2, xattrs2, others2,
                references2)}


def main():
    image = Image(Path(sys.argv[1]).read_bytes())
    for part in PARTS[image.second]:
        for name, verdict, patches in part(image):
            print(name.replace(' ', '-'), verdict,
                  *(f'{offset} {data.hex()}' for offset, data in patches))
    return 0


if __name__ == '__main__':
    sys.exit(main())
