# SPDX-License-Identifier: GPL-2.0
"""
How containerd unpacks a tar as the upper one of two layers.

Copyright (C) 2026 The tarfs authors

A private containerd in a private directory imports images; a case is the upper
layer's directory among the snapshots of its overlayfs snapshotter.  No
container runs.
"""
import hashlib
import io
import json
import os
import subprocess
import tarfile
import time
from pathlib import Path

import odd_tars
from format2_compare import directory_tree, file_time
from odd_tars_listing import listing

FETCH = Path(__file__).resolve().parent / "fetch-containerd"
CONFIG = """version = 2
root = "{top}/root"
state = "{top}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "{top}/socket"
"""
LAYER = "application/vnd.oci.image.layer.v1.tar"
CONFIGURATION = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
BASE = odd_tars.file(b"base") + odd_tars.END


class Layout:
    """
    An OCI image layout of two layers, as a tar.  Each image has its own name,
    or containerd would remove one while it imports the next.
    """

    def __init__(self, upper, number):
        self.files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}
        layers = [self.blob(tar, LAYER) for tar in (BASE, upper)]
        configuration = self.json_blob({
            "architecture": "amd64", "os": "linux", "config": {},
            "rootfs": {"type": "layers", "diff_ids": [
                layer["digest"] for layer in layers]}}, CONFIGURATION)
        manifest = self.json_blob({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": configuration, "layers": layers}, MANIFEST)
        manifest["annotations"] = {
            "io.containerd.image.name": f"odd/tar:{number}"}
        self.files["index.json"] = json.dumps(
            {"schemaVersion": 2, "manifests": [manifest]}).encode()

    def blob(self, data, media_type):
        digest = hashlib.sha256(data).hexdigest()
        self.files["blobs/sha256/" + digest] = data
        return {"mediaType": media_type, "digest": "sha256:" + digest,
                "size": len(data)}

    def json_blob(self, document, media_type):
        return self.blob(json.dumps(document).encode(), media_type)

    def write(self, path):
        with tarfile.open(path, "w") as tar:
            for name, data in self.files.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))


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
        Layout(Path(tar).read_bytes(), self.imported).write(path)
        self.imported += 1
        began = file_time(self.top)
        before = self.snapshots()
        failed = self.ctr("images", "import", "--snapshotter", "overlayfs",
                          path).returncode
        made = self.snapshots()
        if failed or made.keys() == before.keys():
            return "error"
        return listing(directory_tree(made[max(made)], began))
