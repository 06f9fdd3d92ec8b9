#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Measure mktarfs and verity-setup against other programs for the same tasks,
# and print ratios and goals.
#
#   tools.py REPETITIONS WORK SUMMARY [WORD]...
#
# WORD...  command of a mkfs.erofs that can make an index of a tar
#
# WORK should be in memory, and has
#
# tree/, tree.tar, tree.tar.gz  a root file system
# files1000000.tar              and optionally files10000000.tar
#
# SUMMARY gets medians and goals for programs.
#
# Copyright (C) 2026 The tarfs authors

import contextlib
import hashlib
import json
import os
import re
import statistics
import subprocess
import sys
import time

from table import print_table, show, verdict

BUILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../build")
BIN = os.path.join(BUILD, "bin")
HASH_TREE = os.path.join(BUILD, "bench/hash-tree")
CPUS = 2
FASTER = {"gzip": 3.0, "pigz": 1.5}     # speedup over layers unpacked by these
SHARE = 0.85            # of the rate at which libcrypto hashes
MEMBER_SECONDS = 1.5e-6
BASE, EACH = 64 << 20, 200              # bytes of memory: fixed, for each member
LINEAR = 1.2            # ratio of a member's time in a tar ten times as large
THREADS = (1, 2, 3, 8)


class Job:
    """Programs to run one after the other.

    steps: command lines; one that begins with a path ending in ">" writes
           its standard output to that path
    grows: a file that they append to; truncated to its old length afterwards
    """
    def __init__(self, *steps, grows=None):
        self.steps, self.grows = steps, grows

    def run(self):
        size = self.grows and os.path.getsize(self.grows)
        start, usages = time.monotonic(), [run_step(s) for s in self.steps]
        seconds = time.monotonic() - start
        if self.grows:
            os.truncate(self.grows, size)
        return {"time": seconds,
                "cpu": sum(u.ru_utime + u.ru_stime for u in usages),
                "memory": max(u.ru_maxrss * 1024 for u in usages)}


class Speed:
    """Rates of hashing in memory, in bytes a second: libcrypto's, and a tree's."""
    def run(self):
        answer = subprocess.run([HASH_TREE, str(CPUS)], check=True, text=True,
                                stdout=subprocess.PIPE).stdout
        libcrypto, tree = map(float, answer.split())
        return {"libcrypto": libcrypto, "share": tree / libcrypto}


def run_step(words):
    out = subprocess.DEVNULL
    with contextlib.ExitStack() as stack:
        if words[0].endswith(">"):
            out = stack.enter_context(open(words[0][:-1], "wb"))
            words = words[1:]
        process = subprocess.Popen(words, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"tools.py: {' '.join(words)} failed")
    return usage


def mktarfs(*words):
    return [os.path.join(BIN, "mktarfs"), "--quiet", *words]


def layer_jobs(work, erofs):
    """Yield jobs that make a verified, mountable image of a compressed layer."""
    def veritysetup():
        return ["veritysetup", "format", work("out.erofs"), work("out.hash")]

    yield "layer: mktarfs", Job(mktarfs(work("tree.tar.gz"), work("out.img")))
    for unpack in FASTER:
        first = [work("out.tar>"), unpack, "-dc", work("tree.tar.gz")]
        # files begin at a block, as in containerd's images
        yield f"layer: {unpack}, mkfs.erofs, veritysetup", Job(
            first, ["mkfs.erofs", "-d0", "-Enoinline_data",
                    work("out.erofs"), work("tree")], veritysetup())
        if erofs:
            yield f"layer: {unpack}, mkfs.erofs --tar=f, veritysetup", Job(
                first, [*erofs, "-d0", "-Enoinline_data", "--tar=f",
                        work("out.erofs"), work("out.tar")], veritysetup())


def tar_jobs(work, erofs):
    tree = work("tree.tar")
    yield "tar: mktarfs", Job(mktarfs(tree), grows=tree)
    yield "tar: veritysetup", Job(["veritysetup", "format", tree,
                                   work("out.hash")])
    data = work("tree.data")
    yield "hash tree: verity-setup", Job(
        [os.path.join(BIN, "verity-setup"), "format", data], grows=data)
    yield "hash tree: in memory", Speed()
    for tar in ("tree.tar", "files1000000.tar"):
        yield f"index of {tar}: mktarfs", Job(
            mktarfs("--no-verity", work(tar)), grows=work(tar))
        if erofs:
            yield f"index of {tar}: mkfs.erofs --tar=i", Job(
                [*erofs, "-d0", "--tar=i", work("out.erofs"), work(tar)])


def measure(work, jobs, repetitions):
    """Run the jobs, interleaved; each repetition begins with another job."""
    runs = {name: [] for name in jobs}
    for i in range(repetitions):
        names = list(jobs)
        first = i * len(names) // repetitions
        for name in names[first:] + names[:first]:
            runs[name].append(jobs[name].run())
            remove_output(work)
    return {name: summarize(samples) for name, samples in runs.items()}


def remove_output(work):
    for name in os.listdir(work("")):
        if name.startswith("out."):
            os.unlink(work(name))


def summarize(samples):
    cell = {kind: statistics.median(s[kind] for s in samples)
            for kind in samples[0]}
    times = [s["time"] for s in samples if "time" in s]
    return {**cell, "min": min(times, default=None),
            "max": max(times, default=None), "runs": len(samples)}


def print_cells(cells):
    print("Medians: milliseconds (least-most), processor time, and MiB of "
          "memory of the largest program")
    print_table(["row", "ms", "", "cpu", "MiB"], [
        [name, show(cell["time"] * 1e3, 0),
         f"({show(cell['min'] * 1e3, 0)}-{show(cell['max'] * 1e3, 0)})",
         show(cell["cpu"] * 1e3, 0), show(cell["memory"] / 2**20, 0)]
        for name, cell in cells.items() if "time" in cell])


