#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
With verify= no byte is served that the root hash does not stand for.

Copyright (C) 2026 The tarfs authors

A bit is flipped in each region of an image: the superblock and the right edge of the
tree make the mount fail, and everything else is EIO for the pages and records that need
the block, and for no others.  What can be read is always what the tar has.

Usage: mount_tar_verify_test.py BIN_DIR
"""
import errno
import hashlib
import io
import json
import os
import random
import struct
import sys
import tarfile

import mounts
import tap
import truncated_twin
from programs import Programs

BLOCK, SLOTS = 4096, 128
MANY = 600              # empty files, for an index of several blocks
LARGE = 70 << 20        # more than 128 * 128 blocks: three levels


def content(name, size):
    """Bytes that no other file has."""
    return random.Random(name).randbytes(size)


FILES = {"large": content("large", LARGE), "odd": content("odd", 12345),
         "small": b"small\n", "dir/in": content("in", 5000)}


def make_tar(path):
    with tarfile.open(path, "w") as tar:
        for name in "dir", "many":
            info = tarfile.TarInfo(name)
            info.type, info.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(info)
        for i in range(MANY):
            tar.addfile(tarfile.TarInfo(f"many/name-{i}"))
        for name, data in FILES.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


class Image:
    """An image, and where things are in it."""

    def __init__(self, programs, fmt):
        tar = os.path.join(programs.work, "layer.tar")
        make_tar(tar)
        self.path = os.path.join(programs.work, f"{fmt}.img")
        made = programs.start("mktarfs", "--json", f"--format={fmt}", tar,
                              self.path)
        said = json.loads(made.stdout)
        self.root, self.blocks = said["root_hash"], said["data_size"] // BLOCK
        self.tar_size = os.path.getsize(tar)
        self.levels, at = [], self.blocks   # (first block, blocks), root first
        for count in truncated_twin.levels(self.blocks):
            self.levels.append((at, count))
            at += count
        with tarfile.open(tar) as archive:
            self.data = {m.name: m.offset_data for m in archive}

    def flip(self, byte, bit=0):
        with open(self.path, "r+b") as file:
            file.seek(byte)
            old = file.read(1)[0]
            file.seek(byte)
            file.write(bytes([old ^ 1 << bit]))


class Flipped:
    """The image with one bit flipped, for as long as the context lasts."""

    def __init__(self, image, byte):
        self.image, self.byte = image, byte

    def __enter__(self):
        self.image.flip(self.byte)

    def __exit__(self, *_):
        self.image.flip(self.byte)


def read_pages(path, want):
    """Read each page; return (pages with EIO, whether the others are right)."""
    bad, right = set(), True
    fd = os.open(path, os.O_RDONLY)
    try:
        for at in range(0, len(want), BLOCK):
            try:
                right &= os.pread(fd, BLOCK, at) == want[at:at + BLOCK]
            except OSError as error:
                right &= error.errno == errno.EIO
                bad.add(at // BLOCK)
    finally:
        os.close(fd)
    return bad, right


class Suite:
    def __init__(self, programs, image, fmt):
        self.programs, self.image = programs, image
        self.path = mounts.directory(programs.work)
        self.name = f"format {fmt}"

    def mount(self, options="", path=None, root=None):
        options = f"verify={root or self.image.root}" + \
            (options and "," + options)
        return mounts.Mount(self.programs.paths["mount.tar"],
                            path or self.image.path, self.path, options)

    def refused(self, claim, word, **how):
        try:
            with self.mount(**how):
                return tap.ok(False, f"{self.name}: {claim} is refused")
        except mounts.Refused as error:
            good = error.status == 32 and word in error.text
            if not tap.ok(good, f"{self.name}: {claim} is refused"):
                tap.note(f"{error.status} {error.text}")
            return good

    def check_whole(self):
        with self.mount(f"data-blocks={self.image.blocks}"):
            for name, want in FILES.items():
                with open(f"{self.path}/{name}", "rb") as file:
                    tap.ok(file.read() == want, f"{self.name}: {name}, verified")

    def pages_of(self, name, first, count):
        """The pages of a file that need these data blocks."""
        start, size = self.image.data[name], len(FILES[name])
        begin, end = first * BLOCK - start, (first + count) * BLOCK - start
        return {p for p in range(-(-size // BLOCK))
                if p * BLOCK < end and min((p + 1) * BLOCK, size) > begin}

    def check_data(self, where, byte, first, count):
        """A flipped bit breaks data blocks; messages name one of them."""
        with Flipped(self.image, byte), self.mount() as mount:
            for name, want in FILES.items():
                bad, right = read_pages(f"{self.path}/{name}", want)
                wanted = self.pages_of(name, first, count)
                tap.ok(right, f"{self.name}, {where}: no wrong byte of {name}")
                if not tap.ok(bad == wanted, f"{self.name}, {where}: EIO for "
                              f"{len(wanted)} pages of {name}"):
                    tap.note(f"got {sorted(bad)[:20]}, "
                             f"wanted {sorted(wanted)[:20]}")
            read_pages(f"{self.path}/large", FILES["large"][:BLOCK * 4])
            said = mount.text().count("is wrong")
        tap.ok(said >= 1 and said <= 10, f"{self.name}, {where}: {said} messages")

    def check_block_message(self):
        """One block, many reads: one message, with its number."""
        block = self.image.data["large"] // BLOCK + 1000
        with Flipped(self.image, block * BLOCK + 7), self.mount() as mount:
            for _ in range(5):
                read_pages(f"{self.path}/large", FILES["large"][:BLOCK * 1010])
                mounts.drop_caches()
            text = mount.text()
        tap.ok(text.count(f"data block {block},") == 1,
               f"{self.name}: a wrong block is named once")

    def check_trees(self):
        """Each level of the tree, left of the right edge."""
        for level, (start, count) in enumerate(self.image.levels):
            below = SLOTS ** (len(self.image.levels) - level)
            if count == 1 or level == 0:
                with Flipped(self.image, start * BLOCK):
                    self.refused(f"a wrong root block, level {level}",
                                 "root hash is")
                continue
            self.check_data(f"the first hash block of level {level} from above",
                            start * BLOCK + 5, 0, below)
            with Flipped(self.image, (start + count - 1) * BLOCK + 1):
                self.refused(f"a wrong last block of level {level}", "is wrong")

    def check_index(self):
        """Each block of the index: EIO or the truth, and nothing else."""
        index, end = self.image.tar_size // BLOCK, self.image.blocks
        with Flipped(self.image, end * BLOCK - 100):
            self.refused("a wrong superblock", "is wrong")
        wrong, errors = 0, 0
        for block in range(index, end - 1):
            with Flipped(self.image, block * BLOCK + BLOCK - 1):
                bad, lies = self.look()
            errors += bad
            wrong += lies
        tap.ok(errors and not wrong, f"{self.name}: {errors} errors and {wrong} "
               f"lies in {end - 1 - index} blocks of the index")

    def look(self):
        """Return how many accesses failed with EIO, and how many told lies."""
        bad = lies = 0
        try:
            with self.mount():
                for name, want in FILES.items():
                    try:
                        with open(f"{self.path}/{name}", "rb") as file:
                            lies += file.read(BLOCK) != want[:BLOCK]
                    except OSError as error:
                        bad += error.errno == errno.EIO
                        lies += error.errno != errno.EIO
                try:
                    lies += sorted(os.listdir(self.path)) != sorted(
                        {"many", *(n.split("/")[0] for n in FILES)})
                    lies += len(os.listdir(self.path + "/many")) != MANY
                    for i in range(0, MANY, 20):
                        os.lstat(f"{self.path}/many/name-{i}")
                except OSError as error:
                    bad += error.errno == errno.EIO
                    lies += error.errno != errno.EIO
        except mounts.Refused:
            bad += 1
        return bad, lies

    def check_trailer(self):
        size = os.path.getsize(self.image.path)
        for name, byte in (("block size", size - 512), ("number", size - 504),
                           ("number, high", size - 500), ("tail", size - 1)):
            with Flipped(self.image, byte):
                self.refused(f"a trailer with a wrong {name}", "")
        with open(self.image.path, "r+b") as file:
            for blocks in (self.image.blocks - 1, self.image.blocks + 1,
                           SLOTS * SLOTS + 1):
                file.seek(size - 504)
                file.write(struct.pack("<Q", blocks))
                file.flush()
                self.refused(f"a trailer with {blocks} blocks", "")
            file.seek(size - 504)
            file.write(struct.pack("<Q", self.image.blocks))
        self.refused("another number of blocks", "it should be",
                     options=f"data-blocks={self.image.blocks - 1}")
        other = hashlib.sha256(b"").hexdigest()
        self.refused("another root hash", "it should be " + other, root=other)
        bare = self.image.path + ".bare"
        with open(self.image.path, "rb") as file, open(bare, "wb") as out:
            out.write(file.read(self.image.blocks * BLOCK))
        self.refused("a data device without a tree", "hash tree", path=bare)
        os.unlink(bare)

    def check_change(self):
        """The file changes while it is mounted: old bytes, or EIO."""
        block = self.image.data["large"] // BLOCK + 5
        with self.mount():
            with open(f"{self.path}/large", "rb") as file:
                before = file.read(BLOCK * 10) == FILES["large"][:BLOCK * 10]
            with Flipped(self.image, block * BLOCK):
                mounts.drop_caches()
                # as "large" is in the page cache, drop it by a new open
                fd = os.open(f"{self.path}/large", os.O_RDONLY)
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(fd)
                bad, right = read_pages(f"{self.path}/large",
                                        FILES["large"][:BLOCK * 10])
        tap.ok(before and right and bad, f"{self.name}: a block that changes "
               "under the mount is an error, too")

    def run(self):
        tap.ok(len(self.image.levels) == 3, f"{self.name}: a tree of 3 levels")
        self.check_whole()
        block = self.image.data["odd"] // BLOCK + 1
        self.check_data("data of odd", block * BLOCK + 1, block, 1)
        block = self.image.data["large"] // BLOCK + 2000
        self.check_data("data of large", block * BLOCK + 4095, block, 1)
        self.check_block_message()
        self.check_trees()
        self.check_index()
        self.check_trailer()
        self.check_change()


def check_twins(programs):
    path = mounts.directory(programs.work)
    for formats in truncated_twin.COMBINATIONS:
        made = truncated_twin.attack(
            programs.paths["mktarfs"], programs.work, formats,
            truncated_twin.members({"reviewed": b"reviewed\n"}),
            truncated_twin.members({"evil": b"evil\n"}))
        honest = programs.write("honest.img", made.honest)
        twin = programs.write("twin.img", made.twin)
        name = f"formats {formats[0]} and {formats[1]}"
        program = programs.paths["mount.tar"]
        with mounts.Mount(program, honest, path, "verify=" + made.root_hash):
            tap.ok("reviewed" in os.listdir(path), f"{name}: the honest image")
        with mounts.Mount(program, twin, path):
            tap.ok("evil" in os.listdir(path),
                   f"{name}: its twin, where nothing is verified")
        for options in ("", f",data-blocks={made.blocks}"):
            try:
                with mounts.Mount(program, twin, path,
                                  f"verify={made.root_hash}{options}"):
                    tap.ok(False, f"{name}: the twin is refused")
            except mounts.Refused as error:
                tap.ok("data blocks" in error.text,
                       f"{name}: the twin is refused{options and ', bound'}")


def check_tiny(programs):
    """A tree of one level, and one without levels, of a single block."""
    path = mounts.directory(programs.work)
    tar = os.path.join(programs.work, "empty.tar")
    with tarfile.open(tar, "w"):
        pass
    for fmt in (1, 2):
        image = os.path.join(programs.work, "empty.img")
        said = json.loads(programs.start("mktarfs", "--json",
                                         f"--format={fmt}", tar, image).stdout)
        with mounts.Mount(programs.paths["mount.tar"], image, path,
                          "verify=" + said["root_hash"]):
            tap.ok(os.listdir(path) == [],
                   f"format {fmt}: an empty layer, verified")


def run(directory, work):
    programs = Programs(directory, work, "mktarfs", "mount.tar")
    for fmt in (2, 1):
        Suite(programs, Image(programs, fmt), fmt).run()
    check_twins(programs)
    check_tiny(programs)


if __name__ == "__main__":
    sys.exit(mounts.main(run, sys.argv))
