#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
A tree mounted by mount.tar is the one that GNU tar extracts.

Copyright (C) 2026 The tarfs authors

manifest.py describes both: types, modes, owners, link counts, sizes, times, device
numbers, attributes, contents, hard links.  What an extracted tree cannot represent is
removed on both sides: the time of a directory without a member.  The trees are those of
the programs that make tars, random ones, and those of the driver's selftests, whose
manifests exist once they have been built.

Usage: mount_tar_tree_test.py BIN_DIR
"""
import os
import shutil
import sys
from pathlib import Path

import mounts
import tame_tars
import tap
import tar_corpus
from extract import extract
from format2_compare import file_time
from programs import Programs

TOP = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(TOP / "selftests/tarfs"))
import manifest  # noqa: E402

RANDOM_TARS = 40
IMAGES = TOP / "build/selftests/images"
KIND, MODE, SECONDS, NSEC, CONTENT = 0, 1, 6, 7, 10


def describe(top, format1):
    """Return {path: fields} as manifest.py, and the link counts of directories."""
    lines, counts, seen = {}, {}, {}
    for number, path in enumerate(manifest.tree(os.fsencode(top))):
        fields, st = manifest.describe(os.path.join(os.fsencode(top), path),
                                       format1)
        fields = [str(f) for f in fields]
        lines[path] = fields + [seen.setdefault(st.st_ino, number)]
        if fields[KIND] == "d":
            counts[path] = (st.st_nlink, 1 if format1 else int(fields[4]))
    return lines, counts


def normal(fields, began):
    fields = list(fields)
    if fields[KIND] == "l":
        fields[MODE] = "-"
    seconds = int(fields[SECONDS])
    if fields[KIND] == "d" and (seconds >= began or not seconds):
        fields[SECONDS] = fields[NSEC] = "-"
    return fields


def differences(want, got, began):
    found = [f"only in one: {p}" for p in set(want) ^ set(got)]
    for path in set(want) & set(got):
        pair = [normal(f, began) for f in (want[path], got[path])]
        if pair[0] != pair[1]:
            found.append(f"{path}: wanted {pair[0]}, got {pair[1]}")
    return found


def compare(programs, tar, options=""):
    """Return the differences of the trees; None if there is no image."""
    image = os.path.join(programs.work, "image")
    path = mounts.directory(programs.work)
    if programs.start("mktarfs", "-q", tar, image).returncode:
        return None
    tree = os.path.join(programs.work, "tree")
    began = file_time(programs.work) // 10**9
    extract(tar, tree)
    want, _ = describe(tree, False)
    with mounts.Mount(programs.paths["mount.tar"], image, path, options):
        got, counts = describe(path, False)
    shutil.rmtree(tree)
    return differences(want, got, began) + [
        f"{p}: link count {n}, wanted {w}"
        for p, (n, w) in counts.items() if n != w]


def has_whiteouts(tar):
    with open(tar, "rb") as file:
        return b".wh." in file.read()


def check_corpus(programs):
    for name, tar, error in tar_corpus.tars(programs.work):
        if error:
            tap.skip(name, error.splitlines()[0])
        elif has_whiteouts(tar):
            tap.skip(name, "whiteouts are files to GNU tar")
        else:
            found = compare(programs, tar)
            if not tap.ok(found == [], f"{name}: the tree is that of GNU tar"):
                tap.note("\n".join(found or ["no image"])[:2000])


def check_random(programs):
    first = int(os.environ.get("SEED", "1"))
    tar, made, wrong = os.path.join(programs.work, "random.tar"), 0, 0
    for seed in range(first, first + RANDOM_TARS):
        data = tame_tars.tar(seed)
        if b".wh." in data:
            continue
        with open(tar, "wb") as file:
            file.write(data)
        found = compare(programs, tar)
        made += found is not None
        wrong += bool(found)
        for text in (found or [])[:2]:
            tap.note(f"seed {seed}: {text[:600]}")
    tap.ok(made > RANDOM_TARS / 2 and not wrong,
           f"{made} random tars from seed {first} on: {wrong} trees differ")


def manifest_lines(path):
    lines = {}
    for line in path.read_text(encoding="ascii").splitlines():
        *fields, same, name = line.split(" ")
        lines[name] = [*fields, int(same)]
    return lines


def check_selftests(programs):
    """Images, and data devices alone, of the driver's tests."""
    found = sorted(IMAGES.glob("*.manifest"))
    if not found:
        tap.skip("trees of the driver's tests", "they have not been built")
    path = mounts.directory(programs.work)
    for listed in found:
        want = manifest_lines(listed)
        began = int(listed.with_suffix("").stat().st_mtime) - 86400
        for image in (listed.with_suffix(""),
                      Path(f"{listed.with_suffix('')}.data")):
            if not image.exists():
                tap.skip(image.name, "it has not been built")
                continue
            with mounts.Mount(programs.paths["mount.tar"], str(image), path):
                got, _ = describe(path, image.name.split(".")[1] == "1")
            got = {manifest.escaped(p): f for p, f in got.items()}
            wrong = differences(want, got, began)
            if not tap.ok(want and not wrong,
                          f"{image.name}: the tree is that of its manifest"):
                tap.note("\n".join(wrong)[:2000])


def run(directory, work):
    programs = Programs(directory, work, "mktarfs", "mount.tar")
    check_corpus(programs)
    check_random(programs)
    check_selftests(programs)


if __name__ == "__main__":
    sys.exit(mounts.main(run, sys.argv))
