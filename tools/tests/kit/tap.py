# SPDX-License-Identifier: GPL-2.0
"""
TAP for tests in Python: ok(), skip(), then sys.exit(done()).

Copyright (C) 2026 The tarfs authors
"""
import os
import sys
import tempfile

count = 0
failed = 0


def ok(holds, claim):
    """Report a claim; return whether it holds."""
    global count, failed
    count += 1
    if not holds:
        failed += 1
    print(f"{'' if holds else 'not '}ok {count} - {claim}", flush=True)
    return holds


def skip(claim, reason):
    global count
    count += 1
    print(f"ok {count} # SKIP {claim}: {reason}", flush=True)


def note(text):
    """Print a diagnostic of one or more lines."""
    for line in str(text).splitlines():
        print("#", line, flush=True)


def done():
    """
    Print the plan; return the exit status.  No claim at all is a failure.
    """
    print(f"1..{count}", flush=True)
    return 1 if failed or not count else 0


def program(directory, name):
    """Return the path of a program; end the test if there is none."""
    path = os.path.join(directory, name)
    if not os.access(path, os.X_OK):
        print(f"Bail out! no {name} in {directory}")
        sys.exit(1)
    return path


def tars_in(paths):
    """Yield the tars among paths, and those in directories among them."""
    for path in paths:
        if os.path.isdir(path):
            yield from (os.path.join(path, name)
                        for name in sorted(os.listdir(path))
                        if name.endswith(".tar"))
        else:
            yield path


def scratch():
    """Create a temporary directory, in memory if possible."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    return tempfile.TemporaryDirectory(prefix="tarfs-test-", dir=memory)
