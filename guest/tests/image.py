# SPDX-License-Identifier: GPL-2.0
"""
Layer images split into their parts, of which a host can make false ones.

Copyright (C) 2026 The tarfs authors
"""
import shutil
import struct
from pathlib import Path

from podmaker import BLOCK

PER_BLOCK = BLOCK // 32         # hashes in a block of the tree
SUPER = 512                     # superblock, trailer


def trailer(blocks, data_block=BLOCK, hash_block=BLOCK, more=b''):
    """Return the last block of an image."""
    fields = struct.pack('<IIQ', data_block, hash_block, blocks) + more
    return bytes(BLOCK - SUPER) + fields + bytes(SUPER - len(fields))


class Image:
    """An image of format 2 and its parts."""
    def __init__(self, path):
        self.path = path
        image = Path(path).read_bytes()
        self.blocks = struct.unpack_from('<Q', image, len(image) - 504)[0]
        self.data = image[:self.blocks * BLOCK]
        self.tree = image[len(self.data):-BLOCK]

    def claiming(self, *fields, **more):
        """Return the image with another trailer."""
        return self.data + self.tree + trailer(*fields, **more)

    def superblock(self):
        return len(self.data) - SUPER

    def root_inode(self):
        """Return the offset of the root inode, first in the first section."""
        return struct.unpack_from('<Q', self.data, self.superblock() + 128)[0]

    def path_to_superblock(self):
        """
        Return the offsets of the hashes on the path to the superblock's block, one
        for each level, that in the root block first.
        """
        counts = [-(-self.blocks // PER_BLOCK)]
        while counts[0] > 1:
            counts.insert(0, -(-counts[0] // PER_BLOCK))
        start, places = len(self.data), []
        below = counts[1:] + [self.blocks]
        for count, covered in zip(counts, below):
            last = start + (count - 1) * BLOCK
            places.append(last + (covered - 1) % PER_BLOCK * 32)
            start += count * BLOCK
        return places

    def flipped(self, out, offset):
        """Copy the image, flip one bit; a negative offset is from the end."""
        shutil.copyfile(self.path, out)
        with open(out, 'r+b') as image:
            image.seek(offset, 2 if offset < 0 else 0)
            byte = image.read(1)
            image.seek(-1, 1)
            image.write(bytes([byte[0] ^ 0x10]))
        return out
