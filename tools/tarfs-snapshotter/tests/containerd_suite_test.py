#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
containerd's own tests of snapshotters, from Debian's package of its sources,
through its client for remote snapshotters: all its cases.

Copyright (C) 2026 The tarfs authors

Usage: [MOUNT_TAR=PROGRAM] containerd_suite_test.py BIN_DIR
"""
import os
import re
import subprocess
import sys
from pathlib import Path

import tap

TOP = Path(__file__).resolve().parents[3]
CASES = 21
RESULT = re.compile(r"^    --- (PASS|FAIL|SKIP): TestSnapshotter/(\S+)", re.M)


def build():
    """Build the test program; Go keeps what it has compiled below build/."""
    binary = TOP / "build/go/suite.test"
    env = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode",
           "GOCACHE": str(TOP / "build/go/cache"), "GOFLAGS": "-p=2"}
    subprocess.run(["go", "test", "-c", "-o", binary, "."], env=env, check=True,
                   cwd=Path(__file__).parent / "suite")
    return binary


def main():
    program = os.path.abspath(tap.program(sys.argv[1], "tarfs-snapshotter"))
    if os.geteuid():
        tap.skip("containerd's suite", "needs root")
        sys.exit(tap.done())
    mounter = os.environ.get("MOUNT_TAR") or os.path.abspath(
        os.path.join(sys.argv[1], "mount.tar"))
    if not os.access(mounter, os.X_OK):
        tap.skip("containerd's suite", f"there is no {mounter}")
        sys.exit(tap.done())
    command = f"{program} --mount-tar {mounter}"
    done = subprocess.run(
        [build(), "-test.v", "-test.root", "-test.timeout", "20m"],
        env={**os.environ, "TARFS_SNAPSHOTTER": command}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    results = RESULT.findall(done.stdout)
    for result, case in results:
        if result == "SKIP":
            tap.skip(case, "containerd skips it")
        else:
            tap.ok(result == "PASS", case)
    tap.ok(len(results) == CASES and done.returncode == 0,
           f"{CASES} cases, and every daemon ends well")
    if done.returncode:
        tap.note(done.stdout[-8000:])
    sys.exit(tap.done())


if __name__ == "__main__":
    main()
