#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Test a layer that embeds another one, and its truncated twin: the root hash of the
layer, with fewer data blocks in the trailer.  The embedded layer must never run.

Copyright (C) 2026 The tarfs authors

Usage: twin_test.py BIN, where BIN has mktarfs; TAP on standard output.
"""
import gzip
import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import guest as guests
import podmaker
from guest import MARK, Disk, Guest, tap
from podmaker import Layer, container, long_pod, pod
from pull_test import blob_of

sys.path.insert(0, str(guests.TOP / 'tools/tests/kit'))
import truncated_twin  # noqa: E402

GOOD, EVIL = 'bottom\n', 'not this\n'
# what refuses a twin: the pod spec's number of data blocks, or the edge of the
# tree
BY_NUMBER = 'the trailer says {twin} data blocks, there must be {honest}'
BY_EDGE = "the trailer's number of data blocks, {twin}, is not the one that the " \
          'root hash stands for'


@dataclass
class Pair:
    """A layer, the file of its twin, and both numbers of data blocks."""
    what: str
    layer: Layer
    careless: Layer
    twin: str
    tar: bytes
    numbers: dict


def make_pair(program, scratch, formats):
    attack = truncated_twin.attack(
        program, scratch, formats, guests.base_tar(),
        guests.base_tar(bottom=EVIL.encode()))
    what = '{}-in-{}'.format(formats[1], formats[0])
    paths = [f'{scratch}/{kind}-{what}' for kind in ('honest', 'twin')]
    for path, data in zip(paths, (attack.honest, attack.twin)):
        Path(path).write_bytes(data)

    def layer(name, blocks):
        name = hashlib.sha256(f'{name}-{what}'.encode()).hexdigest()
        return Layer(paths[0], name, attack.root_hash, '', blocks)

    return Pair(what, layer('layer', attack.blocks),
                layer('careless', attack.twin_blocks), paths[1], attack.tar,
                {'honest': attack.blocks, 'twin': attack.twin_blocks})


def command(text=''):
    return f'cat /bottom; echo {MARK}{text}'


def given_up(guest, layer):
    return re.findall(f'given up: the layer {layer.name} on /dev/vd.: (.*)',
                      guest.console)


def only_twins(guest, pairs):
    """Plug only the twin of each layer; also with the twin's number in the spec."""
    spec = pod(*(container(f'c{p.what}', [p.layer], command()) for p in pairs),
               *(container(f'd{p.what}', [p.careless], command())
                 for p in pairs))
    guest.run(spec, [spec, *(p.twin for p in pairs)])
    guest.refused('the layer ', 'layers of which there are truncated twins only')
    for p in pairs:
        for layer, why in (p.layer, BY_NUMBER), (p.careless, BY_EDGE):
            why = why.format(**p.numbers)
            said = given_up(guest, layer)
            guest.claim(len(said) == 1 and why in said[0],
                        f'refused: the twin, format {p.what}: {why}')


def twins_first(guest, pairs):
    """Plug the layers after their twins have been seen."""
    spec = long_pod(*(container(f'c{p.what}', [p.layer], command(f' {p.what}'))
                      for p in pairs))
    guest.run(spec, [spec, *(p.twin for p in pairs),
                     *(Disk(p.layer.path, late=True) for p in pairs)],
              timeout=guests.LATE)
    for p in pairs:
        guest.claim({'id': f'c{p.what}', 'status': 0} in guest.report and
                    f'{MARK} {p.what}\n' in guest.console and
                    len(given_up(guest, p.layer)) == 1,
                    f'the layer beside its twin, format {p.what}')
    guest.claim(guest.console.count(GOOD) == len(pairs) and
                EVIL not in guest.console, 'nothing of the twins is used')


def pulled(guest, pair):
    """Plug the twin of an image that the guest makes of a blob."""
    blob = blob_of(pair.layer, gzip.compress(pair.tar, 1, mtime=0))
    spec = pod(container('pulled', [blob], command()))
    guest.run(spec, [spec, pair.twin])
    guest.refused(f'no disk holds the layer {blob.name} as a blob',
                  "the twin of a blob's image instead of the blob")
    guest.run(spec, [spec, pair.twin, blob.path], words='tarfs.verbose')
    guest.claim(guest.report == [{'id': 'pulled', 'status': 0}] and
                GOOD in guest.console and EVIL not in guest.console and
                f'{blob.name}: root hash {blob.root_hash} on /dev/loop' in
                guest.console and
                f"{pair.numbers['honest']} blocks" in guest.console,
                'what is pulled is used, not the twin that comes first')


def main(argv):
    releases = guests.prepare()
    with tap.scratch() as scratch:
        pairs = [make_pair(f'{argv[1]}/mktarfs', scratch, formats)
                 for formats in truncated_twin.COMBINATIONS]
        for release in releases:
            guest = Guest(release, scratch)
            only_twins(guest, pairs)
            twins_first(guest, pairs)
            pulled(guest, pairs[truncated_twin.COMBINATIONS.index((2, 2))])
    return tap.done()


if __name__ == '__main__':
    sys.exit(main(sys.argv))
