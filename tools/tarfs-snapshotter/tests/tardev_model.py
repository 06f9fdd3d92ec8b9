# SPDX-License-Identifier: GPL-2.0
"""
What Microsoft's tardev-snapshotter says of an image: the names of its layers, their
root hashes, and the mount that Kata's shim takes.

Copyright (C) 2026 The tarfs authors

Written from Kata's published sources, not from those of this project.  Only tars of
plain files whose parents come before them are modelled.
"""
import base64
import hashlib
import io
import struct
import tarfile

BLOCK = 4096
OPT = "io.katacontainers.fs-opt."
LABEL = "io.katacontainers.dm-verity.root-hash"
DIGEST = "containerd.io/snapshot/cri.layer-digest"
REF = "containerd.io/snapshot.ref"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def make_tar(files):
    """None is a directory."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.mtime, member.mode = 1700000000, 0o644
            if content is None:
                member.type, member.mode = tarfile.DIRTYPE, 0o755
            else:
                member.size = len(content)
            tar.addfile(member, io.BytesIO(content or b""))
    return data.getvalue()


class Node:
    def __init__(self, mode=0o40555, mtime=0, size=0, offset=0):
        self.children = {}
        self.mode, self.mtime = mode, mtime
        self.size, self.offset, self.number = size, offset, 0


def read_tree(tar):
    root = Node()
    for member in tarfile.open(fileobj=io.BytesIO(tar)):
        *parents, name = member.name.encode().split(b"/")
        at = root
        for parent in parents:
            at = at.children[parent]
        if name.startswith(b".wh."):
            at.children[name[4:]] = Node(0o20000)
        elif member.isdir():
            at.children[name] = Node(0o40000 | member.mode & 0o777,
                                     member.mtime)
        else:
            at.children[name] = Node(0o100000 | member.mode & 0o777, member.mtime,
                                     member.size, member.offset_data)
    return root


def breadth_first(root):
    nodes = [root]
    for node in nodes:
        nodes += [node.children[name] for name in sorted(node.children)]
    return nodes


def data_device(tar):
    """Return the tar, the index of format 1, and its superblock."""
    nodes = breadth_first(read_tree(tar))
    at = len(tar) + 32 * len(nodes)
    for number, node in enumerate(nodes):
        node.number = number + 1
        if node.mode & 0o170000 == 0o40000:
            node.offset, node.size = at, 32 * len(node.children)
            at += node.size
    index = entries = names = b""
    for node in nodes:
        index += struct.pack("<HBBIIIQQ", node.mode, 0, node.mtime >> 32 & 15,
                             0, 0, node.mtime & 0xffffffff, node.size,
                             node.offset)
        for name in sorted(node.children):
            child = node.children[name]
            entries += struct.pack("<QQQB7x", child.number, at + len(names),
                                   len(name), child.mode >> 12)
            names += name
    used = len(tar) + len(index) + len(entries) + 2 * len(names)
    end = (used + BLOCK - 1) // BLOCK * BLOCK + BLOCK
    data = (tar + index + entries + names).ljust(end - 512, b"\0")
    return data + struct.pack("<QQ", len(tar), len(nodes)).ljust(512, b"\0")


def root_hash(tar):
    level = data_device(tar)
    while len(level) > BLOCK:
        hashes = b"".join(
            hashlib.sha256(bytes(32) + level[at:at + BLOCK]).digest()
            for at in range(0, len(level), BLOCK))
        level = hashes + bytes(-len(hashes) % BLOCK)
    return sha256(bytes(32) + level)


def chain_ids(tars):
    """Return the chain IDs of layers, the lowest first."""
    chain = []
    for tar in tars:
        diff_id = "sha256:" + sha256(tar)
        chain.append("sha256:" + sha256(f"{chain[-1]} {diff_id}".encode())
                     if chain else diff_id)
    return chain


def layer_names(chain):
    return [sha256(one.encode()) for one in chain]


def mount(root, tars):
    """Return what Prepare, View and Mounts answer on top of these layers."""
    names = layer_names(chain_ids(tars))[::-1]
    layers = [
        f"{OPT}layer=" + base64.b64encode(
            f"{name},tar,ro,{OPT}block_device=file,{OPT}is-layer,"
            f"{OPT}root-hash={root_hash(tar)}".encode()).decode()
        for name, tar in zip(names, reversed(tars))]
    return [("fuse3.kata-overlay", "/",
             [f"{OPT}layer-src-prefix={root}/layers", *layers,
              f"{OPT}overlay-rw", "lowerdir=" + ":".join(names)])]
