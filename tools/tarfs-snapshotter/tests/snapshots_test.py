#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
The service for snapshots: every method, the statuses that containerd's own
snapshotters have, and a restart.  Debian's python3 has grpc.

Copyright (C) 2026 The tarfs authors

Usage: snapshots_test.py BIN_DIR
"""
import os
import signal
import subprocess
import sys
import tempfile
import time

import tap
from daemon import (ACTIVE, COMMITTED, VIEW, Daemon, Mounted, failure,
                    mounter)


def check_statuses(d):
    d.prepare("a")
    rows = (
        ("ALREADY_EXISTS", d.prepare, "a"), ("ALREADY_EXISTS", d.view, "a", ""),
        ("NOT_FOUND", d.prepare, "b", "none"),
        ("INVALID_ARGUMENT", d.prepare, "b", "a"),
        ("INVALID_ARGUMENT", d.prepare, ""),
        ("NOT_FOUND", d.commit, "none", "c"), ("NOT_FOUND", d.mounts, "none"),
        ("NOT_FOUND", d.stat, "none"), ("NOT_FOUND", d.remove, "none"),
        ("NOT_FOUND", d.usage, "none"), ("NOT_FOUND", d.update, "none", {}),
        ("INVALID_ARGUMENT", d.update, "a", {}, "kind"),
        ("INVALID_ARGUMENT", d.update, "a", {}, "name"),
        ("INVALID_ARGUMENT", d.list, "name=="),
        ("UNIMPLEMENTED", d.snapshots, "Nothing"),
    )
    for want, call, *args in rows:
        got = failure(call, *args)
        tap.ok(got == want, f"{call.__name__} {args}: {got}")
    d.commit("a", "p")
    d.prepare("b", "p")
    rows = (
        ("FAILED_PRECONDITION", d.remove, "p"),
        ("FAILED_PRECONDITION", d.mounts, "p"),
        ("FAILED_PRECONDITION", d.commit, "p", "q"),
        ("ALREADY_EXISTS", d.commit, "b", "p"),
    )
    for want, call, *args in rows:
        got = failure(call, *args)
        tap.ok(got == want, f"then {call.__name__} {args}: {got}")
    d.remove("b")
    d.remove("p")


def check_labels(d):
    made = {"containerd.io/gc.root": "x", "l": "\u00e4", "empty": ""}
    d.prepare("l", labels=made)
    before = d.stat("l")
    tap.ok(before["labels"] == {"containerd.io/gc.root": "x", "l": "\u00e4"},
           "labels, but for those without a value")
    after = d.update("l", {"m": "1", "n": "2"}, "labels.m", "labels.l")
    tap.ok(after["labels"] == {"containerd.io/gc.root": "x", "m": "1"},
           "Update of two labels adds one and removes one")
    tap.ok(after["created"] == before["created"] and
           after["updated"] != before["updated"] and
           after == d.stat("l"), "and sets the time of the change")
    tap.ok(d.update("l", {"n": "2"}, "labels")["labels"] == {"n": "2"} and
           d.update("l", {"o": "3"})["labels"] == {"o": "3"},
           "Update of all labels, with a mask or without")
    now = time.time()
    created = after["created"]
    tap.ok(abs(created[1][0] + created[2][0] / 1e9 - now) < 60,
           "the time of creation, with nanoseconds")
    d.remove("l")


def check_list(d):
    for i in range(250):
        d.prepare(f"many-{i}", labels={"i": str(i % 10)})
    tap.ok(len(d.list()) == 250 and
           {s["name"] for s in d.list()} == {f"many-{i}" for i in range(250)},
           "List in several messages")
    tap.ok(len(d.list("labels.i==3")) == 25 and
           len(d.list("labels.i==3", "name==many-0")) == 26 and
           not d.list("kind==view") and len(d.list("")) == 250,
           "List with filters")
    for i in range(250):
        d.remove(f"many-{i}")
    tap.ok(not d.list(), "List of nothing")


def write(mounts, directory, script):
    """Mount, run a script there, unmount."""
    with Mounted(mounts, directory):
        done = subprocess.run(["sh", "-c", script], cwd=directory, text=True,
                              capture_output=True, check=False)
    return done.stdout + done.stderr


def check_mounts(d, directory):
    target = os.path.join(directory, "mnt")
    mounts = d.prepare("m")
    tap.ok(mounts == [("bind", mounts[0][1], ["rw", "rbind"])] and
           mounts == d.mounts("m"), "without a parent: a bind mount")
    size, inodes = d.usage("m")
    write(mounts, target, "echo 1 > f; ln f g; mkdir dir; head -c 9000 /dev/zero > z")
    more = d.usage("m")
    tap.ok(more[0] >= size + 9000 and more[1] == inodes + 3,
           f"Usage of an active snapshot: {size} {inodes} {more}")
    d.commit("m", "m1")
    tap.ok(d.usage("m1") == more, "Usage of a committed one")
    mounts = d.view("v", "m1")
    tap.ok(mounts[0][0] == "bind" and mounts[0][2][0] == "ro" and
           "ead-only" in write(mounts, target, "touch x"),
           "a view of one layer: a bind mount that is read-only")
    mounts = d.prepare("m", "m1")
    tap.ok(mounts[0][:2] == ("overlay", "overlay") and write(
        mounts, target, "rm f; echo 2 > g; cat g; ls") == "2\ndir\ng\nz\n",
        "on a parent: an overlay")
    d.commit("m", "m2")
    mounts = d.view("w", "m2")
    tap.ok("ead-only" in write(mounts, target, "touch x") and
           write(mounts, target, "cat g; ls") == "2\ndir\ng\nz\n",
           "a view of two layers")
    for key in ("v", "w", "m2", "m1"):
        d.remove(key)
    d.snapshots("Cleanup")
    tap.ok(not any(os.listdir(os.path.join(d.root, name)) for name in
                   ("active", "layers", "mounts", "snapshots", "staging")),
           "then the state directory is empty")


def check_restart(program, directory, *options):
    with Daemon(program, directory, *options) as d:
        d.prepare("ns one/1/a", labels={"x": "y"})
        d.commit("ns one/1/a", "ns two/2/b", {"z": "1"})
        d.prepare("c", "ns two/2/b")
        d.view("v", "ns two/2/b")
        before = sorted(d.list(), key=lambda s: s["name"])
        mounts = d.mounts("c")
        done = subprocess.run(d.command, capture_output=True, text=True,
                              check=False)
        tap.ok(done.returncode == 1 and "another process" in done.stderr,
               "a second daemon refuses the directory")
        tap.ok(d.end(signal.SIGKILL)[0] == -signal.SIGKILL, "kill -9")
    with Daemon(program, directory, *options) as d:
        after = sorted(d.list(), key=lambda s: s["name"])
        tap.ok(before == after and [s["kind"] for s in after] ==
               [ACTIVE, COMMITTED, VIEW], "all is as before")
        tap.ok(d.mounts("c") == mounts, "the mounts, too")
        for key in ("c", "v", "ns two/2/b"):
            d.remove(key)
        status, said = d.end(signal.SIGINT)
        tap.ok(status == 0 and not said, f"SIGINT ends it: {said}")


def check_idle(directory):
    """Of the program as it is installed, without sanitizers."""
    program = os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])),
                           "../bin/tarfs-snapshotter")
    with Daemon(program, directory) as d:
        for i in range(1000):
            d.prepare(f"k8s.io/{i}/extract-{i}", labels={"a" * 40: "b" * 70})
        with open(f"/proc/{d.process.pid}/status", encoding="ascii") as file:
            size = int(file.read().split("VmRSS:")[1].split()[0])
        tap.ok(size <= 8192, f"with 1000 snapshots it takes {size} KiB")


def main():
    program = tap.program(sys.argv[1], "tarfs-snapshotter")
    mount_tar = mounter(sys.argv[1]) if os.geteuid() == 0 else None
    options = ["--mount-tar", mount_tar or "mount.tar"]
    with tempfile.TemporaryDirectory() as directory:
        with Daemon(program, directory, *options) as d:
            if mount_tar:
                check_statuses(d)
                check_mounts(d, directory)
            else:
                tap.skip("mounts", "needs root and mount.tar")
            check_labels(d)
            check_list(d)
            status, said = d.end()
            tap.ok(status == 0 and not said, f"no leak: {status} {said}")
        if mount_tar:
            check_restart(program, directory, *options)
    with tempfile.TemporaryDirectory() as directory:
        check_idle(directory)
    sys.exit(tap.done())


if __name__ == "__main__":
    main()
