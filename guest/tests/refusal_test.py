#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Test that whatever a host changes, omits or adds, nothing of the pod runs, and the
guest reports the reason.

Copyright (C) 2026 The tarfs authors

Usage: refusal_test.py BIN, where BIN has mktarfs; TAP on standard output.

A change to data is detected when they are read, not before: the program that reads
them gets an error, or the guest ends, according to the pod spec.
"""
import base64
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import guest as guests
import podmaker
from guest import Disk, Guest, MARK, tap
from image import Image, trailer
from podmaker import BLOCK, container, pod

CANNOT_EXECUTE = 'exec container process `/bin/sh`: Input/output error'
LEVELS = 3              # in the tree of the large layer
LARGE = 66 << 20        # bytes, enough for LEVELS
FILES = 200             # enough for an index of several blocks


class Bench:
    """The layers and the pod that each test begins with."""
    def __init__(self, programs, scratch):
        self.scratch, self.programs = scratch, programs
        self.make = podmaker.Maker(f'{programs}/mktarfs', scratch)
        self.base = self.make.layer(guests.base_tar())
        self.large_tar = podmaker.tarball({
            'large': (0o644, bytes(LARGE)),
            **{f'file{i}': (0o644, b'') for i in range(FILES)}})
        self.large = self.make.layer(self.large_tar, self.base)
        self.image = Image(self.large.path)
        self.spec = pod(container('good', [self.large, self.base],
                                  f'echo {MARK}'))
        self.disks = [self.base.path, self.large.path]

    def flipped(self, name, offset):
        path = f'{self.scratch}/{name}'
        if not os.path.exists(path):
            self.image.flipped(path, offset)
        return path


def pods_that_are_not_the_one(guest, bench):
    spec, disks = bench.spec, bench.disks
    guest.run(None, [spec, *disks])
    guest.refused('no tarfs.pod=sha256:<digest> on the command line',
                  'no digest on the command line')

    more = pod(container('good', [bench.large, bench.base], f'echo {MARK}'),
               container('more', [bench.base], f'echo {MARK}'))
    option = b'"lowerdir='
    others = {
        'a byte changed': spec.replace(b' ', b'\n', 1),
        'a tail': spec + bytes(BLOCK),
        'another command': spec.replace(MARK.encode(), b'e' + MARK.encode()[1:]),
        'an overlay option more': spec.replace(option, b'"metacopy=on",' + option),
        'a container more': more,
    }
    guest.run(spec, [*others.values(), *disks])
    guest.refused('no disk holds the pod spec with the digest sha256:',
                  'pod specs with ' + ', '.join(others))


def pods_that_ask_for_more(guest, bench):
    """Test pod specs with what their author, not the host, has added."""
    disks = bench.disks
    storages = podmaker.storages('more', [bench.large, bench.base])
    storages[-1]['options'].insert(-1, 'metacopy=on')
    spec = pod(dict(container('more', [bench.base], f'echo {MARK}'),
                    storages=storages))
    guest.run(spec, [spec, *disks])
    guest.refused('containers[0].storages[2].options: must have 5 to 5 items',
                  'an overlay option in a pod spec with the right digest')

    spec = pod(container('first', [bench.base], f'echo {MARK}'),
               container('second', [bench.base], f'echo {MARK}'))
    spec = spec.replace(b'/bin/sh', b'/bin/no').replace(b'/bin/no', b'/bin/sh', 1)
    guest.run(spec, [spec, *disks])
    guest.refused('second: cannot create the container',
                  'a pod of which one container has no program')


def layers_that_are_not_there(guest, bench):
    """Test layers that no disk claims to be."""
    spec, image = bench.spec, bench.image
    guest.run(spec, [spec, bench.base.path], timeout=1)
    guest.refused(f'no disk holds the layer {bench.large.name}',
                  'a layer that is missing')

    wrong = replace(bench.large, root_hash='0' + bench.large.root_hash[1:]
                    if bench.large.root_hash[0] != '0' else
                    '1' + bench.large.root_hash[1:])
    other = pod(container('good', [wrong, bench.base], f'echo {MARK}'))
    guest.run(other, [other, *bench.disks], timeout=1)
    guest.refused(f'no disk holds the layer {wrong.name} with the root hash '
                  f'{wrong.root_hash}', 'a root hash that is no layer\'s')

    old = podmaker.Maker(f'{bench.programs}/mktarfs', f'{bench.scratch}/old', 1)
    os.makedirs(old.directory, exist_ok=True)
    cut = image.data[:len(image.data) // 2 // BLOCK * BLOCK]
    others = {
        'the image of another layer': Disk(bench.base.path),
        'format 1 of the same layer': Disk(old.layer(bench.large_tar).path),
        'a bit flipped in the first level of the tree':
            Disk(bench.flipped('level0', image.path_to_superblock()[0])),
        **{f'a bit flipped in the trailer ({name})':
           Disk(bench.flipped(name, -512 + at)) for name, at in
           (('data-block', 1), ('hash-block', 5), ('blocks', 8), ('rest', 16))},
        'the trailer cut off': image.data + image.tree,
        'cut in the middle': cut,
        'cut in the middle, the trailer at its end': cut + trailer(image.blocks),
    }
    guest.run(spec, [spec, bench.base.path, *others.values()], timeout=1)
    guest.refused(f'no disk holds the layer {bench.large.name} with the root '
                  f'hash {bench.large.root_hash} ({len(others) + 2} disks',
                  'as a layer: ' + ', '.join(others))


def layers_that_cannot_be_mounted(guest, bench):
    """Test disks that have the right root hash, but are given up one by one."""
    places = bench.image.path_to_superblock()
    assert len(places) == LEVELS
    # else both would be in the block that the edge of the tree verifies
    assert bench.image.root_inode() // BLOCK < bench.image.superblock() // BLOCK
    others = {
        'the superblock': bench.flipped('super', bench.image.superblock()),
        'the index': bench.flipped('index', bench.image.root_inode()),
        **{f'level {i} of the tree': bench.flipped(f'level{i}', place)
           for i, place in enumerate(places) if i},
    }
    guest.run(bench.spec, [bench.spec, bench.base.path, *others.values()],
              timeout=1)
    guest.refused(f'the layer {bench.large.name} on /dev/vd',
                  'a bit flipped in ' + ', '.join(others))
    given_up = re.findall(r'given up: the layer \w* on /dev/vd(\w): '
                          '(cannot be mounted|.*is wrong)', guest.console)
    guest.claim(sorted(disk for disk, why in given_up) ==
                ['c', 'd', 'e', 'f'] and
                [disk for disk, why in given_up
                 if why == 'cannot be mounted'] == ['d'],
                'each of them is told of, at the edge of the tree or the mount')


def read_pod(bench, **more):
    return pod(container('read', [bench.base], f'cat /bottom && echo {MARK}; '
                         'exit 9'), **more)


def data_that_are_changed(guest, bench):
    base = Image(bench.base.path)
    bottom = bench.scratch + '/bottom'
    base.flipped(bottom, base.data.index(b'bottom\n'))
    spec = read_pod(bench)
    guest.run(spec, [spec, bottom])
    guest.claim(guest.report == [{'id': 'read', 'status': 9}] and
                'cat: read error: Input/output error' in guest.console and
                MARK not in guest.console,
                'refused: a bit flipped in the data, when they are read')

    program = bench.scratch + '/program'
    base.flipped(program, base.data.index(b'\x7fELF') + 1)
    guest.run(spec, [spec, program])
    guest.claim(guest.report == [{'id': 'read', 'status': 1}] and
                CANNOT_EXECUTE in guest.console and MARK not in guest.console,
                'refused: a bit flipped in the program')


def ends_of_the_guest(guest, bench):
    """Test the reactions to corruption that a pod spec can choose over an error."""
    bottom = bench.scratch + '/bottom'
    for policy, told in (('panic', 'Kernel panic'),
                         ('restart', 'reboot: Restarting system')):
        spec = read_pod(bench, verity={'on_corruption': policy})
        guest.run(spec, [spec, bottom], words='tarfs.verbose')
        if not tap.ok(guest.status == 0 and not guest.report and
                      not guest.end and MARK not in guest.console and
                      f' 1 {policy}_on_corruption' in guest.console and
                      re.search(f'{told}.*dm-verity device corrupted',
                                guest.console),
                      f'{guest.release}: refused: a bit flipped in the data, '
                      f'which ends the guest by a {policy}'):
            tap.note(guest.console)


def signed_by_a_stranger(guest, bench):
    key = bench.scratch + '/key'
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes',
                    '-subj', '/CN=stranger', '-keyout', key, '-out',
                    key + '.pem'], check=True, stderr=subprocess.DEVNULL)
    signature = subprocess.run(
        ['openssl', 'smime', '-sign', '-noattr', '-binary', '-outform', 'der',
         '-inkey', key, '-signer', key + '.pem'], check=True,
        input=bench.base.root_hash.encode(), stdout=subprocess.PIPE).stdout
    spec = pod(container('good', [bench.base], f'echo {MARK}'), signatures=[
        {'layer': bench.base.name,
         'pkcs7': base64.b64encode(signature).decode()}])
    guest.run(spec, [spec, bench.base.path], timeout=1)
    guest.refused(f'the layer {bench.base.name} on /dev/vdb: ',
                  'a root hash that is signed with a key which the kernel does '
                  'not know')
    guest.claim('Required key not available' in str(guest.report),
                'it is told that the key is not known')


def a_disk_that_shrinks(guest, bench):
    """Test a disk that shrinks once it is mounted, before more of it is read."""
    def host(emulator):
        # more than the kernel's partition scan and discovery read
        emulator.wait_until_bytes('disk1', 6 * BLOCK)
        emulator.wait_until_idle()
        emulator.shrink('disk1', 512)
        emulator.plug('late', 'blk', bench.large.path)

    base = Path(bench.base.path).read_bytes()
    guest.run(bench.spec, [bench.spec, Disk(base, writable=True)],
              timeout=guests.LATE, host=host)
    guest.claim(guest.report == [{'id': 'good', 'status': 1}] and
                CANNOT_EXECUTE in guest.console and MARK not in guest.console,
                'refused: a disk that shrinks')


def main(argv):
    releases = guests.prepare()
    with tap.scratch() as scratch:
        bench = Bench(argv[1], scratch)
        for release in releases:
            guest = Guest(release, scratch)
            pods_that_are_not_the_one(guest, bench)
            pods_that_ask_for_more(guest, bench)
            layers_that_are_not_there(guest, bench)
            layers_that_cannot_be_mounted(guest, bench)
            data_that_are_changed(guest, bench)
            ends_of_the_guest(guest, bench)
            signed_by_a_stranger(guest, bench)
            a_disk_that_shrinks(guest, bench)
    return tap.done()


if __name__ == '__main__':
    sys.exit(main(sys.argv))
