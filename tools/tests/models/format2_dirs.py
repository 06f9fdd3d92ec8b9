# SPDX-License-Identifier: GPL-2.0
"""
Directories of format 2, for the model: chunks, names and buckets.

Copyright (C) 2026 The tarfs authors
"""
import stat
import struct

from format2_records import BLOCK, BUCKETS, DIRS, need
from siphash import siphash

BUCKET_SLOTS, BUCKET_TARGET, SAME_HASH_MAX = 511, 384, 16


def read_dir(device, inode):
    """Read the parent and the entries of a directory."""
    inode.parent, buckets, block, seed = struct.unpack("<IIII", inode.union)
    need(1 <= inode.parent <= device.count, f"{inode}: parent")
    need(bool(inode.size) == bool(inode.start), f"{inode}: no chunk")
    large = inode.size > BLOCK
    need(not large or (inode.size % BLOCK == 0 and inode.start % BLOCK == 0),
         f"{inode}: is not in whole blocks")
    key = hash_key(device, seed)
    chunks = [read_chunk(device, inode, at, key) for at in
              range(inode.start, inode.start + inode.size, BLOCK)]
    inode.entries = [entry for chunk in chunks for entry in chunk]
    numbers = [(ino, name) for name, ino in inode.entries]
    need(numbers == sorted(numbers), f"{inode}: entries are not in order")
    need(len({name for name, _ in inode.entries}) == len(numbers),
         f"{inode}: a name comes twice")
    if large:
        read_buckets(device, inode, buckets, block, seed, chunks)
    else:
        need(not buckets and not block and not seed,
             f"{inode}: has buckets, but one chunk")


def hash_key(device, seed):
    return (int.from_bytes(device.diff_id[:8], "little") ^ seed,
            int.from_bytes(device.diff_id[8:16], "little"))


def read_chunk(device, inode, at, key):
    """Return [(name, inode number)] of a chunk."""
    large = inode.size > BLOCK
    size = BLOCK if large else inode.size
    what = f"chunk of {inode} at {at}"
    device.within(DIRS, at, size, what)
    device.one_block(at, size, what)
    device.claims.add(at, size, what)
    count, used, owner = device.unpack("<HHI", at)
    need(1 <= count <= 454, f"{what}: {count} entries")
    need(owner == inode.ino, f"{what}: owner {owner}")
    need(used <= size and (large or used + -used % 8 == size),
         f"{what}: {used} bytes of {size}")
    need(not any(device.data[at + used:at + size]), f"{what}: not zero at end")
    entries = [device.unpack("<IHBB", at + 8 + 8 * i) for i in range(count)]
    ends = [entry[1] for entry in entries[1:]] + [used]
    need(entries[0][1] == 8 + 8 * count, f"{what}: gap before the names")
    found = []
    for (ino, begin, kind, tag), end in zip(entries, ends):
        need(1 <= end - begin <= 255 and end <= used, f"{what}: name's length")
        name = device.data[at + begin:at + end]
        need(name not in (b".", b"..") and b"/" not in name and
             b"\0" not in name, f"{what}: name {name}")
        need(1 < ino <= device.count, f"{what}: inode {ino}")
        need(kind == stat.S_IFMT(device.inodes[ino - 1].mode) >> 12,
             f"{what}: type of {name}")
        need(tag == siphash(*key, name) & 0xff, f"{what}: tag of {name}")
        found.append((name, ino))
    return found


def slots_of(chunks, buckets, key):
    """Return the sorted [(hash, chunk)] of each bucket."""
    slots = [[] for _ in range(buckets)]
    for number, chunk in enumerate(chunks):
        for name, _ in chunk:
            name_hash = siphash(*key, name)
            slots[(name_hash >> 32) * buckets >> 32].append(
                (name_hash & 0xffffffff, number))
    return [sorted(bucket) for bucket in slots]


def fits(slots):
    """Are the slots within the limits of a bucket and of equal hashes?"""
    hashes = [name_hash for name_hash, _ in slots]
    return len(slots) <= BUCKET_SLOTS and \
        max(map(hashes.count, hashes), default=0) <= SAME_HASH_MAX


def read_buckets(device, inode, buckets, block, seed, chunks):
    """
    Validate that buckets hold all names and nothing else, that their number
    and the seed are the lowest possible ones, and that chunks are full.
    """
    need(buckets == -(-len(inode.entries) // BUCKET_TARGET),
         f"{inode}: {buckets} buckets")
    for before, after in zip(chunks, chunks[1:]):
        used = 8 + sum(8 + len(name) for name, _ in before)
        need(used + 8 + len(after[0][0]) > BLOCK, f"{inode}: room in a chunk")
    for i, slots in enumerate(slots_of(chunks, buckets,
                                       hash_key(device, seed))):
        need(fits(slots), f"{inode}: bucket {i} is too full")
        read_bucket(device, inode, (block + i) * BLOCK, slots)
    for less in range(seed):
        need(not all(map(fits, slots_of(chunks, buckets,
                                        hash_key(device, less)))),
             f"{inode}: seed {less} would do")


def read_bucket(device, inode, at, wanted):
    what = f"bucket of {inode} at {at}"
    device.within(BUCKETS, at, BLOCK, what)
    device.claims.add(at, BLOCK, what)
    count, reserved, owner = device.unpack("<HHI", at)
    need(count == len(wanted) and not reserved, f"{what}: {count} slots")
    need(owner == inode.ino, f"{what}: owner {owner}")
    slots = [device.unpack("<II", at + 8 + 8 * i) for i in range(count)]
    need(slots == wanted, f"{what}: slots are not of its names")
    need(not any(device.data[at + 8 + 8 * count:at + BLOCK]),
         f"{what}: not zero at its end")
