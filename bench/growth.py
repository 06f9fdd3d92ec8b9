# SPDX-License-Identifier: GPL-2.0
#
# Show the cost of one unit in trees of growing size.
#
# Copyright (C) 2026 The tarfs authors

import os
import re

from table import print_table, show, verdict

OURS = "tarfs"
BLOCK = 4096
DEPTH = 4               # names in a path of these trees

# row, and the unit of its costs; see Growth.count()
ROWS = (
    ("mount", "mount"),
    ("a path alone", "path"),
    ("paths cold", "name"),
    ("paths warm", "name"),
    ("walk cold", "entry"),
    ("walk warm", "entry"),
    ("read in order", "file"),
    ("read at random", "file"),
)
UNITS = dict(ROWS)

# row, kind, medium, upper limit of the last scale's cost to the first's
GOALS = (
    ("mount", "requests", "raw", 1.0),
    ("paths warm", "time", "verity", 2.0),
    ("walk cold", "time", "verity", 1.5),
    ("walk cold", "requests", "verity", 1.1),
    ("read in order", "time", "verity", 1.5),
    ("read in order", "requests", "verity", 1.1),
    ("walk cold", "memory_kib", "verity", 1.1),
)
WHAT = {"memory_kib": "memory afterwards"}
LOOKUP_REQUESTS = 3     # at most, for one name with nothing cached


def is_scale(row):
    return re.match(r"files\d+: ", row)


class Tree:
    """Properties of a tree that are known without measuring.

    size, blocks, tar: bytes of the files, of their blocks, of their tar
    paths: number of files that are looked up or read
    names: number of names that this looks up
    """
    def __init__(self, folder, scale):
        base = os.path.join(folder, "trees", f"files{scale}")
        with open(base + ".size", encoding="ascii") as text:
            self.size, self.blocks = map(int, text.read().split())
        self.tar = os.path.getsize(base + ".tar")
        with open(base + ".random", encoding="ascii") as text:
            paths = text.read().rstrip("\0").split("\0")
        self.paths = len(paths)
        self.names = len({path.rsplit("/", up)[0]
                          for path in paths for up in range(DEPTH)})


class Growth:
    """The results about growth."""
    def __init__(self, summary, folder):
        self.cells = {key: cell for key, cell in summary.items()
                      if is_scale(key[1])}
        self.scales = sorted({int(re.search(r"\d+", row)[0])
                              for _, row, _ in self.cells})
        self.systems = list(dict.fromkeys(fs for _, _, fs in self.cells))
        self.systems.sort(key=lambda fs: (fs != OURS, fs))
        self.media = list(dict.fromkeys(m for m, _, _ in self.cells))
        self.rows = list(dict.fromkeys(row for _, row, _ in self.cells))
        self.blocks = read_images(os.path.join(folder, "images.list"))
        self.trees = {scale: Tree(folder, scale) for scale in self.scales}

    def cell(self, medium, row, fs, scale):
        return self.cells.get((medium, f"files{scale}: {row}", fs))

    def cost(self, medium, row, fs, scale, kind):
        """Return the cost of one unit; None if it was not measured."""
        cell = self.cell(medium, row, fs, scale)
        if not cell:
            return None
        return cell[kind] / self.count(row, scale, cell)

    def count(self, row, scale, cell):
        """Return the units of a row: names include parents; reads count files."""
        if UNITS[row] == "name":
            return self.trees[scale].names
        if UNITS[row] == "file":
            return self.trees[scale].paths
        return cell["count"]

    def unit(self, row):
        return UNITS[row]

    def growth(self, medium, row, fs, kind, first=0, last=-1):
        before = self.cost(medium, row, fs, self.scales[first], kind)
        after = self.cost(medium, row, fs, self.scales[last], kind)
        return after / before if before and after is not None else None

    def entries(self, scale):
        cell = self.cell("verity", "walk cold", OURS, scale)
        return cell["count"] if cell else scale


def read_images(path):
    """Return {(name, fs): data blocks}."""
    with open(path, encoding="ascii") as lines:
        return {(name, fs): int(blocks) for name, fs, _, _, blocks, _
                in map(str.split, lines)}


def print_costs(growth, medium):
    print(f"What one costs, {medium}: microseconds, requests and KiB read "
          "in a tree of so many files,\nand how many times what it was with "
          "a tenth of them")
    scales = growth.scales
    steps = ["x" for _ in scales[1:]]
    head = ["row, per what: of whom", *(f"us {n}" for n in scales), *steps,
            *(f"req {n}" for n in scales), *steps,
            *(f"KiB {n}" for n in scales)]
    lines = []
    for row, unit in ROWS:
        for fs in growth.systems:
            line = [f"{row}, per {unit}: {fs}"]
            for kind, factor, digits in (("time", 1000, 2),
                                         ("requests", 1, 3), ("kib", 1, 2)):
                costs = [growth.cost(medium, row, fs, n, kind)
                         for n in scales]
                line += [show(cost and cost * factor, digits)
                         for cost in costs]
                if kind != "kib":
                    line += [show(growth.growth(medium, row, fs, kind,
                                                i, i + 1))
                             for i in range(len(scales) - 1)]
            if any(cell != "-" for cell in line[1:]):
                lines.append(line)
    print_table(head, lines)


def metadata(growth, fs, scale):
    """Return bytes of metadata: after the tar for tarfs, outside of files' blocks
    for EROFS; None for others, where it is not known.
    """
    tree = growth.trees[scale]
    size = BLOCK * growth.blocks[f"files{scale}", fs]
    return {OURS: size - tree.tar, "erofs": size - tree.blocks}.get(fs)


def print_sizes(growth):
    print("Bytes an entry, verity: of the image, of what is not the files' "
          "own in it, of the index\nor metadata alone where that can be told; "
          "and in memory after a walk: page cache, slab")
    lines = []
    for fs in growth.systems:
        for scale in growth.scales:
            if (f"files{scale}", fs) not in growth.blocks:
                continue
            entries = growth.entries(scale)
            size = BLOCK * growth.blocks[f"files{scale}", fs]
            alone = metadata(growth, fs, scale)
            memory = [growth.cost("verity", "walk cold", fs, scale, kind)
                      for kind in ("cache_kib", "slab_kib")]
            lines.append([f"{fs}, {scale} files", show(size / entries, 0),
                          show((size - growth.trees[scale].size) / entries, 0),
                          show(alone and alone / entries, 0),
                          *(show(kib and 1024 * kib, 0) for kib in memory)])
    print_table(["", "image", "not files", "index", "cache", "slab"], lines)


def print_growth(growth):
    for medium in growth.media:
        print_costs(growth, medium)
    if growth.scales:
        print_sizes(growth)


def judge_growth(growth):
    """Yield a line for each goal."""
    if len(growth.scales) < 2:
        return
    first, last = growth.scales[0], growth.scales[-1]
    for row, kind, medium, limit in GOALS:
        yield verdict(f"{row}, {WHAT.get(kind, kind)} per {UNITS[row]}, "
                      f"{medium}, with {last} files to {first}",
                      growth.growth(medium, row, OURS, kind), limit)
    cell = growth.cell("raw", "a path alone", OURS, last)
    yield verdict(f"a path alone, requests per name, raw, with {last} files, "
                  "most",
                  cell and cell["most_requests"] / DEPTH, LOOKUP_REQUESTS)
