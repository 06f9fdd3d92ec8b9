#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Where containers write, and what the host sees and does of it.

Copyright (C) 2026 The tarfs authors

Usage: scratch_test.py BIN, where BIN has mktarfs; TAP on standard output.
"""
import sys

import podmaker
from podmaker import container, pod
from guest import Guest, base_tar, prepare, tap

MIB = 1024 * 1024


def run_on_tmpfs(guest, base):
    spec = pod(container('full', [base],
                         'busybox dd if=/dev/zero of=/f bs=1M count=24; '
                         'stat -c %s /f'),
               scratch={'type': 'tmpfs', 'size': 16 * MIB})
    guest.run(spec, [spec, base.path])
    guest.claim(guest.report == [{'id': 'full', 'status': 0}] and
                'No space left on device' in guest.console and
                f'\n{16 * MIB}\n' in guest.console,
                'a tmpfs has the size that the pod spec says')


def with_volume(ident, base, command, **user):
    mount = {'volume': 'common', 'destination': '/common', 'readonly': False}
    return dict(container(ident, [base], command, **user), mounts=[mount])


def run_with_volume(guest, base, scratch, disks=()):
    """One container waits for what the other writes, as another user."""
    spec = pod(with_volume('giver', base, 'stat -c "%a %u" /common; '
                           'echo given > /common/f', uid=1000, gid=1000),
               with_volume('taker', base, 'until cat /common/f 2>/dev/null; '
                           'do sleep 0.1; done; busybox df /common'),
               volumes=[{'name': 'common'}, {'name': 'unused'}],
               scratch=scratch)
    guest.run(spec, [spec, base.path, *disks])
    guest.claim(sorted(guest.report, key=str) ==
                [{'id': 'giver', 'status': 0}, {'id': 'taker', 'status': 0}] and
                '777 0\n' in guest.console and 'given\n' in guest.console,
                f"containers share a volume on {scratch['type']}")


def main(argv):
    old, new = prepare()
    with tap.scratch() as scratch:
        make = podmaker.Maker(f'{argv[1]}/mktarfs', scratch)
        base = make.layer(base_tar())
        for release in old, new:
            guest = Guest(release, scratch)
            run_on_tmpfs(guest, base)
            run_with_volume(guest, base, {'type': 'tmpfs'})
    return tap.done()


if __name__ == '__main__':
    sys.exit(main(sys.argv))
