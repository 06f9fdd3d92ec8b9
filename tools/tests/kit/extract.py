# SPDX-License-Identifier: GPL-2.0
"""
Extract tars by other programs, and read the files.

Copyright (C) 2026 The tarfs authors
"""
import hashlib
import os
import subprocess

OWNERS = ["--numeric-owner", "--same-owner"]
# everything that mktarfs --format=2 keeps of a tar
GNU_TAR = ["tar", "-xp", *OWNERS, "--delay-directory-restore", "--xattrs",
           "--xattrs-include=*", "--acls"]


def extract(tar, directory):
    """Extract a tar into a new directory by GNU tar; return the process."""
    os.mkdir(directory, 0o755)
    return subprocess.run([*GNU_TAR, "-f", tar, "-C", directory],
                          capture_output=True, check=False,
                          env=dict(os.environ, LC_ALL="C"))


def file_sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
