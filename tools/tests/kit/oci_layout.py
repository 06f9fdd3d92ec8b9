# SPDX-License-Identifier: GPL-2.0
"""
OCI image layouts of one image, as {name of a file: its bytes}.

Copyright (C) 2026 The tarfs authors
"""
import hashlib
import io
import json
import tarfile
from pathlib import Path

IMAGE = "application/vnd.oci.image."


def oci_layout(tars, config=None, annotations=None):
    """
    Return the layout of an image with the layers @tars, which runs as @config
    says.  @annotations name it in the index.
    """
    files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}

    def blob(data, media_type):
        digest = hashlib.sha256(data).hexdigest()
        files["blobs/sha256/" + digest] = data
        return {"mediaType": IMAGE + media_type, "digest": "sha256:" + digest,
                "size": len(data)}

    layers = [blob(tar, "layer.v1.tar") for tar in tars]
    configuration = blob(json.dumps({
        "architecture": "amd64", "os": "linux", "config": config or {},
        "rootfs": {"type": "layers", "diff_ids": [
            layer["digest"] for layer in layers]}}).encode(), "config.v1+json")
    manifest = blob(json.dumps({
        "schemaVersion": 2, "mediaType": IMAGE + "manifest.v1+json",
        "config": configuration, "layers": layers}).encode(),
        "manifest.v1+json")
    if annotations:
        manifest["annotations"] = annotations
    files["index.json"] = json.dumps(
        {"schemaVersion": 2, "manifests": [manifest]}).encode()
    return files


def write_directory(layout, top):
    for name, data in layout.items():
        path = Path(top, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def write_tar(layout, path):
    with tarfile.open(path, "w") as tar:
        for name, data in layout.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
