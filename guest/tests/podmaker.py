# SPDX-License-Identifier: GPL-2.0
"""
Make layers, with mktarfs, and pod specs for tests of the guest.

Copyright (C) 2026 The tarfs authors
"""
import base64
import hashlib
import io
import json
import subprocess
import tarfile
from dataclasses import dataclass

OPT = 'io.katacontainers.fs-opt.'
PREFIX = '/var/lib/containerd/io.containerd.snapshotter.v1.tardev/layers'
BLOCK = 4096
CAPABILITY = 'SCHILY.xattr.security.capability'
# struct vfs_cap_data: revision 2, effective; bit 13 permitted
NET_RAW = '\1\0\0\2' '\0\x20\0\0' + 12 * '\0'


def tarball(members, capable=()):
    """
    Return a tar of {name: (mode, content)}: content None makes a directory, a
    string a symbolic link with that target.  Names in capable get CAP_NET_RAW by
    an extended attribute.
    """
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=tarfile.PAX_FORMAT) as tar:
        for name, (mode, content) in members.items():
            info = tarfile.TarInfo(name)
            info.mode = mode
            if name in capable:
                info.pax_headers = {CAPABILITY: NET_RAW}
            if content is None:
                info.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                info.type = tarfile.SYMTYPE
                info.linkname = content
            else:
                info.size = len(content)
            tar.addfile(info, io.BytesIO(content) if info.size else None)
    return out.getvalue()


@dataclass
class Layer:
    """A layer image, whose file has the layer's name."""
    path: str
    name: str
    root_hash: str
    chain_id: str
    data_blocks: int

    def options(self):
        return ['ro', OPT + 'block_device=file', OPT + 'is-layer',
                OPT + 'root-hash=' + self.root_hash,
                f'{OPT}data-blocks={self.data_blocks}']


@dataclass
class Maker:
    """Make layers of one index format in a directory."""
    mktarfs: str
    directory: str
    index_format: int = 2

    def layer(self, tar, below=None):
        diff_id = 'sha256:' + hashlib.sha256(tar).hexdigest()
        chain_id = diff_id
        if below:
            text = f'{below.chain_id} {diff_id}'.encode()
            chain_id = 'sha256:' + hashlib.sha256(text).hexdigest()
        name = hashlib.sha256(chain_id.encode()).hexdigest()
        path = f'{self.directory}/{name}'
        done = subprocess.run([self.mktarfs, '--json',
                               f'--format={self.index_format}', '-', path],
                              input=tar, stdout=subprocess.PIPE, check=True)
        made = json.loads(done.stdout)
        return Layer(path, name, made['root_hash'], chain_id,
                     made['data_blocks'])


def storages(ident, layers):
    """Return a container's storages; @layers has the top one first."""
    mounts = [{
        'driver': 'blk', 'driver_options': [], 'source': '', 'fstype': 'tar',
        'options': layer.options(),
        'mount_point': '/run/kata-containers/sandbox/layers/' + layer.name,
        'fs_group': None} for layer in layers]
    fields = [','.join([layer.name, 'tar', *layer.options()])
              for layer in layers]
    overlay = [f'{OPT}layer-src-prefix={PREFIX}',
               *(OPT + 'layer=' + base64.b64encode(f.encode()).decode()
                 for f in fields),
               OPT + 'overlay-rw',
               'lowerdir=' + ':'.join(layer.name for layer in layers)]
    return mounts + [{
        'driver': 'overlayfs', 'driver_options': [], 'source': 'none',
        'fstype': 'fuse3.kata-overlay', 'options': overlay,
        'mount_point': '/run/kata-containers/shared/containers/' + ident,
        'fs_group': None}]


def container(ident, layers, command, **user):
    """Return a container that runs a shell command."""
    return {
        'id': ident, 'storages': storages(ident, layers), 'hostname': ident,
        'process': {
            'terminal': False, 'user': user or {'uid': 0, 'gid': 0},
            'args': ['/bin/sh', '-c', command],
            'env': ['PATH=/bin', 'GREETING=hello there'], 'cwd': '/tmp'}}


def pod(*containers, **more):
    """Return the bytes of a pod spec, with additional members."""
    text = json.dumps({'version': 1, 'containers': containers, **more})
    return text.encode() + b' ' * (-(len(text) + 1) % BLOCK) + b'\n'


def long_pod(*containers):
    """Return a pod spec too long to be read by the kernel's partition scan."""
    return pod(*containers).ljust(16 * BLOCK)
