#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
What a million members cost mktarfs: bounded memory, and time in proportion.

Copyright (C) 2026 The tarfs authors

Usage: [MEMBERS=N] many_members_test.py BIN_DIR

A sanitizer has memory of its own, so the programs beside those of BIN_DIR that
have none are tried: build/bin for build/san/bin.
"""
import os
import subprocess
import sys

import many_members
import tap

MEMBERS, PART = 400000, 4
BASE, EACH = 64 << 20, 200  # bytes of memory, and of memory a member
# files and directories that a member makes, if more than one
MAKES = {"long_folders": 2}


def convert(mktarfs, image, kind, count):
    """(seconds of processor time, bytes of memory at most, exit status)"""
    process = subprocess.Popen([mktarfs, "--quiet", "-", image],
                               stdin=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
    with process.stdin as pipe:
        many_members.write(kind, count, pipe)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, status


def main(argv):
    if len(argv) < 2:
        print("usage: [MEMBERS=N] many_members_test.py BIN_DIR",
              file=sys.stderr)
        return 2
    mktarfs = tap.program(argv[1].replace("/san/", "/"), "mktarfs")
    count = int(os.environ.get("MEMBERS", MEMBERS))
    with tap.scratch() as work:
        image = os.path.join(work, "image")
        for kind in many_members.KINDS:
            part, _, _ = convert(mktarfs, image, kind, count // PART)
            whole, memory, status = convert(mktarfs, image, kind, count)
            tap.ok(status == 0, f"{kind}: {count} members have an image")
            most = BASE + EACH * count * MAKES.get(kind, 1)
            tap.ok(memory <= most, f"{kind}: {memory >> 10} KiB of memory, "
                   f"at most {most >> 10}")
            tap.ok(whole <= 2 * PART * part, f"{kind}: {whole:.2f} s, a "
                   f"{PART}th of the members {part:.2f} s")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
