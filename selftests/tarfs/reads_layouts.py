# SPDX-License-Identifier: GPL-2.0
"""
Layouts of files from a seed: their sizes, and where their data are.

Copyright (C) 2026 The tarfs authors

Sizes, pieces and holes begin and end close to multiples of the units of
storage: sectors, pages, folios, readahead windows, requests.
"""
from itertools import pairwise

BLOCK = 512
PAGE = 4096
FAR = 1 << 40
FAR_OLD_GNU = 1 << 31       # its fields have eleven octal digits

UNITS = [512, 1024, 2048, 4096, 16 << 10, 64 << 10, 128 << 10, 256 << 10,
         512 << 10, 1 << 20, 2 << 20]
NUDGES = [-4096, -513, -512, -511, -1, 0, 0, 0, 1, 511, 512, 513, 4096]


def near(rng, limit):
    """Return a number of bytes close to a multiple of a unit up to @limit."""
    unit = rng.choice([u for u in UNITS if u <= limit])
    times = rng.choice([1, 1, 1, 2, 3]) if 3 * unit <= limit else 1
    return max(0, unit * times + rng.choice(NUDGES))


def weighted(rng, table):
    return rng.choices(list(table), list(table.values()))[0]


def plain_size(rng):
    limit = weighted(rng, {0: 3, 3000: 65, 16 << 10: 25, 256 << 10: 6,
                           2 << 20: 1})
    return rng.randrange(1, limit) if limit == 3000 else \
        near(rng, limit) if limit else 0


def hole(rng, limit, far):
    """Return the bytes of a hole; only the first piece may have none."""
    kind = weighted(rng, {'bytes': 20, 'blocks': 35, 'near': 40,
                          'far': 5 if far else 0})
    if kind == 'bytes':
        return rng.randrange(1, BLOCK)
    if kind == 'blocks':
        return BLOCK * rng.randrange(1, 20)
    if kind == 'near':
        return max(1, near(rng, limit))
    return rng.randrange(far // 2, far)


def whole(length):
    """
    Round to whole blocks: readers disagree on pieces that end within one.
    """
    return max(BLOCK, length // BLOCK * BLOCK)


# name: weight, maximum of pieces, of bytes of a piece, of bytes of a hole
SHAPES = {
    'one': (3, 1, 64 << 10, 1 << 20),
    'few': (4, 8, 64 << 10, 256 << 10),
    'short': (5, 60, 16 << 10, 16 << 10),
    'tiny': (2, 800, 2048, 4096),
    'large': (0.3, 4, 2 << 20, 1 << 20),
    'far': (2, 4, 64 << 10, 1 << 20),
    'end': (1, 1, 0, 2 << 20),
    'hole': (1, 0, 0, 4 << 20),
}


def align(rng, offset, grain):
    """Round up to a unit at which pieces often begin, or to none."""
    unit = max(grain, rng.choice([1, 1, BLOCK, BLOCK, PAGE, PAGE, 64 << 10]))
    return -(-offset // unit) * unit


def sparse(rng, far, grain=1):
    """
    Return (size, pieces).  Pieces do not touch, and all but the last are whole
    blocks.  Offsets of pieces are multiples of @grain.
    """
    shape = weighted(rng, {s: row[0] for s, row in SHAPES.items()})
    _, most, longest, widest = SHAPES[shape]
    pieces, offset = [], 0
    if not far and shape == 'far':
        most, longest = 8, 16 << 10
    for i in range(round(most ** rng.random()) if most else 0):
        if i or rng.random() < 0.6:
            offset += hole(rng, widest, far if shape == 'far' else 0)
        offset = align(rng, offset, grain)
        length = whole(near(rng, longest)) if longest else BLOCK
        pieces.append((offset, length))
        offset += length
    if not pieces:
        return max(1, near(rng, widest)), []
    return trim(rng, pieces, shape, widest, grain)


def trim(rng, pieces, shape, widest, grain):
    """Let the last piece end anywhere, if the file or a hole follows."""
    start, length = pieces[-1]
    if shape != 'end' and rng.random() < 0.4:
        length = max(BLOCK, length)
        size = start + length + max(grain, align(rng, near(rng, widest), grain))
    else:
        length = max(1, length - rng.randrange(BLOCK))
        size = start + length
    return size, pieces[:-1] + [(start, length)]


def cut(rng, size, pieces):
    """
    Return as many pieces with as much data in all, that begin and end at any
    byte of the file and of the data, or None.  Some of them touch.
    """
    stored = sum(length for _, length in pieces)
    if stored < 2 * len(pieces):
        return None
    ends = set()
    while len(ends) < len(pieces) - 1:
        at = rng.randrange(1, stored)
        if rng.random() < 0.5:
            at = at // BLOCK * BLOCK + rng.choice([-1, 0, 1, 2])
        if 0 < at < stored:
            ends.add(at)
    lengths = [b - a for a, b in pairwise([0, *sorted(ends), stored])]
    rest, offset, found = size - stored, 0, []
    for length in lengths:
        gap = min(rest, rng.choice([0, 1, 100, 511, 512, 513, 3000, PAGE,
                                    rest // len(pieces)]))
        rest -= gap
        found.append((offset + gap, length))
        offset += gap + length
    return found


def merged(pieces):
    """Merge pieces that touch, and drop empty ones."""
    found = []
    for offset, length in pieces:
        if found and length and sum(found[-1]) == offset:
            found[-1] = (found[-1][0], found[-1][1] + length)
        elif length:
            found.append((offset, length))
    return found
