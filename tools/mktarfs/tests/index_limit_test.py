#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
No tar becomes an index, or takes memory, out of proportion to its length.

Copyright (C) 2026 The tarfs authors

Usage: index_limit_test.py BIN_DIR	TAP on standard output
"""
import os
import re
import subprocess
import sys
from pathlib import Path

import odd_tars
import tap

MIB = 1 << 20
LIMIT = 8 * MIB


def file(name):
    return odd_tars.header(name)


def implied_parents(count):
    """Members whose paths imply 2041 directories each."""
    for i in range(count):
        path = b"%05x/" % i + b"x/" * 2040 + b"f"
        yield odd_tars.pax((b"path", path)) + file(b"f")


def long_paths(count):
    """
    For format 1: PAX headers of 1 MiB, each component of which is a name.
    """
    for i in range(count):
        path = b"%05x/" % i + b"x/" * (MIB // 2 - 20) + b"f"
        yield odd_tars.pax((b"path", path)) + file(b"f")


def lost_links(count):
    """For format 1: the lookup of a target leaves names behind."""
    for i in range(count):
        path = b"%05x/" % i + b"x/" * 2000 + b"f"
        yield odd_tars.pax((b"linkpath", path)) + odd_tars.link(b"l", b"f")


def shared_directories(count):
    """For format 1: each further file doubles the number of names."""
    for i in range(count):
        yield file(b"d%02d" % (i + 1))
        for name in (b"a", b"b"):
            yield odd_tars.link(b"d%02d/" % (i + 1) + name, b"d%02d" % i)


def global_target(count):
    """A target of 4000 bytes for symbolic links without their own."""
    yield odd_tars.pax((b"linkpath", b"t" * 4000), kind=b"g")
    for i in range(count):
        yield odd_tars.symlink(b"%06x" % i, b"x")


def global_attributes(count):
    """60 KiB of global attributes, and one per file that makes a new set."""
    yield odd_tars.pax((b"SCHILY.xattr.user.g", b"v" * 60000), kind=b"g")
    for i in range(count):
        yield odd_tars.pax((b"SCHILY.xattr.user.x", b"%d" % i)) + \
            file(b"%06x" % i)


# name: (members, number, formats); each needs some 100 MB without a limit
BOMBS = {
    "directories that paths imply": (implied_parents, 500, (1, 2)),
    "paths of a mebibyte": (long_paths, 3, (1,)),
    "targets of hard links that are not there": (lost_links, 500, (1,)),
    "a global target": (global_target, 20000, (2,)),
    "global attributes": (global_attributes, 1500, (2,)),
}


class Mktarfs:
    """@base: KiB of memory for an empty tar"""

    def __init__(self, path):
        self.path = path
        self.base = 0

    def run(self, tar, *options):
        """Return (exit status, errors, KiB of memory)."""
        Path("image").unlink(missing_ok=True)
        with open("said", "wb") as said, subprocess.Popen(
                [self.path, "-q", "--no-verity", "--threads=1", *options, tar,
                 "image"], stderr=said) as child:
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        return child.returncode, Path("said").read_text(), used.ru_maxrss


def check_bomb(mktarfs, name, make, count, version):
    tar = b"".join(make(count)) + odd_tars.END
    Path("tar").write_bytes(tar)
    name = f"format {version}, {name}"
    status, said, memory = mktarfs.run("tar", f"--format={version}",
                                       f"--max-index={LIMIT}")
    offset = re.search(r'member ".*" at offset (\d+): .*more than '
                       rf"{LIMIT} bytes.*--max-index", said)
    if not tap.ok(status == 1 and offset and not os.path.exists("image"),
                  f"{name}: refused, with member, offset, limit and option"):
        tap.note(said[-300:])
        return
    tap.ok(int(offset[1]) < len(tar) // 3 or len(tar) < 4 * MIB,
           f"{name}: at byte {offset[1]} of {len(tar)}")
    tap.ok(memory < mktarfs.base + 4 * LIMIT // 1024,
           f"{name}: {memory} KiB of memory, {mktarfs.base} for nothing")
    status, said, _ = mktarfs.run("tar", f"--format={version}",
                                  "--max-index=1G")
    tap.ok(status == 0, f"{name}: accepted with a larger limit")
    tap.note(said[-300:] if status else os.path.getsize("image"))
    Path("image").unlink(missing_ok=True)


def check_shared(mktarfs):
    """No single member exceeds the limit."""
    Path("tar").write_bytes(file(b"d00") + b"".join(shared_directories(17)) +
                            odd_tars.END)
    status, said, _ = mktarfs.run("tar", "--format=1", f"--max-index={LIMIT}")
    name = "format 1, directories with several names"
    if not tap.ok(status == 1 and f"more than {LIMIT} bytes" in said,
                  f"{name}: refused, with the limit"):
        tap.note(said[-300:])
    status, said, _ = mktarfs.run("tar", "--format=1", "--max-index=1G")
    tap.ok(status == 0, f"{name}: accepted with a larger limit")


def check_default(mktarfs):
    """The default is 64 MiB plus the length of the tar."""
    tar = b"".join(implied_parents(300))
    Path("tar").write_bytes(tar)
    status, said, _ = mktarfs.run("tar")
    offset = re.search(r'at offset (\d+): .* more than (\d+) bytes', said)
    if not tap.ok(status == 1 and offset and
                  64 * MIB < int(offset[2]) < 64 * MIB + len(tar),
                  "without the option: refused, with a limit between 64 MiB "
                  "and that plus the length of the tar"):
        tap.note(said[-300:])
    member = len(tar) // 300
    Path("cut").write_bytes(tar[:int(offset[1]) // member // 2 * member] +
                            odd_tars.END)
    tap.ok(mktarfs.run("cut")[0] == 0, "half of these members are accepted")


def cost(names):
    return 80 + sum(80 + 48 + len(name) for name in names)


def check_exact(mktarfs):
    """The costs of files and names are those in mktarfs(1)."""
    names = [b"n" * i for i in range(1, 100)]
    Path("tar").write_bytes(b"".join(map(file, names)) + odd_tars.END)
    for missing, want in ((0, 0), (1, 1)):
        status, said, _ = mktarfs.run(
            "tar", f"--max-index={cost(names) - missing}")
        if not tap.ok(status == want, f"{missing} bytes less than is needed: "
                      f"status {status}"):
            tap.note(said)


def main(argv):
    if len(argv) < 2:
        print("usage: index_limit_test.py BIN_DIR", file=sys.stderr)
        return 2
    mktarfs = Mktarfs(os.path.abspath(tap.program(argv[1], "mktarfs")))
    with tap.scratch() as work:
        os.chdir(work)
        Path("tar").write_bytes(odd_tars.END)
        mktarfs.base = mktarfs.run("tar")[2]
        check_exact(mktarfs)
        for name, (make, count, versions) in BOMBS.items():
            for version in versions:
                check_bomb(mktarfs, name, make, count, version)
        check_shared(mktarfs)
        check_default(mktarfs)
        os.chdir("/")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
