#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Members of more than 8 GiB are read with their sizes, and so are those behind
them.

Copyright (C) 2026 The tarfs authors

The tars are mostly holes, and mktarfs appends to them: nothing is copied, and
only the hash tree takes disk space.

Usage: large_member_test.py BIN_DIR

Runs the programs without a sanitizer beside those of BIN_DIR: build/bin for
build/san/bin.
"""
import json
import os
import shutil
import subprocess
import sys

import odd_tars
import tap
from odd_tars import file, header, pax
from random_tars import binary_field, padded

SIZE = 9 << 30
TREE = SIZE // 100  # limit of the bytes of index and tree
# what precedes the data
LARGE = {
    "a size in base 256": header(b"a", size_field=binary_field(SIZE, 12)),
    "a size in a PAX record": pax((b"size", b"%d" % SIZE)) + header(b"a"),
}
# a file of that size that is a hole except for its last byte
SPARSE_MAP = padded(b"1\n%d\n1\n" % (SIZE - 1))
SPARSE = pax((b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"),
             (b"GNU.sparse.name", b"a"),
             (b"GNU.sparse.realsize", b"%d" % SIZE)) + header(
                 b"GNUSparseFile.0/a", size=len(SPARSE_MAP) + 1
                 ) + SPARSE_MAP + padded(b"x")


def run(*command):
    return subprocess.run(command, capture_output=True, check=False, text=True)


def write(path, start, data):
    """Write @data bytes of zeros as a hole, and a file behind them."""
    with open(path, "wb") as out:
        out.write(start)
        out.seek(data, os.SEEK_CUR)
        out.write(file(b"b", b"two") + odd_tars.END)


def disk(path):
    return os.stat(path).st_blocks * 512


def check_listing(programs, what, path):
    listed = run("tar", "--utc", "-tvf", path)
    tap.ok(not listed.returncode and f" {SIZE} " in listed.stdout,
           f"{what}: GNU tar reads the image as it did the tar")
    ours = run(programs["dump.tarfs"], "-l", path)
    if not tap.ok(f" {SIZE} " in ours.stdout, f"{what}: the size is right"):
        tap.note(ours.stdout + ours.stderr)
    tap.ok(run(programs["dump.tarfs"], "--cat", path, "/b").stdout == "two",
           f"{what}: so is what is behind it")


def check_verified(what, path, report):
    end = report["data_size"]
    answer = run("veritysetup", "verify", path, path, report["root_hash"],
                 "--no-superblock", "--hash=sha256", "--salt=" + 64 * "0",
                 f"--data-blocks={report['data_blocks']}",
                 f"--hash-offset={end}")
    if not tap.ok(not answer.returncode,
                  f"{what}: veritysetup takes data and tree"):
        tap.note(answer.stderr)


def check(programs, what, path):
    made = run(programs["mktarfs"], "--json", path)
    if not tap.ok(not made.returncode, f"{what}: has an image"):
        tap.note(made.stderr)
        return None
    tap.ok(disk(path) <= TREE,
           f"{what}: {disk(path) >> 20} MiB of it take room, not 9 GiB")
    check_listing(programs, what, path)
    return json.loads(made.stdout)


def main(argv):
    if len(argv) < 2:
        print("usage: large_member_test.py BIN_DIR", file=sys.stderr)
        return 2
    programs = {name: tap.program(argv[1].replace("/san/", "/"), name)
                for name in ("mktarfs", "dump.tarfs")}
    with tap.scratch() as work:
        path, report = os.path.join(work, "image"), None
        for what, start in LARGE.items():
            write(path, start, SIZE)
            if disk(path) > TREE:
                tap.skip(what, "files have no holes here")
                continue
            report = check(programs, what, path)
        if report and shutil.which("veritysetup"):
            check_verified(what, path, report)
        write(path, SPARSE, 0)
        check(programs, "a sparse file", path)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
