# SPDX-License-Identifier: GPL-2.0
"""
How containerd unpacks a tar as the upper one of two layers.

Copyright (C) 2026 The tarfs authors

A private containerd in a private directory imports images; a case is the upper
layer's directory among the snapshots of its overlayfs snapshotter.  No
container runs.
"""
import os
import subprocess
import time
from pathlib import Path

import odd_tars
from format2_compare import directory_tree, file_time
from oci_layout import oci_layout, write_tar
from odd_tars_listing import listing

FETCH = Path(__file__).resolve().parent / "fetch-containerd"
CONFIG = """version = 2
root = "{top}/root"
state = "{top}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "{top}/socket"
"""
BASE = odd_tars.file(b"base") + odd_tars.END


class Containerd:
    """A containerd that runs while the context is open."""

    def __init__(self, work, version):
        self.top, self.version = os.path.join(work, "containerd"), version
        self.daemon = self.programs = None
        self.imported = 0

    def __enter__(self):
        found = subprocess.run([FETCH], text=True, capture_output=True,
                               check=False)
        if os.geteuid() or found.returncode:
            return self
        self.programs = found.stdout.strip()
        os.mkdir(self.top)
        config = os.path.join(self.top, "config.toml")
        Path(config).write_text(CONFIG.format(top=self.top))
        with open(os.path.join(self.top, "log"), "wb") as log:
            self.daemon = subprocess.Popen(
                [self.programs + "/containerd", "--config", config],
                stdout=log, stderr=log)
        for _ in range(200):
            if self.ctr("version").returncode == 0:
                break
            time.sleep(0.1)
        return self

    def __exit__(self, *_):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait()

    def ctr(self, *arguments):
        return subprocess.run(
            [self.programs + "/ctr", "-a", self.top + "/socket", *arguments],
            capture_output=True, check=False)

    def missing(self):
        if not self.daemon:
            return "it cannot be fetched" if os.geteuid() == 0 else \
                "extracting needs root"
        said = self.ctr("version").stdout.decode()
        if said.count(f"Version:  {self.version}") != 2:
            return f"not version {self.version}, or it does not run"
        plugins = self.ctr("plugins", "ls").stdout.decode()
        working = any(line.split()[1:2] == ["overlayfs"] and
                      line.split()[-1] == "ok"
                      for line in plugins.splitlines())
        return None if working else "no overlayfs here"

    def snapshots(self):
        folder = Path(self.top, "root/io.containerd.snapshotter.v1.overlayfs",
                      "snapshots")
        return {int(path.name): path / "fs" for path in folder.glob("[0-9]*")}

    def cell(self, tar, work):
        path = os.path.join(work, "layout.tar")
        # containerd removes an image while it imports another of its name
        write_tar(oci_layout([BASE, Path(tar).read_bytes()], annotations={
            "io.containerd.image.name": f"odd/tar:{self.imported}"}), path)
        self.imported += 1
        began = file_time(self.top)
        before = self.snapshots()
        failed = self.ctr("images", "import", "--snapshotter", "overlayfs",
                          path).returncode
        made = self.snapshots()
        if failed or made.keys() == before.keys():
            return "error"
        return listing(directory_tree(made[max(made)], began))
