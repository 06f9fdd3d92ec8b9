#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
A private containerd imports and unpacks an image through the snapshotter, and
through its own overlayfs: the same tree.  Nothing is left when all is removed.
Debian's python3 has grpc.

Copyright (C) 2026 The tarfs authors

Usage: [MOUNT_TAR=PROGRAM] containerd_pull_test.py BIN_DIR
"""
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import tap
from daemon import Daemon, mounter
from oci_layout import oci_layout, write_tar

TOP = Path(__file__).resolve().parents[3]
FETCH = TOP / "tools/tests/interop/fetch-containerd"
# Debian 12's 1.6, 1.7, and 2.1 or what follows it
SUITES = ([], ["trixie"], ["forky"])
CONFIG = """version = 2
root = "{top}/root"
state = "{top}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "{top}/ctr"
[proxy_plugins.tarfs]
type = "snapshot"
address = "{socket}"
"""
# containerd 1.6 panics at a proxy of this type
DIFFER = """[proxy_plugins.tarfs-diff]
type = "diff"
address = "{socket}"
[plugins."io.containerd.service.v1.diff-service"]
default = ["tarfs-diff", "walking"]
"""
# ctr of containerd 2 unpacks in the daemon, by these pairs only
UNPACK = """[[plugins."io.containerd.transfer.v1.local".unpack_config]]
platform = "linux/amd64"
snapshotter = "tarfs"
differ = "tarfs-diff"
[[plugins."io.containerd.transfer.v1.local".unpack_config]]
platform = "linux/amd64"
snapshotter = "overlayfs"
differ = "walking"
"""
NAME = "localhost/sample:1"
# the root of a layer that does not mention it has no time of its own
LIST = ("find . -mindepth 1 -type d -printf '%P d %m %U %G %T@\\n' -o "
        "-printf '%P %y %m %U %G %s %l %T@ %n\\n' | sort; "
        "find . -type f -exec sha256sum {} + | sort; "
        "getfattr -hRd -m - . 2>/dev/null | grep -v '^# file: ' | sort")


def member(name, content=None, **other):
    info = tarfile.TarInfo(name)
    info.mode, info.mtime = 0o755 if content is None else 0o644, 1700000000
    if content is None:
        info.type = tarfile.DIRTYPE
    else:
        info.size = len(content)
    for key, value in other.items():
        setattr(info, key, value)
    return info, io.BytesIO(content or b"")


def layer(*members):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w",
                      format=tarfile.PAX_FORMAT) as tar:
        for info, content in members:
            tar.addfile(info, content)
    return data.getvalue()


def layers(count):
    """Layers that add, replace, hide and keep."""
    first = layer(
        member("bin"), member("bin/su", b"su", mode=0o4755),
        member("bin/link", b"", type=tarfile.LNKTYPE, linkname="bin/su",
               mode=0o4755),
        member("etc"), member("etc/a", b"a" * 5000), member("etc/b", b"b"),
        member("etc/d"), member("etc/d/x", b"x"), member("gone"),
        member("gone/y", b"y"), member("fifo", b"", type=tarfile.FIFOTYPE),
        member("lib", b"", type=tarfile.SYMTYPE, linkname="usr/lib",
               mode=0o777),
        member("zero", b"", type=tarfile.CHRTYPE, devmajor=1, devminor=5),
        member("attr", b"1", pax_headers={"SCHILY.xattr.user.a": "b"}))
    second = layer(
        member("etc"), member("etc/a", b"new", uid=12, gid=34),
        member("etc/.wh.b", b""), member("etc/d"),
        member("etc/d/.wh..wh..opq", b""), member("etc/d/z", b"z"),
        member(".wh.gone", b""), member("tmp", mode=0o1777))
    more = [layer(member("etc"), member(f"etc/{i}", str(i).encode()))
            for i in range(count - 2)]
    return [first, second, *more]


class Containerd:
    """A containerd that runs while the context is open."""

    def __init__(self, programs, top, socket):
        self.programs, self.top = programs, top
        said = subprocess.run([programs + "/containerd", "--version"],
                              check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        self.version = said.split()[2].lstrip("v")
        self.with_differ = not self.version.startswith("1.6.")
        config = CONFIG + (DIFFER if self.with_differ else "")
        if int(self.version.partition(".")[0]) >= 2:
            config += UNPACK
        self.config = os.path.join(top, "config.toml")
        Path(self.config).write_text(config.format(top=top, socket=socket),
                                     "ascii")
        self.daemon = None

    def __enter__(self):
        with open(os.path.join(self.top, "log"), "wb") as log:
            self.daemon = subprocess.Popen(
                [self.programs + "/containerd", "--config", self.config],
                stdout=log, stderr=log)
        while not os.path.exists(self.top + "/ctr"):
            if self.daemon.poll() is not None:
                sys.exit(Path(self.top, "log").read_text("utf-8"))
            time.sleep(0.1)
        return self

    def __exit__(self, *_):
        self.daemon.terminate()
        self.daemon.wait()

    def ctr(self, *arguments):
        return subprocess.run(
            [self.programs + "/ctr", "-a", self.top + "/ctr", *arguments],
            capture_output=True, text=True, check=False, timeout=300)

    def tree(self, snapshotter, target):
        """Mount the image, list the tree, unmount."""
        os.makedirs(target, exist_ok=True)
        done = self.ctr("images", "mount", "--snapshotter", snapshotter, NAME,
                        target)
        if done.returncode:
            return done.stderr
        try:
            return subprocess.run(["bash", "-c", LIST], cwd=target, check=True,
                                  stdout=subprocess.PIPE,
                                  text=True).stdout
        finally:
            self.ctr("images", "unmount", "--snapshotter", snapshotter, "--rm",
                     target)


def check_image(c, d, count, archive, target):
    write_tar(oci_layout(layers(count), annotations={
        "io.containerd.image.name": NAME}), archive)
    done = c.ctr("images", "import", "--snapshotter", "tarfs", archive)
    tap.ok(done.returncode == 0, f"{c.version}: import of {count} layers")
    tap.note(done.stderr)
    made = os.listdir(os.path.join(d.root, "layers"))
    if c.with_differ:
        tap.ok(len(made) == count, f"{c.version}: the layers are applied")
    got = c.tree("tarfs", target)
    c.ctr("images", "import", "--snapshotter", "overlayfs", archive)
    want = c.tree("overlayfs", target)
    tap.ok(got == want and "bin/su" in got,
           f"{c.version}: the tree is that of overlayfs")
    if got != want:
        tap.note(want + "GOT\n" + got)
    c.ctr("images", "rm", "--sync", NAME)
    for _ in range(100):
        if not os.listdir(os.path.join(d.root, "snapshots")):
            break
        time.sleep(0.2)
    left = [name for name in ("active", "layers", "snapshots", "staging",
                              "mounts")
            if os.listdir(os.path.join(d.root, name))]
    tap.ok(not left, f"{c.version}: nothing is left: {left}")


def check(program, mount_tar, programs):
    # overlayfs of containerd does not work on an overlay
    with tempfile.TemporaryDirectory(dir=TOP / "build") as directory:
        d = Daemon(program, directory, "--mount-tar", mount_tar, "--content",
                   directory + "/root/io.containerd.content.v1.content")
        try:
            with d, Containerd(programs, directory, d.socket) as c:
                for count in (2, 20):
                    check_image(c, d, count, directory + "/image.tar",
                                directory + "/mnt")
                status, said = d.end()
                tap.ok(status == 0 and not said, f"no leak: {status} {said}")
        finally:
            d.detach()


def main():
    program = tap.program(sys.argv[1], "tarfs-snapshotter")
    mount_tar = mounter(sys.argv[1])
    if os.geteuid() or not mount_tar:
        tap.skip("containerd", "needs root and mount.tar")
        sys.exit(tap.done())
    for suite in SUITES:
        found = subprocess.run([FETCH, *suite], text=True, check=False,
                               stdout=subprocess.PIPE)
        if found.returncode:
            tap.skip(f"containerd {suite}", "cannot be fetched")
        else:
            check(program, mount_tar, found.stdout.strip())
    sys.exit(tap.done())


if __name__ == "__main__":
    main()
