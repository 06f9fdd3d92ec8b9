#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
mktarfs converts a large number of members in bounded memory and in linear
time.

Copyright (C) 2026 The tarfs authors

Usage: [MEMBERS=N] many_members_test.py BIN_DIR

A sanitizer takes memory, so this runs the programs without one beside those of
BIN_DIR: build/bin for build/san/bin.
"""
import os
import subprocess
import sys

import many_members
import tap

MEMBERS, PART = 400000, 4
# some of these tars have more bytes of names than the default limit allows
INDEX = "4G"
# limits of memory in the manual page, bytes: base; for a name and its inode;
# for a set of attributes
BASE, EACH, SET = 64 << 20, 128, 64
# a member's number of names, and their bytes; bytes of its attributes, if any
MAKES = {
    "flat": (1, 13), "deep": (1, 2), "implied": (2, 19),
    "attributes": (1, 13, 21), "long_names": (1, 99),
    "long_folders": (2, 199), "hard_links": (1, 13),
}


def promise(kind):
    """Return the limit of memory for a member of such a tar, in bytes."""
    names, length, *attributes = MAKES[kind]
    return EACH * names + length + sum(SET + size for size in attributes)


def convert(mktarfs, image, kind, count, version=2):
    """Return (seconds of CPU time, maximum RSS in bytes, exit status)."""
    process = subprocess.Popen([mktarfs, "--quiet", f"--format={version}",
                                f"--max-index={INDEX}", "-", image],
                               stdin=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
    with process.stdin as pipe:
        many_members.write(kind, count, pipe)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, status


def check(mktarfs, image, kind, count, version):
    part, _, _ = convert(mktarfs, image, kind, count // PART, version)
    whole, memory, status = convert(mktarfs, image, kind, count, version)
    what = f"format {version}, {kind}"
    tap.ok(status == 0, f"{what}: {count} members have an image")
    most = BASE + promise(kind) * count
    tap.ok(memory <= most, f"{what}: {memory >> 10} KiB of memory, at most "
           f"{most >> 10}")
    tap.ok(whole <= 2 * PART * part, f"{what}: {whole:.2f} s, a {PART}th of "
           f"the members {part:.2f} s")


def main(argv):
    if len(argv) < 2:
        print("usage: [MEMBERS=N] many_members_test.py BIN_DIR",
              file=sys.stderr)
        return 2
    mktarfs = tap.program(argv[1].replace("/san/", "/"), "mktarfs")
    count = int(os.environ.get("MEMBERS", MEMBERS))
    with tap.scratch() as work:
        image = os.path.join(work, "image")
        for version in (2, 1):
            for kind in many_members.KINDS:
                check(mktarfs, image, kind, count, version)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
