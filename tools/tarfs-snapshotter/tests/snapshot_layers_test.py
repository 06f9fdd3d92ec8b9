#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Layers of snapshots: what a container sees of applied and of written ones, each
block verified, whatever happens to the daemon and to the servers of mounts.
Debian's python3 has grpc.

Copyright (C) 2026 The tarfs authors

Usage: [MOUNT_TAR=PROGRAM] snapshot_layers_test.py BIN_DIR
"""
import gzip
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import tap
from apply_test import GZIP, Content, make_tar
from daemon import HOW, Daemon, Mounted, failure, mounter

WRITE = """set -e
mkdir -p dir/sub empty old/kept 'sp ace'; echo one > dir/file; ln dir/file dir/sub/link
ln -s dir/file symlink; ln -s "$(printf %0150d 1)" longlink; mkfifo fifo
mknod dev c 5 1; mknod block b 7 300; chmod 4751 dir/file; chown 3000000:77 empty
touch -d '1965-02-03 04:05:06.25' 'sp ace'; touch -d '2037-01-02 03:04:05.123456789' fifo
setfattr -n user.text -v hello dir/file; setfattr -n user.bin -v 0x000a3d00ff dir/file
setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 dir/sub/link
setfattr -n trusted.x -v y symlink -h; setfacl -m u:12:rwx,d:g:34:r dir 2>/dev/null || true
echo o > old/f; echo k > old/kept/f; echo g > gone; echo d > dir/gone
mkdir "$(printf %0200d 2)"; echo l > "$(printf %0200d 2)/$(printf %0200d 3)"
truncate -s 70000 dir/hole; chmod 1777 dir/sub; printf 'n\\n' > 'new
line'
"""
CHANGE = """set -e
rm gone dir/gone; rm -r old; mkdir old; echo n > old/new; mv dir/hole dir/moved
echo two >> dir/file; chmod 700 empty; rm -r dir/sub; echo s > dir/sub
"""
LIST = ("find . -type d -printf '%P d %m %U %G %T@\\n' -o "
        "-printf '%P %y %m %U %G %s %l %T@ %n\\n' | sort; "
        "find . -type f -exec sha256sum {} + | sort; "
        "getfattr -hRd -m - . 2>/dev/null | grep -v '^# file: ' | sort; "
        "stat -c '%n %t %T' dev block")


def run(script, where):
    return subprocess.run(["bash", "-c", script], cwd=where, check=True,
                          capture_output=True, text=True,
                          env={**os.environ, "LC_ALL": "C"}).stdout


def apply(d, content, key, parent, files):
    tar = make_tar(files)
    d.apply(content.add(gzip.compress(tar, mtime=0)), d.prepare("x", parent))
    d.commit("x", key)


def falls_to(d, count):
    """Is this the number of mounts, after what is idle is unmounted?"""
    deadline = time.monotonic() + 60
    while count_mounts(d) != count and time.monotonic() < deadline:
        time.sleep(0.5)
    return count_mounts(d) == count


def count_mounts(d):
    with open("/proc/self/mounts", encoding="utf-8") as file:
        return sum(f" {d.root}/mounts/" in line for line in file)


def check_written(d, directory):
    """What is written and committed is what the next container sees."""
    target = os.path.join(directory, "mnt")
    with Mounted(d.prepare("a"), target):
        run(WRITE, target)
        want = run(LIST, target)
    d.commit("a", "one")
    with Mounted(d.view("v", "one"), target):
        got = run(LIST, target)
    tap.ok(got == want, "a written layer")
    if got != want:
        tap.note(want + "GOT\n" + got)
    with Mounted(d.prepare("b", "one"), target):
        run(CHANGE, target)
        want = run(LIST, target)
    d.commit("b", "two")
    with Mounted(d.view("w", "two"), target):
        got = run(LIST, target)
    tap.ok(got == want, "and another on top, with what it hides")
    if got != want:
        tap.note(want + "GOT\n" + got)
    layers = sorted(os.listdir(os.path.join(d.root, "layers")))
    tap.ok(len(layers) == 2 and len(os.listdir(os.path.join(
        d.root, "active"))) == 2, "both are images, their directories are gone")
    return layers


def check_deterministic(d, directory):
    target = os.path.join(directory, "mnt")
    for key in "pq":
        with Mounted(d.prepare("x"), target):
            run("for i in $(seq 50 | shuf); do mkdir d$i; echo $i > d$i/f; done;"
                "find . -exec touch -d @1 {} +", target)
        d.commit("x", key)
        d.view(key + "v", key)
    tap.ok(len(os.listdir(os.path.join(d.root, "layers"))) == 3,
           "the same files in another order: the same image")
    for key in ("pv", "qv", "p", "q"):
        d.remove(key)


def check_impossible(d):
    for claim, script in (("a name of a whiteout", "touch fs/.wh.x"),
                          ("a directory that was renamed by overlayfs",
                           "mkdir fs/d && setfattr -n trusted.overlay.redirect"
                           " -v /x fs/d"),
                          ("a path that is too long",
                           "cd fs; for i in $(seq 30); do mkdir $(printf "
                           "%0200d 1); cd -P $(printf %0200d 1); done")):
        source = os.path.dirname(d.prepare("x")[0][1])
        run(script, source)
        d.commit("x", "bad")
        got = failure(d.view, "y", "bad")
        tap.ok(got == "INTERNAL" and failure(d.stat, "y") == "NOT_FOUND",
               f"{claim}: {got}")
        d.remove("bad")
    tap.ok(not os.listdir(os.path.join(d.root, "staging")), "nothing is left")


def check_chain(d, content, directory):
    target = os.path.join(directory, "mnt")
    apply(d, content, "l1", "", {"a": b"1", "b": b"1", "c/d": b"1"})
    apply(d, content, "l2", "l1", {"b": b"2", "c/.wh.d": b"", "e": b"2"})
    apply(d, content, "l3", "l2", {"a": b"1", "b": b"1", "c/d": b"1"})
    with Mounted(d.view("c2", "l2"), target):
        tap.ok(run("cat a b e; ls c | wc -l", target) == "1220\n",
               "two applied layers")
    mounts = d.prepare("c3", "l3")
    with Mounted(mounts, target):
        tap.ok(run("cat a b c/d e", target) == "1112",
               "a layer that is in the chain twice")
    lowers = [o for o in mounts[0][2] if o.startswith("lowerdir=")]
    tap.ok(lowers[0].count(":") == 1 and count_mounts(d) == 2 + 2,
           "is mounted once")


def check_servers(d, directory):
    """The servers of the mounts are killed."""
    target = os.path.join(directory, "mnt")
    done = subprocess.run(["pgrep", "-f", f"mount.tar {d.root}/"],
                          capture_output=True, text=True, check=False)
    for pid in done.stdout.split():
        os.kill(int(pid), signal.SIGKILL)
    with Mounted(d.mounts("c3"), target):
        tap.ok(run("cat a b c/d e", target) == "1112",
               "layers whose servers were killed are mounted again")


def check_restart(d, program, options, directory):
    target, other = (os.path.join(directory, n) for n in ("mnt", "other"))
    before = d.mounts("c3")
    with Mounted(before, target):
        run("echo w > written", target)
        for how in (signal.SIGTERM, signal.SIGKILL):
            d.end(how)
            tap.ok(run("cat a e written", target) == "12w\n",
                   f"{how.name}: a container goes on")
            d = Daemon(program, directory, *options)
            with_mounts = d.__enter__().mounts("c3")
            tap.ok(with_mounts == before and count_mounts(d) == 4,
                   "the mounts are as before")
            with Mounted(d.mounts("c2"), other):
                tap.ok(run("cat b e", other) == "22", "and can be used")
            tap.ok(run("cat a b c/d e written", target) == "1112w\n",
                   "and the container goes on")
    for key in ("c2", "c3", "l3", "l2", "l1"):
        d.remove(key)
    tap.ok(count_mounts(d) == 2, "a layer that is gone is unmounted")
    return d


def damage(d, files, offset, data):
    """Write into the image of a layer of these files."""
    digest = hashlib.sha256(make_tar(files)).hexdigest()
    with open(os.path.join(d.root, "layers", digest + "-2"), "r+b") as file:
        file.seek(offset, os.SEEK_END if offset < 0 else os.SEEK_SET)
        file.write(data)


def check_verified(d, content, directory):
    """Blocks and trees that are changed on the disk."""
    target = os.path.join(directory, "mnt")
    files = {"f": b"x" * 100000, "g": b"y" * 100000}
    apply(d, content, "v1", "", files)
    damage(d, files, 30000, b"z")
    with Mounted(d.view("vv", "v1"), target):
        tap.ok("error" in run("cat f 2>&1 > /dev/null || true", target) and
               run("cat g", target) == "y" * 100000,
               "a changed block is an error")
    files["h"] = b"h"
    apply(d, content, "v2", "", files)
    damage(d, files, -4096 - 8192, bytes(8192))
    got = failure(d.view, "vw", "v2")
    tap.ok(got == "INTERNAL" and failure(d.stat, "vw") == "NOT_FOUND",
           f"a changed tree: no snapshot: {got}")
    for key in ("vv", "v1", "v2"):
        d.remove(key)


def check_many(d, directory):
    """128 layers, which 64 clients want at once."""
    target = os.path.join(directory, "mnt")
    parent = ""
    for i in range(128):
        mounts = d.prepare("x", parent)
        upper = ([o[9:] for o in mounts[0][2] if o.startswith("upperdir=")] or
                 [mounts[0][1]])[0]
        with open(os.path.join(upper, f"f{i}"), "w", encoding="ascii") as file:
            file.write(str(i))
        parent = f"m{i}"
        d.commit("x", parent)
    with ThreadPoolExecutor(64) as pool:
        got = list(pool.map(lambda i: d.prepare(f"c{i}", parent), range(64)))
    lowers = {o for mounts in got for o in mounts[0][2]
              if o.startswith("lowerdir=")}
    tap.ok(len(lowers) == 1 and lowers.pop().count(":") == 127 and
           count_mounts(d) == 128 + 2, "128 layers, for 64 clients at once")
    with ThreadPoolExecutor(64) as pool:
        list(pool.map(lambda i: d.remove(f"c{i}"), range(64)))
    tap.ok(count_mounts(d) == 128 + 2 and falls_to(d, 2),
           "are unmounted some time after the last of them")
    for i in reversed(range(128)):
        d.remove(f"m{i}")
    os.makedirs(target, exist_ok=True)


def check_no_mounter(program, directory):
    """Without mount.tar nothing is mounted in another way."""
    for what in ("/nonexistent/mount.tar", "false", "true"):
        with Daemon(program, directory, "--mount-tar", what,
                    "--mounts=fuse") as d:
            d.prepare("a")
            d.commit("a", "b")
            got = failure(d.view, "c", "b")
            tap.ok(got == "INTERNAL" and failure(d.stat, "c") == "NOT_FOUND",
                   f"--mount-tar {what}: {got}")
            d.remove("b")


def start(program, directory, *options):
    """Return (exit status, what it said) of a daemon that ends at once."""
    with Daemon(program, directory, *options) as d:
        time.sleep(1)
        d.channel.close()
        d.process.terminate()
        _, said = d.process.communicate(timeout=60)
        return d.process.returncode, said


def check_options(program, directory):
    """What is asked for is there, or the daemon does not start."""
    status, said = start(program, directory, "--mounts=fuse")
    tap.ok(status == 0 and said == HOW + "by mount.tar\n", f"fuse: {said!r}")
    status, said = start(program, directory)
    tap.ok(status == 0 and said.startswith(HOW) and said.count("\n") == 1,
           f"auto: {said!r}")
    has_dm = "dm-verity" in said.partition(", because ")[0]
    status, said = start(program, directory, "--mounts=dm")
    if has_dm:
        tap.ok(status == 0 and said.startswith(HOW + "through dm-verity"),
               f"dm: {said!r}")
    else:
        tap.ok(status == 1 and said.startswith(
            "tarfs-snapshotter: layers cannot be mounted through dm-verity"),
               f"dm: {said!r}")
    status, said = start(program, directory, "--mounts=x")
    tap.ok(status == 2 and "'x' is not auto, dm or fuse" in said,
           f"another one: {said!r}")


def main():
    program = tap.program(sys.argv[1], "tarfs-snapshotter")
    mount_tar = mounter(sys.argv[1])
    if os.geteuid() or not mount_tar:
        tap.skip("layers", "needs root and mount.tar")
        sys.exit(tap.done())
    with tempfile.TemporaryDirectory() as directory:
        content = Content(directory)
        options = ["--content", content.path, "--mount-tar", mount_tar]
        d = Daemon(program, directory, *options)
        try:
            d.__enter__()
            check_written(d, directory)
            check_deterministic(d, directory)
            check_impossible(d)
            check_chain(d, content, directory)
            check_servers(d, directory)
            d = check_restart(d, program, options, directory)
            check_verified(d, content, directory)
            check_many(d, directory)
            for key in ("v", "w", "two", "one"):
                d.remove(key)
            left = [name for name in ("active", "layers", "mounts",
                                      "snapshots", "staging")
                    if os.listdir(os.path.join(d.root, name))]
            tap.ok(not left, f"then the state directory is empty: {left}")
            status, said = d.end()
            tap.ok(status == 0 and not said, f"no leak: {status} {said}")
        finally:
            if d.process.poll() is None:
                d.end()
            d.detach()
    with tempfile.TemporaryDirectory() as directory:
        check_no_mounter(program, directory)
        check_options(program, directory)
    sys.exit(tap.done())


if __name__ == "__main__":
    main()
