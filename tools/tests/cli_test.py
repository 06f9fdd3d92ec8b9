#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
All programs handle --help, --version and wrong command lines alike, report
that their output cannot be written, and never write to a file by mistake.

Copyright (C) 2026 The tarfs authors

Usage: cli_test.py BIN_DIR
"""
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import tap

TOP = Path(__file__).resolve().parents[2]
VERSION = (TOP / "VERSION").read_text(encoding="ascii").strip()
# name: exit status of a failure and of wrong usage
PROGRAMS = {
    "mktarfs": (1, 2), "verity-setup": (1, 2), "tarfs-image": (1, 2),
    "fsck.tarfs": (8, 16), "dump.tarfs": (1, 2), "snp-measure": (1, 2),
}


def run(*args, stdout=subprocess.PIPE):
    return subprocess.run(args, stdout=stdout, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, text=True, check=False)


def check_words(path, name, failed, usage):
    done = run(path, "--help")
    tap.ok(done.returncode == 0 and name in done.stdout and not done.stderr,
           f"{name} --help is on standard output")
    done = run(path, "--version")
    tap.ok((done.returncode, done.stdout, done.stderr) ==
           (0, f"{name} (tarfs) {VERSION}\n", ""), f"{name} --version")
    for text in ("--no-such-option", "--help=x"):
        done = run(path, text)
        tap.ok(done.returncode == usage and not done.stdout and done.stderr,
               f"{name} {text}: exits {usage}, with words on standard error")
    for text in ("--help", "--version"):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = run(path, text, stdout=full)
        tap.ok(done.returncode == failed and done.stderr.startswith(
            f"{name}: cannot write to standard output"),
               f"{name} {text} to a full device: exits {failed}")


def closed(path, args, streams):
    """Return the exit status of a program started with streams closed."""
    redirect = " ".join(f"{fd}>&-" for fd in streams)
    return subprocess.run(["sh", "-c", f'exec "$@" {redirect}', "sh", path,
                           *args], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False).returncode


def check_closed(bin_dir, work):
    """Files opened with standard streams closed would take their numbers."""
    tar = os.path.join(work, "layer.tar")
    with tarfile.open(tar, "w") as out:
        out.add(__file__, arcname="file")
    makers = {
        "mktarfs": lambda to: ["--threads=1", tar, to],
        "verity-setup": lambda to: ["format", to],
    }
    for name, args in makers.items():
        path = os.path.join(bin_dir, name)
        whole, other = (os.path.join(work, f"{name}{i}") for i in (1, 2))
        for image in (whole, other):
            if name == "verity-setup":
                Path(image).write_bytes(bytes(range(256)) * 64)
        run(path, *args(whole))
        wanted = Path(whole).read_bytes()
        for streams in ((0, 1, 2), (1,), (2,), (0,)):
            before = Path(other).read_bytes() if os.path.exists(other) else b""
            status = closed(path, args(other), streams)
            after = Path(other).read_bytes() if os.path.exists(other) else b""
            tap.ok(status in (0, 1) and
                   after in ((before, wanted) if status else (wanted,)),
                   f"{name}, streams {streams} closed: exits {status}, and the "
                   "file is as it was or as it should be")
            if os.path.exists(other):
                os.unlink(other)
            if name == "verity-setup":
                Path(other).write_bytes(bytes(range(256)) * 64)


def main(argv):
    if len(argv) < 2:
        print("usage: cli_test.py BIN_DIR", file=sys.stderr)
        return 2
    for name, (failed, usage) in PROGRAMS.items():
        check_words(tap.program(argv[1], name), name, failed, usage)
    with tap.scratch() as work:
        check_closed(argv[1], work)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
