#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Test guest pull: layers that arrive as blobs of a registry, converted in the guest.

Copyright (C) 2026 The tarfs authors

Usage: pull_test.py BIN, where BIN has mktarfs; TAP on standard output.
"""
import gzip
import hashlib
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import podmaker
from podmaker import OPT, container, pod
from guest import MARK, Disk, Guest, base_tar, prepare, tap
from scratch_test import MIB, ON_DISK, marked

SMALL = '256M'                  # memory of a guest
NOISE = random.Random(0).randbytes(65536)       # makes blobs larger than pod specs
LARGE = 150 * MIB               # a layer that does not fit into a small guest


@dataclass
class Blob(podmaker.Layer):
    """A layer identified by its blob; path is that of its disk."""
    digest: str = ''
    size: int = 0

    def options(self):
        return ['ro', OPT + 'block_device=file', OPT + 'is-layer',
                OPT + 'blob-digest=sha256:' + self.digest,
                f'{OPT}blob-size={self.size}']


def zstd(data):
    return subprocess.run(['zstd', '-q', '-3', '-c'], input=data, check=True,
                          stdout=subprocess.PIPE).stdout


def blob_of(layer, data, block=4096):
    """Return a layer whose blob is data and whose image is that of layer."""
    path = f'{layer.path}-{len(data)}.blob'
    Path(path).write_bytes(data + bytes(-len(data) % block))
    return Blob(path, layer.name, layer.root_hash, layer.chain_id,
                layer.data_blocks, hashlib.sha256(data).hexdigest(), len(data))


def middle_tar():
    return podmaker.tarball({'middle': (0o644, b'middle\n'),
                             'changed': (0o644, b'changed by middle\n'),
                             'noise': (0o644, NOISE),
                             'zeros': (0o644, bytes(MIB))})


def top_tar():
    return podmaker.tarball({'top': (0o644, b'top\n'),
                             '.wh.middle': (0o644, b'')})


class Stack:
    """Three layers, as images and as blobs."""
    def __init__(self, make):
        self.base = make.layer(base_tar())
        self.middle = make.layer(middle_tar(), self.base)
        self.top = make.layer(top_tar(), self.middle)
        self.base_gzip = blob_of(self.base, gzip.compress(base_tar(), 1, mtime=0))
        self.middle_gzip = blob_of(self.middle, gzip.compress(middle_tar()),
                                   512)
        self.middle_zstd = blob_of(self.middle, zstd(middle_tar()))
        self.top_plain = blob_of(self.top, top_tar())


def pulled(guest, layers, text, scratch, disks=()):
    spec = pod(container('puller', layers, 'cat /changed /bottom; ls / | '
                         'grep -c "top\\|middle"; cat /zeros | busybox md5sum'),
               scratch=scratch)
    guest.run(spec, [spec, *(layer.path for layer in layers), *disks],
              words='tarfs.verbose')
    guest.claim(guest.report == [{'id': 'puller', 'status': 0}] and
                'changed by middle\nbottom\n1\n'
                f'{hashlib.md5(bytes(MIB)).hexdigest()}' in guest.console, text)
    guest.claim(all(f'{layer.name}: root hash {layer.root_hash} on /dev/loop'
                    in guest.console for layer in layers
                    if isinstance(layer, Blob)),
                '... and the root hashes are those of mktarfs')


def good_pulls(guest, s):
    tmpfs = {'type': 'tmpfs'}
    pulled(guest, [s.top, s.middle_gzip, s.base],
           'a layer is pulled, compressed by gzip', tmpfs)
    pulled(guest, [s.top_plain, s.middle_zstd, s.base_gzip],
           'all layers are pulled to a disk', ON_DISK, [marked(guest, 64 * MIB)])

    spec = pod(*(container(f'c{i}', [s.base_gzip], 'cat /bottom')
                 for i in range(2)))
    guest.run(spec, [spec, s.base_gzip.path])
    guest.claim(len(guest.report) == 2 and
                guest.console.count('bottom\n') == 2,
                'two containers share a layer that is pulled once')


def refused(guest, s, blob, content, why, text, scratch=None):
    """Expect that nothing runs if this content replaces the blob's disk."""
    more = {'scratch': scratch} if scratch else {}
    spec = pod(container('bad', [blob, s.base], f'echo {MARK}'), **more)
    disk = Disk(content if content else blob.path)
    guest.run(spec, [spec, s.base.path, disk])
    guest.refused(f'the layer {blob.name}: /dev/vdc: {why}', text)