class Images:
    """Facts that are determined once: sizes, and whether threads matter."""
    def __init__(self, work, erofs):
        self.work, self.erofs = work, erofs

    def report(self, tar):
        """Return mktarfs's report of an index, which is removed again."""
        path = self.work(tar)
        size = os.path.getsize(path)
        answer = subprocess.run(
            [os.path.join(BIN, "mktarfs"), "--json", "--no-verity", path],
            check=True, stdout=subprocess.PIPE)
        os.truncate(path, size)
        return json.loads(answer.stdout)

    def digest(self, tar, threads):
        """Return the digest of the whole image."""
        image = self.work("out.img")
        run_step(mktarfs(f"--threads={threads}", self.work(tar), image))
        with open(image, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.unlink(image)
        return digest

    def index(self, tar):
        """Return (bytes of the index, of EROFS's or None, number of members)."""
        ours, theirs = self.report(tar), None
        if self.erofs:
            image = self.work("out.erofs")
            run_step([*self.erofs, "-d0", "--tar=i", image, self.work(tar)])
            theirs = os.path.getsize(image)
            os.unlink(image)
        return ours["data_size"] - ours["tar_size"], theirs, ours["inodes"]

    def kinds(self, tar):
        """Return the number of different images of a tar."""
        return len({self.digest(tar, n) for n in THREADS})


def over(a, b, kind="time"):
    return a[kind] / b[kind] if a and b else None


def least_times(a, b):
    """Return the ratio of least times, which other load affects least."""
    return f"; of least times {show(over(a, b, 'min'))}" if a and b else ""


def judge_speed(cells):
    ours = cells["layer: mktarfs"]
    for name, cell in cells.items():
        unpack = re.match(r"layer: (\w+), ", name)
        if unpack:
            yield verdict(f"{name}: mktarfs is so many times faster",
                          over(cell, ours), FASTER[unpack[1]],
                          least_times(cell, ours), least=True)
    tar = cells["tar: mktarfs"], cells["tar: veritysetup"]
    yield verdict("index and tree of a plain tar, to veritysetup's time",
                  over(*tar), 0.6, least_times(*tar))
    speed = cells["hash tree: in memory"]
    yield verdict(f"the tree alone, to the {show(speed['libcrypto'] / 1e9)} GB/s "
                  f"that libcrypto hashes on {CPUS} processors",
                  speed["share"], SHARE, least=True)


def judge_size(tar, index):
    ours, theirs, members = index
    yield verdict(f"{tar}, {members} members, index: "
                  f"{show(ours / members, 0)} bytes a member, to the size of "
                  "EROFS's", theirs and ours / theirs, 1.2)


def judge_time(cells, tar, members):
    cell = cells[f"index of {tar}: mktarfs"]
    peer = cells.get(f"index of {tar}: mkfs.erofs --tar=i")
    yield verdict(f"{tar}, index: to the time of mkfs.erofs --tar=i", over(cell, peer),
                  1.0, least_times(cell, peer) +
                  "; mktarfs also takes the SHA-256 of the tar")
    yield verdict(f"{tar}, index: seconds for a million members",
                  cell["time"] / members * 1e6, MEMBER_SECONDS * 1e6)


def judge_memory(cell, tar, members):
    limit = BASE + EACH * members
    yield verdict(f"{tar}: MiB of memory", cell["memory"] / 2**20,
                  round(limit / 2**20, 2))


def judge(cells, work, images):
    yield from judge_speed(cells)
    yield from judge_size("tree.tar", images.index("tree.tar"))
    million = images.index("files1000000.tar")
    members = million[2]
    cell = cells["index of files1000000.tar: mktarfs"]
    yield from judge_size("files1000000.tar", million)
    yield from judge_time(cells, "files1000000.tar", members)
    yield from judge_memory(cell, "files1000000.tar", members)
    if os.path.exists(work("files10000000.tar")):
        yield from judge_large(work, images, cell["time"] / members)
    yield verdict(f"different images with {', '.join(map(str, THREADS))} "
                  "threads", images.kinds("tree.tar.gz"), 1)


def judge_large(work, images, usual):
    """Measure a tar of ten times as many members, once."""
    tar = "files10000000.tar"
    job = Job(mktarfs("--no-verity", work(tar)), grows=work(tar))
    cell = summarize([job.run()])
    print_cells({f"index of {tar}: mktarfs": cell})
    members = images.report(tar)["inodes"]
    yield from judge_memory(cell, tar, members)
    yield verdict(f"{tar}: time of a member, to one of files1000000.tar",
                  cell["time"] / members / usual, LINEAR)


def main():
    if len(sys.argv) < 4:
        sys.exit("usage: tools.py REPETITIONS WORK SUMMARY [WORD]...")
    repetitions, folder, path = int(sys.argv[1]), *sys.argv[2:4]
    erofs = sys.argv[4:]
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CPUS])

    def work(name):
        return os.path.join(folder, name)

    run_step(mktarfs("--no-verity", work("tree.tar"), work("tree.data")))
    jobs = dict([*layer_jobs(work, erofs), *tar_jobs(work, erofs)])
    cells = measure(work, jobs, repetitions)
    print_cells(cells)
    goals = list(judge(cells, work, Images(work, erofs)))
    print("\n".join(goals))
    with open(path, "w", encoding="ascii") as out:
        json.dump({"goals": goals, "cells": cells}, out, indent=1)
        out.write("\n")


if __name__ == "__main__":
    main()
