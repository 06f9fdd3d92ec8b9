#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
mktarfs --format=1 and a model of format 1 agree on random tars.

Copyright (C) 2026 The tarfs authors

Compared are every byte of the image, the reported hashes, and refusals.  Every
fourth tar is read with --pax-ids.

Usage: format1_compare.py BIN_DIR [FOLDER OF TARS] [COUNT] [SEED]
"""
import json
import multiprocessing
import os
import struct
import subprocess
import sys

import format1_model
import random_tars
import tap

BATCH = 250
PATIENCE = 60  # seconds; no tar here takes as long
LEAST = 0.05  # fraction of tars that must be accepted, and be refused

INODE = ((0, "mode"), (2, "flags"), (3, "mtime_high"), (4, "uid"), (8, "gid"),
         (12, "mtime_low"), (16, "size"), (24, "offset"))
ENTRY = ((0, "ino"), (8, "name"), (16, "name_len"), (24, "type"),
         (25, "reserved"))


def field_at(fields, offset):
    return [name for at, name in fields if at <= offset][-1]


def place(image, offset):
    """Describe an offset of the image that the model made."""
    tar_size, data_size = image.tar_size, len(image.data)
    inodes, = struct.unpack_from("<Q", image.data, data_size - 504)
    table_end = tar_size + 32 * inodes
    entries_end = table_end
    for i in range(inodes):
        mode, *_, size, _ = struct.unpack_from(
            "<HBBIIIQQ", image.data, tar_size + 32 * i)
        if mode & 0o170000 == 0o040000:
            entries_end += size
    if offset < tar_size:
        return "tar"
    if offset < table_end:
        i, at = divmod(offset - tar_size, 32)
        return f"inode {i + 1}, {field_at(INODE, at)}"
    if offset < entries_end:
        i, at = divmod(offset - table_end, 32)
        return f"directory entry {i}, {field_at(ENTRY, at)}"
    if offset < data_size - 512:
        return f"byte {offset - entries_end} of strings and padding"
    if offset < data_size:
        return f"byte {offset - data_size + 512} of the superblock"
    if offset < data_size + len(image.tree):
        return "hash tree"
    return "trailer"


def difference(image, got):
    """Describe the first difference of two images; None if they are equal."""
    want = image.bytes()
    if got == want:
        return None
    for offset, (a, b) in enumerate(zip(want, got)):
        if a != b:
            return (f"byte {offset} ({place(image, offset)}) is {b:#04x}, "
                    f"the model has {a:#04x}; sizes {len(got)}, {len(want)}")
    return f"size is {len(got)}, the model has {len(want)}"


def judge(image, run, path, warned):
    """
    Return what is wrong with a run of mktarfs, or None.  @image: the model's,
    or the reason why it has none.
    """
    if run.returncode not in (0, 1):
        return f"mktarfs ended with {run.returncode}: {warned}"
    if isinstance(image, str):
        if run.returncode == 0:
            return f"accepted, but the model refuses: {image}"
        if os.path.exists(path):
            return "refused, but there is an image"
        return None if warned else "refused without a reason"
    if run.returncode:
        return f"refused ({warned}), but the model accepts"
    said = json.loads(run.stdout)
    if said["diff_id"] != image.diff_id:
        return f"diff_id is {said['diff_id']}, not {image.diff_id}"
    with open(path, "rb") as file:
        found = difference(image, file.read())
    if not found and said["root_hash"] != image.root_hash:
        return f"root_hash is {said['root_hash']}, not {image.root_hash}"
    return found


def compare(mktarfs, directory, tar, *options):
    """Return (is the tar accepted, what is wrong or None)."""
    try:
        image = format1_model.Image(tar, "--pax-ids" in options)
    except format1_model.Refused as reason:
        image = str(reason)
    path = os.path.join(directory, "image")
    for name in os.listdir(directory):
        os.remove(os.path.join(directory, name))
    try:
        run = subprocess.run([mktarfs, "--format=1", "--json", *options,
                              "-", path],
                             input=tar, capture_output=True, check=False,
                             timeout=PATIENCE)
        warned = run.stderr.decode(errors="replace").strip()
        wrong = judge(image, run, path, warned)
    except subprocess.TimeoutExpired:
        wrong = f"mktarfs ran for {PATIENCE} seconds"
    except (OSError, ValueError, KeyError) as error:
        wrong = f"no usable output: {error!r}"
    if not wrong and set(os.listdir(directory)) - {"image"}:
        wrong = f"left behind: {os.listdir(directory)}"
    return not isinstance(image, str), wrong


def batch(job):
    """
    Return (accepted, refused, [(seed, what is wrong)]) of a range of seeds.
    """
    mktarfs, seeds = job
    accepted, wrongs = 0, []
    with tap.scratch() as directory:
        for seed in seeds:
            options = ["--pax-ids"] if seed % 4 == 0 else []
            good, wrong = compare(mktarfs, directory, random_tars.tar(seed),
                                  *options)
            accepted += good
            if wrong:
                wrongs.append((seed, wrong))
    return accepted, len(seeds) - accepted, wrongs


def compare_random(mktarfs, count, first):
    """Make a claim for each batch of random tars, and one for each outcome."""
    ranges = [range(i, min(i + BATCH, first + count))
              for i in range(first, first + count, BATCH)]
    accepted = 0
    with multiprocessing.Pool() as pool:
        for seeds, result in zip(ranges, pool.imap(
                batch, [(mktarfs, seeds) for seeds in ranges])):
            good, bad, wrongs = result
            accepted += good
            tap.ok(not wrongs, f"seeds {seeds[0]} to {seeds[-1]}: {good} "
                   f"images and {bad} refusals agree")
            for seed, wrong in wrongs[:5]:
                tap.note(f"seed {seed}: {wrong}")
            if len(wrongs) > 5:
                tap.note(f"and {len(wrongs) - 5} more")
    tap.ok(accepted >= LEAST * count, f"{accepted} of {count} tars accepted")
    refused = count - accepted
    tap.ok(refused >= LEAST * count, f"{refused} of {count} tars refused")


def compare_files(mktarfs, paths):
    for path in paths:
        with tap.scratch() as directory, open(path, "rb") as file:
            _, wrong = compare(mktarfs, directory, file.read())
        tap.ok(not wrong, f"{os.path.basename(path)}: agrees with the model")
        if wrong:
            tap.note(wrong)


def main(argv):
    folders = [arg for arg in argv[2:] if os.path.isdir(arg)]
    numbers = [arg for arg in argv[2:] if arg.isdigit()]
    if len(argv) < 2 or len(argv) != 2 + len(folders) + len(numbers) or \
            len(numbers) > 2:
        print("usage: format1_compare.py BIN_DIR [FOLDER] [COUNT] [SEED]",
              file=sys.stderr)
        return 2
    mktarfs = tap.program(argv[1], "mktarfs")
    count, first = [int(n) for n in numbers] + [3000, 1][len(numbers):]
    compare_files(mktarfs, tap.tars_in(folders))
    compare_random(mktarfs, count, first)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
