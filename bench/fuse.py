#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Measure mount.tar beside erofsfuse, on the same tree, without verification.

  fuse.py REPS WORK OUT.json EROFSFUSE...

WORK has tree.img, made by mktarfs, and tree.erofs, made by mkfs.erofs, with a file
"large" in its root.  Each repetition mounts both, one after the other, in turns, and measures the first
access after the mount: the kernel has nothing in its caches of the mount, and
all of the image in its cache of files.

Copyright (C) 2026 The tarfs authors
"""
import json
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
LARGE = "large"
PIECE, PIECES = 4096, 4000


def walk(top):
    """lstat of every file, as find and ls -lR do."""
    count = 0
    for folder, dirs, files in os.walk(top):
        for name in dirs + files:
            os.lstat(os.path.join(folder, name))
            count += 1
    return count


def files(top):
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            if name != LARGE and os.path.isfile(path) and \
                    not os.path.islink(path):
                yield path


def read_all(top):
    """Walk, and read every file but the large one."""
    total = 0
    for path in files(top):
        fd = os.open(path, os.O_RDONLY)
        while part := os.read(fd, 1 << 20):
            total += len(part)
        os.close(fd)
    return total


def read_large(top):
    total = 0
    fd = os.open(os.path.join(top, LARGE), os.O_RDONLY)
    while part := os.read(fd, 1 << 20):
        total += len(part)
    os.close(fd)
    return total


def read_random(top):
    """4 KiB at random places, without the kernel's readahead."""
    chance = random.Random(1)
    fd = os.open(os.path.join(top, LARGE), os.O_RDONLY)
    size = os.fstat(fd).st_size
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_RANDOM)
    for _ in range(PIECES):
        os.pread(fd, PIECE, chance.randrange(size // PIECE) * PIECE)
    os.close(fd)
    return PIECES


WORK = {
    "walk with lstat": walk,
    "read all files": read_all,
    "sequential read": read_large,
    "random 4 KiB": read_random,
}


def unmount(path):
    subprocess.run(["umount", path], check=True)


def measure(command, path, work):
    """Return seconds, and what the work counted."""
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL)
    try:
        start = time.monotonic()
        count = work(path)
        return time.monotonic() - start, count
    finally:
        unmount(path)


def main(argv):
    reps, folder, out, erofsfuse = int(argv[1]), argv[2], argv[3], argv[4:]
    path = os.path.join(folder, "mnt")
    os.makedirs(path, exist_ok=True)
    commands = {
        "mount.tar": [str(TOP / "build/bin/mount.tar"), folder + "/tree.img",
                      path, "-o", "ro"],
        "erofsfuse": [*erofsfuse, folder + "/tree.erofs", path],
    }
    times = {(w, c): [] for w in WORK for c in commands}
    for _ in range(reps):
        for name, work in WORK.items():
            counts = set()
            for command, words in commands.items():
                seconds, count = measure(words, path, work)
                times[name, command].append(seconds)
                counts.add(count)
            if len(counts) != 1:
                sys.exit(f"{name}: not the same work: {counts}")
    print(f"{'medians of ' + str(reps):18} {'mount.tar':>10} "
          f"{'erofsfuse':>10} {'speed':>6}")
    rows = {}
    for name in WORK:
        ours, theirs = (statistics.median(times[name, c]) for c in commands)
        rows[name] = {"mount.tar": ours, "erofsfuse": theirs,
                      "speed": theirs / ours}
        print(f"{name:18} {ours:9.3f}s {theirs:9.3f}s {theirs / ours:6.2f}")
    Path(out).write_text(json.dumps(rows, indent=1) + "\n", encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
