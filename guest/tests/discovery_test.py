#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Test that the guest finds its layers wherever and whenever they are plugged, and
gives up disks that only look like one.

Copyright (C) 2026 The tarfs authors

Usage: discovery_test.py BIN, where BIN has mktarfs; TAP on standard output.
"""
import os
import re
import struct
import sys
from pathlib import Path

import guest as guests
import podmaker
from guest import Disk, Guest, tap
from image import Image, trailer
from podmaker import BLOCK, container, long_pod, pod

READS_MAX = 16 * 1024           # bytes of a disk that is not the pod's
RUNS = 'echo found it'


def bad_trailers(image):
    """Return the image with trailers that have no valid geometry."""
    n = image.blocks
    return [
        image.claiming(0),
        image.claiming(n, data_block=0),
        image.claiming(n, hash_block=0),
        image.claiming(n * 8, data_block=512, hash_block=512),
        image.claiming(n // 2, data_block=8192, hash_block=8192),
        image.claiming(n, data_block=0xffffffff),
        image.claiming(n, more=b'\0' * 495 + b'x'),
        image.claiming(n + len(image.tree) // BLOCK + 1),
        *(image.claiming(huge) for huge in
          (2 ** 31, 2 ** 52, 2 ** 52 + n, 2 ** 63 + n, 2 ** 64 - 1)),
        image.claiming(n)[:-512],               # not whole blocks
        image.claiming(n)[:-BLOCK],             # no trailer
    ]


def liars(image):
    """Return images whose tree has the right first block, but a false rest."""
    n, junk = image.blocks, b'j' * BLOCK
    return {
        'other data': junk * n + image.tree + trailer(n),
        'less data': image.data[BLOCK:] + image.tree + trailer(n - 1),
        'more data': image.data + junk + image.tree + trailer(n + 1),
        'no lower levels': image.data + image.tree[:BLOCK] +
                           junk * (len(image.tree) // BLOCK - 1) + trailer(n),
        'the lower level as data': image.tree[BLOCK:] + image.tree[:BLOCK] +
                                   trailer(len(image.tree) // BLOCK - 1),
    }


def found(guest, text):
    guest.claim(guest.report == [{'id': 'found', 'status': 0}] and
                'found it\n' in guest.console, text)


def every_bus(guest, base, top):
    spec = long_pod(container('found', [top, base], RUNS))
    for one, two, three in (('blk', 'scsi', 'nvme'), ('scsi', 'nvme', 'blk'),
                            ('nvme', 'blk', 'scsi')):
        guest.run(spec, [Disk(spec, one), Disk(base.path, two),
                         Disk(top.path, three, late=True)],
                  timeout=guests.LATE)
        found(guest, f'the pod spec on {one}, a layer on {two}, and one on '
              f'{three} that is plugged late')


def count_reads(guest, spec, disks, words=''):
    """Boot; return the number of bytes read of each disk."""
    reads = {}

    def host(emulator):
        emulator.wait_until_ended()
        reads.update(emulator.bytes_read())

    guest.run(spec, disks, words=words, host=host)
    return [reads[f'disk{i}'] for i in range(len(disks))]


def decoys(guest, base, top, other):
    """Plug other disks. A guest that stops at once shows what the kernel reads."""
    others = [other.path, bytes(2 << 20), b'x' * BLOCK, podmaker.pod(),
              b'{' + b'x' * (2 << 20), *bad_trailers(Image(base.path)),
              Disk(b'y' * 12288, 'scsi'), Disk(b'z' * 12288, 'nvme'), top.path]
    spec = pod(container('found', [base], RUNS))
    guest.run(spec, [spec, *others, base.path, base.path])
    found(guest, f'a layer plugged twice, among {len(others)} other disks')

    spec = pod(container('missing', [top, base], RUNS))
    others = [*others[:-1], base.path]
    all_reads = count_reads(guest, spec, [spec, *others])
    guest.refused(f'no disk holds the layer {top.name}',
                  f'a layer that is not among {len(others)} other disks')
    kernels = count_reads(guest, spec, [spec, *others],
                          words='tarfs.pod=sha256:' + 64 * '0')
    guest.refused('twice', 'two digests on the command line')
    reads = [a - k for a, k in zip(all_reads, kernels)][1:-1]
    tap.note(f'bytes that discovery read of each disk: {sorted(reads)}')
    guest.claim(reads[0] >= 2 * BLOCK and max(reads) <= READS_MAX,
                'no more than 16 KiB are read of a disk, however long one waits')


def false_claims(guest, make, base):
    """Plug false images of a tree with two levels, so that the lower can differ."""
    tar = podmaker.tarball({f'file{i}': (0o644, os.urandom(BLOCK * 8))
                            for i in range(40)})
    layer = make.layer(tar, base)
    image = Image(layer.path)
    spec = long_pod(container('found', [layer, base], RUNS))
    lies = liars(image)
    guest.run(spec, [spec, base.path, *lies.values()], timeout=1)
    guest.refused(f'the layer {layer.name} on /dev/vd',
                  'disks that have the right root hash, but ' +
                  ', '.join(lies))
    given_up = re.findall(f'given up: the layer {layer.name} on (.*?): (.*)',
                          guest.console)
    guest.claim(len({disk for disk, why in given_up}) == len(lies),
                'each of them is told of')
    guest.run(spec, [spec, base.path, *lies.values(),
                     Disk(layer.path, late=True)], timeout=guests.LATE)
    found(guest, 'a disk that tells the truth, plugged after those')


def partitioned(content):
    """Return a disk whose only partition has @content."""
    first = BLOCK // 512
    entry = struct.pack('<B3xB3xII', 0, 0x83, first, len(content) // 512)
    table = bytes(446) + entry + bytes(48) + b'\x55\xaa'
    return table.ljust(BLOCK, b'\0') + content


def partitions(guest, base):
    """Test that partitions are not taken for disks."""
    spec = pod(container('found', [base], RUNS))
    inside = partitioned(Path(base.path).read_bytes())
    guest.run(spec, [spec, inside], words='loglevel=7')
    guest.refused(f'no disk holds the layer {base.name}',
                  'a layer in a partition')
    guest.claim('vdb: vdb1' in guest.console, 'the kernel saw that partition')
    guest.run(spec, [partitioned(spec), base.path])
    guest.refused('no disk holds the pod spec', 'a pod spec in a partition')


def main(argv):
    releases = guests.prepare()
    with tap.scratch() as scratch:
        make = podmaker.Maker(f'{argv[1]}/mktarfs', scratch)
        base = make.layer(guests.base_tar())
        top = make.layer(podmaker.tarball({'top': (0o644, b'top\n')}), base)
        other = make.layer(podmaker.tarball({'top': (0o644, b'other\n')}))
        for release in releases:
            guest = Guest(release, scratch)
            every_bus(guest, base, top)
            decoys(guest, base, top, other)
            partitions(guest, base)
            false_claims(guest, make, base)
    return tap.done()


if __name__ == '__main__':
    sys.exit(main(sys.argv))
