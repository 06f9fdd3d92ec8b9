#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
mktarfs --format=2 reads the numbers of a tar as GNU tar and Go do.

Copyright (C) 2026 The tarfs authors

Each case of tar_numbers.py is converted, and extracted by GNU tar, bsdtar and
umoci, which reads it with Go's archive/tar, as containerd does.  An image must
be what GNU tar and Go extract; they may not agree on a tar that mktarfs
refuses.  Each remaining difference has a name, which
Documentation/odd-tars.rst explains.

Usage: tar_numbers_test.py BIN_DIR [VECTORS [SEED]]	TAP on standard output
"""
import os
import random
import re
import resource
import shutil
import stat
import subprocess
import sys
from collections import Counter
from pathlib import Path

import format2_model
import odd_tars
import tap
import tar_numbers
from extract import OWNERS, file_sha256
from format2_records import rdev_pair
from oci_layout import oci_layout, write_directory

COUNT = 8           # random spellings of each kind
LARGE = 1 << 24     # limit of files, for all programs
ABOUT = Path(__file__).resolve().parents[3] / "Documentation/odd-tars.rst"
ENVIRONMENT = dict(os.environ, LC_ALL="C", TZ="UTC")
GNU = ["tar", "-xp", *OWNERS]
BSD = ["bsdtar", "-xp", *OWNERS]


def run(command, tar=b""):
    return subprocess.run(command, input=tar, capture_output=True, check=False,
                          timeout=600, env=ENVIRONMENT)


# ---- trees: {name: facts} ----

def facts(kind, perm, uid, gid, mtime, size, rdev, content):
    return (kind, perm, uid, gid, mtime) + (
        (size, content) if kind == stat.S_IFREG else
        (rdev,) if kind == stat.S_IFCHR else ())


def directory_facts(directory):
    found = {}
    for entry in os.scandir(os.fsencode(directory)):
        info = entry.stat(follow_symlinks=False)
        kind = stat.S_IFMT(info.st_mode)
        found[entry.name] = facts(
            kind, stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid,
            info.st_mtime_ns, info.st_size,
            (os.major(info.st_rdev), os.minor(info.st_rdev)),
            file_sha256(entry.path) if kind == stat.S_IFREG else None)
    return found


def image_facts(path):
    device = format2_model.load(path).device
    found = {}
    for name, inode in device.walk():
        kind = stat.S_IFMT(inode.mode)
        if name:
            found[name] = facts(
                kind, stat.S_IMODE(inode.mode), inode.uid, inode.gid,
                inode.mtime * 10**9 + inode.nsec, inode.size,
                rdev_pair(inode.rdev) if kind == stat.S_IFCHR else None,
                device.content_hash(inode)
                if kind == stat.S_IFREG and inode.size <= LARGE else None)
    return found


# ---- the programs: the tree each makes of a tar, or None ----

def converted(mktarfs, tar, work):
    image = os.path.join(work, "image")
    made = run([mktarfs, "--format=2", "--no-verity", "-", image], tar)
    return None if made.returncode else image_facts(image)


def extracted(command, tar, work):
    tree = os.path.join(work, "tree")
    os.mkdir(tree, 0o755)
    failed = run([*command, "-C", tree, "-f", "-"], tar).returncode
    found = None if failed else directory_facts(tree)
    shutil.rmtree(tree)
    return found


def unpacked(tar, work):
    """Unpack by Go, with umoci."""
    top, bundle = os.path.join(work, "layout"), os.path.join(work, "bundle")
    write_directory(oci_layout([tar], annotations={
        "org.opencontainers.image.ref.name": "tag"}), top)
    failed = run(["umoci", "unpack", "--image", top + ":tag",
                  bundle]).returncode
    found = None if failed else directory_facts(
        os.path.join(bundle, "rootfs"))
    for path in (top, bundle):
        shutil.rmtree(path, ignore_errors=True)
    return found


class Reading:
    """The trees that the programs make of one case."""

    def short(self, found):
        """Format the member alone, and the number of files."""
        return "none" if found is None else \
            f"{found.get(self.name, '?')[1:6]} of {len(found)}"

    def __init__(self, case, number):
        self.case, self.name = case, b"c%05d" % number
        self.tar = tar_numbers.tar(case, self.name)
        self.image = self.gnu = self.bsd = self.go = None

    def read(self, mktarfs, work):
        self.image = converted(mktarfs, self.tar, work)
        self.gnu = extracted(GNU, self.tar, work)
        self.bsd = extracted(BSD, self.tar, work)

    def read_alone(self, work):
        """Run Go, unless mktarfs and GNU tar agree to refuse the case."""
        if self.image is None and self.gnu is not None:
            self.go = unpacked(self.tar, work)


def read_together(readings, work):
    """Run Go on one archive of all; bisect if it refuses that."""
    tar = b"".join(r.tar[:-len(odd_tars.END)] for r in readings) + odd_tars.END
    found = unpacked(tar, work) if readings else {}
    if found is None and len(readings) > 1:
        half = len(readings) // 2
        read_together(readings[:half], work)
        read_together(readings[half:], work)
    for reading in readings if found else ():
        reading.go = {name: what for name, what in found.items()
                      if name.startswith(reading.name)}


def read_all(mktarfs, cases, work):
    readings = [Reading(case, i) for i, case in enumerate(cases)]
    for reading in readings:
        reading.read(mktarfs, work)
    read_together([r for r in readings if r.image], work)
    for reading in readings:
        reading.read_alone(work)
    return readings


# ---- differences with a reason ----

def differs_from_go_or_gnu(reading):
    """
    Does GNU tar or Go read an accepted case otherwise than mktarfs, or do both
    agree on one that mktarfs refuses?
    """
    if reading.image is not None:
        return not reading.image == reading.gnu == reading.go
    return reading.gnu is not None and reading.gnu == reading.go


def differs_from_bsdtar(reading):
    return reading.image is not None and reading.image != reading.bsd


def spelled(pattern, *kinds):
    """Match spellings, of these kinds or of all."""
    return lambda reading: re.match(pattern, reading.case.spelling, re.S) and (
        not kinds or reading.case.kind in kinds)


PAX_NUMBERS = ("PAX uid", "PAX gid", "PAX size")
def refused(is_it):
    return lambda reading: reading.image is None and is_it(reading)


def is_far_time(reading):
    """Does a time in nanoseconds exceed 64 bits?"""
    return any(abs(found[4]) >= 1 << 63 for found in (reading.image or {}
                                                      ).values())


REASONS = {
    "number-nuls": refused(spelled(rb"(\0| +)[ \0]*\0")),
    "number-minus": refused(spelled(rb"-0", *PAX_NUMBERS)),
    "number-version": refused(spelled(rb"", "GNU.sparse.major",
                                      "GNU.sparse.minor")),
    "number-no-owner": refused(spelled(rb"4294967295$", "PAX uid",
                                       "PAX gid")),
    "number-empty": spelled(rb"$", *PAX_NUMBERS, "PAX mtime"),
    "number-fraction": spelled(rb"-\d+\.\d{10}", "PAX mtime"),
    "number-far-time": is_far_time,
    "number-old-sparse": lambda r: r.case.kind.startswith("sparse ") and
    r.go is None and r.image == r.gnu,
}
BSDTAR_REASONS = {
    "number-empty": spelled(rb"$", *PAX_NUMBERS, "PAX mtime"),
    "bsdtar-nul": spelled(rb"\0 *[0-7S]"),
    "bsdtar-behind": spelled(rb" *[0-7S]+\0+[^\0]"),
    "bsdtar-fraction": spelled(rb"-\d+\.\d*[1-9]", "PAX mtime"),
    "number-far-time": is_far_time,
}


def unexplained(names):
    """Return the names that the text lacks."""
    text = ABOUT.read_text()
    return [name for name in names if f"``{name}``" not in text]


def check(claim, readings, differs, reasons):
    """All cases that differ have a reason, and no reason is unused."""
    used, wrong = Counter(), []
    for reading in filter(differs, readings):
        why = next((name for name, is_it in reasons.items()
                    if is_it(reading)), None)
        used[why] += 1
        if not why:
            wrong.append(reading)
    taken = sum(r.image is not None for r in readings)
    tap.ok(not wrong, f"{claim}: {len(readings)} numbers, {taken} taken, "
           f"{used.total()} that differ have a reason")
    for r in wrong[:20]:
        tap.note(f"{r.case}: mktarfs {r.short(r.image)}, GNU tar "
                 f"{r.short(r.gnu)}, Go {r.short(r.go)}, bsdtar "
                 f"{r.short(r.bsd)}")
    idle = [name for name in reasons if not used[name]]
    tap.ok(not idle, f"{claim}: each reason is one")
    tap.note(" ".join(idle))
    missing = unexplained(reasons)
    tap.ok(not missing, f"{claim}: odd-tars.rst explains each")
    tap.note(" ".join(missing))


def main(argv):
    if len(argv) not in (2, 3, 4):
        print("usage: tar_numbers_test.py BIN_DIR [VECTORS [SEED]]", file=sys.stderr)
        return 2
    mktarfs = tap.program(argv[1], "mktarfs")
    seed = int(argv[3]) if len(argv) == 4 else random.randrange(1 << 32)
    tap.note(f"seed {seed}")
    version = run(["tar", "--version"]).stdout + run(
        ["bsdtar", "--version"]).stdout
    if os.geteuid() or b"(GNU tar) 1.34" not in version or \
            b"bsdtar 3.6.2" not in version or not shutil.which("umoci"):
        tap.skip("numbers", "needs root, GNU tar 1.34, bsdtar 3.6.2 and umoci")
        return tap.done()
    os.umask(0o022)
    # bounds sparse files, which are as large as their numbers say
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGE, LARGE))
    with tap.scratch() as work:
        readings = read_all(mktarfs, tar_numbers.cases(seed, COUNT), work)
    check("GNU tar and Go", readings, differs_from_go_or_gnu, REASONS)
    check("bsdtar", readings, differs_from_bsdtar, BSDTAR_REASONS)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
