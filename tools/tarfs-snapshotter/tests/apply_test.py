#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Diff.Apply: layers become images that mktarfs makes, too; once for all who pull
one; whatever is wrong with a blob is said and leaves nothing.  Debian's python3
has grpc.

Copyright (C) 2026 The tarfs authors

Usage: apply_test.py BIN_DIR
"""
import gzip
import hashlib
import io
import os
import resource
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import tap
from daemon import Daemon, failure

OCI = "application/vnd.oci.image.layer.v1.tar"
GZIP = OCI + "+gzip"
DOCKER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


def make_tar(files):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return data.getvalue()


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Content:
    """A content store."""

    def __init__(self, directory):
        self.path = os.path.join(directory, "content")
        self.blobs = os.path.join(self.path, "blobs/sha256")
        os.makedirs(self.blobs)

    def add(self, data, media_type=GZIP, digest=None):
        """Return the descriptor of a new blob."""
        digest = digest or sha256(data)
        with open(os.path.join(self.blobs, digest[7:]), "wb") as file:
            file.write(data)
        return media_type, digest, len(data)


def check_images(d, content, bin_dir, directory):
    tar = make_tar({"etc/a": b"a" * 5000, "b": b"b"})
    for i, (data, kind) in enumerate((
            (gzip.compress(tar), GZIP), (tar, OCI),
            (gzip.compress(tar[:600]) + gzip.compress(tar[600:]), DOCKER),
            (subprocess.run(["zstd", "-c"], input=tar, check=True,
                            stdout=subprocess.PIPE).stdout, OCI + "+zstd"))):
        key = f"k{i}"
        mounts = d.prepare(key)
        tap.ok(d.apply(content.add(data, kind), mounts) ==
               (OCI, sha256(tar), len(tar)), f"Apply of {kind}")
        d.commit(key, f"c{i}")
    layers = os.listdir(os.path.join(d.root, "layers"))
    tap.ok(layers == [sha256(tar)[7:] + "-2"], "the same tar is one image")
    image, other = (os.path.join(directory, n) for n in ("tar", "image"))
    with open(image, "wb") as file:
        file.write(tar)
    subprocess.run([os.path.join(bin_dir, "mktarfs"), "-q", image, other],
                   check=True)
    with open(other, "rb") as one, open(os.path.join(
            d.root, "layers", layers[0]), "rb") as two:
        tap.ok(one.read() == two.read(), "which mktarfs makes, too")
    size, inodes = d.usage("c0")
    tap.ok((size, inodes) == (os.path.getsize(other), 1), "Usage of an image")
    for i in range(4):
        d.remove(f"c{i}")
    tap.ok(not os.listdir(os.path.join(d.root, "layers")),
           "the image goes with its last snapshot")


def check_refusals(d, content):
    tar = make_tar({"a": b"a"})
    good = content.add(gzip.compress(tar))
    mounts = d.prepare("r")
    kind, source, options = mounts[0]
    rows = (
        ("UNIMPLEMENTED", ("application/vnd.oci.image.layer.v1.tar+encrypted",
                           *good[1:]), mounts),
        ("UNIMPLEMENTED", ("application/json", *good[1:]), mounts),
        ("UNIMPLEMENTED", (GZIP, "sha512:" + 128 * "0", 5), mounts),
        ("UNIMPLEMENTED", (GZIP, "sha256:../../x", 5), mounts),
        ("UNIMPLEMENTED", good, []),
        ("UNIMPLEMENTED", good, [*mounts, *mounts]),
        ("UNIMPLEMENTED", good, [(kind, "/tmp", options)]),
        ("UNIMPLEMENTED", good, [(kind, source + "/", options)]),
        ("UNIMPLEMENTED", good, [(kind, source.replace(
            "/active/", "/active/../active/"), options)]),
        ("UNIMPLEMENTED", good, [(kind, source.replace(
            "/active/", "/active/0"), options)]),
        ("UNIMPLEMENTED", good, [("overlay", "overlay", ["index=off"])]),
        ("NOT_FOUND", good, [(kind, os.path.join(os.path.dirname(
            os.path.dirname(source)), "999/fs"), options)]),
        ("NOT_FOUND", (GZIP, "sha256:" + 64 * "0", 5), mounts),
        ("DATA_LOSS", (GZIP, good[1], good[2] + 1), mounts),
        ("DATA_LOSS", (GZIP, good[1], -1), mounts),
        ("DATA_LOSS", content.add(gzip.compress(tar), GZIP, "sha256:" +
                                  64 * "1"), mounts),
    )
    for want, descriptor, where in rows:
        got = failure(d.apply, descriptor, where)
        tap.ok(got == want, f"{want}: {descriptor[0][-15:]} "
               f"{descriptor[1][:15]} {str(where)[-60:]}: {got}")
    packed = gzip.compress(make_tar({"a": os.urandom(300000)}))
    for claim, data in (
            ("a blob that is cut", packed[:-100]),
            ("a blob with a flipped bit", packed[:99] + bytes(
                [packed[99] ^ 4]) + packed[100:]),
            ("a tar that is cut", gzip.compress(make_tar({"a": bytes(
                9000)})[:2000])),
            ("a tar that is none", gzip.compress(b"x" * 5000))):
        got = failure(d.apply, content.add(data), mounts)
        tap.ok(got in ("INTERNAL", "DATA_LOSS"), f"{claim}: {got}")
    tap.ok(not os.listdir(os.path.join(d.root, "staging")) and
           not os.listdir(os.path.join(d.root, "layers")), "nothing is left")
    tap.ok(d.apply(good, mounts)[1] == sha256(tar), "then it works")
    tap.ok(failure(d.apply, good, mounts) == "UNIMPLEMENTED",
           "but not twice for a snapshot")
    d.remove("r")
    mounts = d.prepare("w")
    with open(os.path.join(mounts[0][1], "file"), "w", encoding="ascii"):
        pass
    tap.ok(failure(d.apply, good, mounts) == "UNIMPLEMENTED",
           "nor for one that is written to")
    d.remove("w")
    d.prepare("x")
    d.commit("x", "y")
    tap.ok(failure(d.apply, good, [(kind, os.path.join(
        d.root, "active", os.listdir(os.path.join(d.root, "active"))[0],
        "fs"), options)]) == "UNIMPLEMENTED", "nor for one that is committed")
    d.remove("y")


def big_blob(content, size):
    noise = os.urandom(1 << 20)
    tar = make_tar({f"f{i}": noise for i in range(size)})
    return content.add(gzip.compress(tar, 1)), sha256(tar)


def check_parallel(d, content):
    """64 pulls of one layer at once, from two namespaces: one conversion."""
    blob, diff_id = big_blob(content, 20)
    mounts = [d.prepare(f"ns{i % 2}/{i}/x") for i in range(64)]
    def read_bytes():
        with open(f"/proc/{d.process.pid}/io", encoding="ascii") as file:
            return int(file.read().split("rchar:")[1].split()[0])
    before = read_bytes()
    with ThreadPoolExecutor(64) as pool:
        got = list(pool.map(lambda m: d.apply(blob, m)[1], mounts))
    tap.ok(got == [diff_id] * 64, "64 pulls of one layer")
    times = (read_bytes() - before) / blob[2]
    tap.ok(times < 3.5, f"read the blob {times:.1f} times: for its digest and "
           "for the conversion")
    for i in range(64):
        d.remove(f"ns{i % 2}/{i}/x")


def check_cancel(d, content):
    """The client of the conversion gives up; another one waits for it."""
    blob, diff_id = big_blob(content, 150)
    one, other = d.prepare("c1"), d.prepare("c2")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(failure, d.apply, blob, one, timeout=0.3)
        time.sleep(0.1)
        second = pool.submit(d.apply, blob, other)
        tap.ok(first.result() == "DEADLINE_EXCEEDED", "a client gives up")
        tap.ok(second.result()[1] == diff_id, "who waits gets the layer")
    d.remove("c1")
    d.remove("c2")


def check_kill(program, directory, content):
    """kill -9 in the middle, and an end in the middle."""
    blob, diff_id = big_blob(content, 100)
    for how, status in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 0)):
        with Daemon(program, directory, "--content", content.path) as d:
            mounts = d.prepare("k")
            with ThreadPoolExecutor(1) as pool:
                pull = pool.submit(failure, d.apply, blob, mounts)
                staging = os.path.join(d.root, "staging")
                for _ in range(500):
                    if os.listdir(staging):
                        break
                    time.sleep(0.01)
                begun = bool(os.listdir(staging))
                got, said = d.end(how)
                pull.result()
            tap.ok(begun and got == status and not said,
                   f"{how.name} while it converts: {got} {said}")
        with Daemon(program, directory, "--content", content.path) as d:
            mounts = d.mounts("k")
            tap.ok(not os.listdir(staging), "nothing is left of it")
            got = failure(d.apply, blob, mounts) if how == signal.SIGKILL \
                else "not asked"
            tap.ok(got in (None, "not asked"), f"the next pull works: {got}")
            d.remove("k")
            tap.ok(not os.listdir(os.path.join(d.root, "layers")),
                   "and leaves nothing")


def check_full(program, content):
    """A file system that is full."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs",
                        directory], check=True)
        try:
            with Daemon(program, directory, "--content", content.path) as d:
                mounts = d.prepare("f")
                blob, _ = big_blob(content, 12)
                got = failure(d.apply, blob, mounts)
                tap.ok(got == "RESOURCE_EXHAUSTED", f"a full disk: {got}")
                small = content.add(make_tar({"a": b"a"}), OCI)
                tap.ok(failure(d.apply, small, mounts) is None,
                       "a layer that fits")
                status, said = d.end()
                tap.ok(not status and not said, f"it ends well: {said}")
        finally:
            subprocess.run(["umount", directory], check=True)


def main():
    bin_dir = sys.argv[1]
    program = tap.program(bin_dir, "tarfs-snapshotter")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as directory:
        content = Content(directory)
        with Daemon(program, directory, "--content", content.path) as d:
            check_images(d, content, bin_dir, directory)
            check_refusals(d, content)
            check_parallel(d, content)
            check_cancel(d, content)
            left = [name for name in ("active", "layers", "snapshots",
                                      "staging")
                    if os.listdir(os.path.join(d.root, name))]
            tap.ok(not left, f"then the state directory is empty: {left}")
            status, said = d.end()
            tap.ok(status == 0 and not said, f"no leak: {status} {said}")
        check_kill(program, directory, content)
        if os.geteuid():
            tap.skip("a full disk", "needs root")
        else:
            check_full(program, content)
    sys.exit(tap.done())


if __name__ == "__main__":
    main()
