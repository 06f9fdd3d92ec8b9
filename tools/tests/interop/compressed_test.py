#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Compressed tars are read as their own programs read them, and alike by both
builds of mktarfs.

Copyright (C) 2026 The tarfs authors

The two builds link different libraries, and the static one runs in guests: it
must not refuse what the other accepts.  Generated streams, whole and damaged,
go through both, and through gzip, zstd, xz and bzip2.  For each kind of
difference Documentation/odd-tars.rst has a row with the reason.

Usage: compressed_test.py BIN_DIR [VECTORS [SEED]]	TAP on standard output
"""
import bz2
import gzip
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import damaged_streams
import deflate_codes
import odd_tars
import tap

TOP = Path(__file__).resolve().parents[3]
STREAMS = 120           # of each compression
SHOWN = 5


def build_static():
    static = TOP / "build/static"
    static.mkdir(parents=True, exist_ok=True)
    subprocess.run(["flock", static / ".lock", "make", "-s", "-C", TOP,
                    "STATIC=1"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return static / "bin/mktarfs"


class Verdict:
    """The outcome of mktarfs: a digest and warnings, or a refusal."""

    def __init__(self, program, data):
        done = subprocess.run([program, "--no-verity", "--json", "-",
                               "/dev/shm/.tarfs-compressed-test"],
                              input=data, capture_output=True, check=False)
        self.said = done.stderr.decode(errors="replace").strip()
        self.digest, self.kinds = None, ()
        if done.returncode == 0:
            report = json.loads(done.stdout)
            self.digest = report["diff_id"].removeprefix("sha256:")
            self.kinds = tuple(w["kind"] for w in report["warnings"])
        elif done.returncode != 1:
            self.said = f"status {done.returncode}: {self.said}"
            self.digest = "crashed"

    def same(self, other):
        return (self.digest, self.kinds) == (other.digest, other.kinds)

    def __str__(self):
        return self.said or f"{self.digest[:16]} {' '.join(self.kinds)}"


def decode(codec, data):
    """Return (the program's status, its output)."""
    done = subprocess.run([codec, "-dc"], input=data, capture_output=True,
                          check=False)
    return done.returncode, done.stdout


def reason(codec, verdict, plain, status):
    """
    Return the row of the table that explains why a verdict differs from the
    program's; None if none does.  @plain: the verdict on the program's output.
    """
    if verdict.digest is None:
        if codec == "gzip" and "a part of it is lost" in verdict.said:
            return "gzip-lost"
        if codec == "gzip" and status == 2 and "begins no member" in \
                verdict.said:
            return "gzip-lost"
        if codec == "bzip2" and "begin no stream" in verdict.said:
            return "bzip2-junk"
        return None
    if codec == "gzip" and verdict.digest == plain.digest and \
            "trailing-junk" in verdict.kinds:
        return "gzip-junk"
    return None


def check_stream(codec, data, builds, seen):
    """Yield the problems with one stream, as text."""
    ours, static = (Verdict(program, data) for program in builds)
    if not ours.same(static):
        yield f"{builds[0]}: {ours}\n{builds[1]}: {static}"
    status, output = decode(codec, data)
    plain = Verdict(builds[0], output)
    agree = ours.digest is None if status else ours.same(plain)
    if agree:
        seen["refused" if ours.digest is None else "accepted"] += 1
        if not status and ours.digest and \
                ours.digest != hashlib.sha256(output).hexdigest():
            yield "another digest than that of the output"
        return
    why = reason(codec, ours, plain, status)
    seen[why] += 1
    if not why:
        yield f"{codec}: status {status}, {plain}\nmktarfs: {ours}"


def check_codec(codec, seed, builds, seen):
    failed = 0
    counted = Counter()
    for i in range(STREAMS):
        rng = random.Random(f"{seed} {codec} {i}")
        data, damage = damaged_streams.stream_of(rng, codec)
        for problem in check_stream(codec, data, builds, counted):
            failed += 1
            if failed <= SHOWN:
                tap.note(f"stream {i}, {damage}, {len(data)} bytes\n{problem}")
    tap.ok(not failed, f"{codec}: {STREAMS} streams, whole and damaged, are "
           "what the program says, to both builds")
    tap.ok(counted["accepted"] > STREAMS // 10 and
           counted["refused"] > STREAMS // 10,
           f"{codec}: {dict(counted)}")
    seen.update(counted)


def fixed_rows():
    """Return {row of the table: (bytes, expected verdict of the builds)}."""
    whole = odd_tars.file(b"a") + odd_tars.END
    first, rest = whole[:1024], whole[1024:]
    return {
        "gzip-lost": (gzip.compress(first) + bytes(512) + gzip.compress(rest),
                      "refused"),
        "gzip-junk": (gzip.compress(whole) + b"junk", "accepted"),
        "bzip2-junk": (bz2.compress(whole) + b"junk", "refused"),
        "deflate-incomplete": (deflate_codes.incomplete(whole), "differs"),
    }


def table_rows():
    text = (TOP / "Documentation/odd-tars.rst").read_text()
    section = text[text.index("\nCompressed tars\n"):]
    section = section[:section.index("\nSuperblocks inside\n")]
    return set(re.findall(r"^   ``([a-z0-9-]+)`` \|", section, re.M))


def check_rows(builds, seen):
    rows = fixed_rows()
    tap.ok(table_rows() == set(rows), "the table has a row for each difference")
    tap.note(" ".join(sorted(table_rows() ^ set(rows))))
    tap.ok(set(seen) <= {"accepted", "refused", *rows},
           "every difference that was found is in the table")
    for row, (data, said) in rows.items():
        verdicts = [Verdict(program, data) for program in builds]
        accepted = [v.digest is not None for v in verdicts]
        held = {"refused": [False, False], "accepted": [True, True],
                "differs": [True, False]}[said] == accepted
        if not tap.ok(held, f"{row}: {said}"):
            tap.note("\n".join(map(str, verdicts)))


def main(argv):
    if len(argv) < 2:
        print("usage: compressed_test.py BIN_DIR [VECTORS [SEED]]",
              file=sys.stderr)
        return 2
    seed = int(argv[3]) if len(argv) > 3 else time.time_ns()
    tap.note(f"seed {seed}")
    builds = tap.program(argv[1], "mktarfs"), build_static()
    seen = Counter()
    for codec in damaged_streams.CODECS:
        check_codec(codec, seed, builds, seen)
    check_rows(builds, seen)
    Path("/dev/shm/.tarfs-compressed-test").unlink(missing_ok=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