def changed_blobs(blob):
    """Return {what has been done to a blob: (its disk, why it is given up)}."""
    good = Path(blob.path).read_bytes()
    wrong = f'the digest of its first {blob.size} bytes is sha256:'

    def flipped(at):
        return good[:at] + bytes([good[at] ^ 4]) + good[at + 1:]

    return {
        'a bit changed at its beginning': (flipped(0), wrong),
        'a bit changed in its middle': (flipped(blob.size // 2), wrong),
        'a bit changed at its end': (flipped(blob.size - 1), wrong),
        'cut off': (good[:blob.size // 2] +
                    bytes(len(good) - blob.size // 2), wrong),
        'something behind it': (good[:blob.size] + b'x' + good[blob.size + 1:],
                                'there are other bytes than zeros behind the '
                                'blob'),
    }


def other_blobs(guest, s):
    """Test blobs that the host has changed."""
    blob = s.middle_gzip
    good = Path(blob.path).read_bytes()
    spec = pod(container('bad', [blob, s.base], f'echo {MARK}'))

    changed = changed_blobs(blob)
    guest.run(spec, [spec, s.base.path, *(disk for disk, why in
                                          changed.values())])
    guest.refused(f'the layer {blob.name}: /dev/vd', 'only changed blobs')
    for letter, (what, (disk, why)) in zip('cdefg', changed.items()):
        guest.claim(f'given up: the layer {blob.name}: /dev/vd{letter}: {why}'
                    in guest.console, f'refused: a blob, {what}')

    guest.run(spec, [spec, s.base.path, good[:-512], good + bytes(8192)])
    guest.refused(f'no disk holds the layer {blob.name} as a blob of '
                  f'{blob.size} bytes with the digest sha256:{blob.digest}',
                  'a blob on disks that are too short and too long')

    spec = pod(container('right', [blob, s.base], 'cat /middle'))
    other = good.replace(b'\0', b'\1')
    guest.run(spec, [spec, s.base.path, other, blob.path, other])
    guest.claim(guest.report == [{'id': 'right', 'status': 0}] and
                'middle\n' in guest.console,
                'of the disks that may have the blob the right one is taken')


def bad_blobs(guest, s):
    """Test invalid blobs that have the right digest."""
    tar = middle_tar()
    packed = gzip.compress(tar)
    for data, why, text in (
            (packed[:-9], 'gzip data end too early', 'that has no end'),
            (packed + b'junk', 'there is something else behind the compressed',
             'with something behind the data'),
            (zstd(tar)[:-5], 'zstd data end too early',
             'of zstd that has no end'),
            (gzip.compress(tar[:len(tar) // 2]), '', 'with half a tar'),
            (b'no tar at all' * 512, '', 'that is no tar')):
        refused(guest, s, blob_of(s.middle, data), None, why, f'a blob {text}')
    bomb = zstd(podmaker.tarball({'bomb': (0o644, bytes(64 * MIB))}))
    refused(guest, s, blob_of(s.middle, bomb), None, f'{s.middle.name}: cannot write',
            'a blob that is too large for scratch storage',
            {'type': 'tmpfs', 'size': 32 * MIB})


def large_layer(guest, make, s):
    """Test that a layer larger than memory is converted on a disk, and readable."""
    data = random.Random(1).randbytes(MIB) * (LARGE // MIB)
    tar = podmaker.tarball({'large': (0o644, data)})
    blob = blob_of(make.layer(tar, s.base), zstd(tar))
    spec = pod(container('large', [blob, s.base], 'busybox md5sum /large; '
                         'grep MemTotal /proc/meminfo'), scratch=ON_DISK)
    os.environ['MEMORY'] = SMALL
    guest.run(spec, [spec, s.base.path, blob.path, marked(guest, 512 * MIB)])
    del os.environ['MEMORY']
    guest.claim(guest.report == [{'id': 'large', 'status': 0}] and
                hashlib.md5(data).hexdigest() in guest.console,
                f'a layer of {LARGE // MIB} MiB is pulled in {SMALL} of memory')


def main(argv):
    old, new = prepare()
    with tap.scratch() as scratch:
        make = podmaker.Maker(f'{argv[1]}/mktarfs', scratch)
        stack = Stack(make)
        for release in old, new:
            good_pulls(Guest(release, scratch), stack)
        other_blobs(Guest(old, scratch), stack)
        bad_blobs(Guest(old, scratch), stack)
        large_layer(Guest(new, scratch), make, stack)
    return tap.done()


if __name__ == '__main__':
    sys.exit(main(sys.argv))
